"""Filling a step by click, with the keys alone, by an expression; and what is wrong stands at its field."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from orderbridge.automation import candidates, drafts
from orderbridge.core import jsonio
from orderbridge.core.jsonio import JsonObject
from orderbridge.flows import shape
from support.desk import SAVED, Desk
from support.looks import look
from support.world import ACT, GHL

FLOW = "orders-for-inspection"
CONTACT: JsonObject = {
    "id": "contact",
    "action": "act.contact.find_or_create@1",
    "with": {
        "subject": "An order",
        "source_id": {"from": "event.contact_id"},
        "person": {"from": "event.contact"},
    },
}
OPPORTUNITY: JsonObject = {
    "id": "deal",
    "action": "act.opportunity.upsert_by_order@1",
    "with": {"source": "HighLevel", "status": {"from": "event.sale_state", "map": {"paid": "Won"}}},
}


async def opened(desk: Desk, *steps: JsonObject) -> None:
    """Begin a draft, sell an order for its samples, and open it."""
    await desk.carry(1)
    definition: dict[str, Any] = {
        "flow": FLOW,
        "title": "Orders",
        "trigger": "ghl.order.changed@1",
        "when": [{"from": "event.wanted_mode", "equals": True, "reason": "it is another mode"}],
        "steps": list(steps),
    }
    flow = shape.parsed(definition, subject="test")
    one = await candidates.candidate(desk.world.application, flow, source=GHL, target=ACT)
    draft = await drafts.begin(desk.world.application, one, by="somebody", replace=True)
    await desk.sign_up()
    await desk.open(f"/flows/{draft.flow_id}?view=list")
    await expect(desk.page.get_by_role("heading", name="Orders", level=1)).to_be_visible()


async def step(desk: Desk, step_id: str) -> None:
    await desk.page.locator(f"[data-key='step:{step_id}']").first.click()
    await expect(desk.page.get_by_label("Name of the step")).to_have_value(step_id)


def field(page: Page, name: str) -> Locator:
    return page.locator(f"[data-field='{name}']")


async def saved(desk: Desk) -> JsonObject:
    """What the server keeps, once all that was typed is there."""
    await expect(desk.page.get_by_test_id("saved")).to_contain_text(SAVED)
    async with desk.world.application.db.begin() as tx:
        [found] = [item for item in await drafts.every(tx) if item.newest["flow"] == FLOW]
    return found.newest


async def kept(desk: Desk, step_number: int, wanted: JsonObject) -> None:
    """Wait until the server has these fields of a step."""
    for _ in range(100):
        given = (await saved(desk))["steps"][step_number].get("with", {})
        if {name: given.get(name) for name in wanted} == wanted:
            return
        await desk.page.wait_for_timeout(100)
    assert {name: given.get(name) for name in wanted} == wanted


async def test_a_needed_field_is_filled_with_a_click_and_its_problem_is_gone(desk: Desk) -> None:
    page = desk.page
    await opened(desk, CONTACT, OPPORTUNITY)
    await step(desk, "deal")
    row = field(page, "order_id")
    await expect(row.get_by_test_id("problem")).to_contain_text("order_id is missing")
    await row.get_by_role("button", name="Choose a field for order_id").click()
    await expect(page.get_by_test_id("taker")).to_contain_text("‘order_id’")
    await (
        page.get_by_role("treeitem", name="id", exact=False)
        .locator("visible=true")
        .get_by_text("id", exact=True)
        .first.click()
    )
    await expect(row.get_by_role("combobox", name="Field for order_id", exact=True)).to_have_value("event.id")
    await expect(row.get_by_test_id("sample")).to_contain_text("In the sample: ")
    await kept(desk, 1, {"order_id": {"from": "event.id"}})
    await expect(row.get_by_test_id("problem")).to_have_count(0)
    # What is alike by its name is offered.
    await field(page, "contact_id").get_by_role("button", name="Take steps.contact.id for contact_id").click()
    await field(page, "currency").get_by_role("button", name="Take event.currency for currency").click()
    await kept(desk, 1, {"contact_id": {"from": "steps.contact.id"}, "currency": {"from": "event.currency"}})
    # Once the flow was tried, what the step before really gave is the sample: the contact of this order.
    sample = field(page, "contact_id").get_by_test_id("sample")
    example = await sample.inner_text()
    await page.get_by_role("tab", name="Test").click()
    await page.get_by_role("button", name="Test it").click()
    results = page.get_by_role("region", name="What would happen")
    await expect(results).to_contain_text("contact")
    await results.locator("summary").filter(has_text="contact:").first.click()
    found = json.loads(await results.get_by_label("Output of contact").first.inner_text())["id"]
    await page.get_by_role("tab", name="Selected").click()
    await expect(page.get_by_label("Sample", exact=True).first).to_have_value(re.compile("Tried just now"))
    await expect(sample).to_contain_text(found)
    assert found not in example


async def test_a_field_is_filled_with_the_keys_alone(desk: Desk) -> None:
    page = desk.page
    await opened(desk, CONTACT, OPPORTUNITY)
    await step(desk, "deal")
    await field(page, "order_id").get_by_role("button", name="Choose a field for order_id").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Search the fields")).to_be_focused()
    await page.keyboard.type("event currency")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("combobox", name="Field for order_id", exact=True)).to_have_value(
        "event.currency"
    )
    await kept(desk, 1, {"order_id": {"from": "event.currency"}})
    # Typing the path does the same.
    await page.get_by_role("combobox", name="Field for order_id", exact=True).fill("event.id")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Tab")
    await kept(desk, 1, {"order_id": {"from": "event.id"}})


async def test_an_expression_shows_its_result_as_it_is_written_and_what_is_wrong_with_it(desk: Desk) -> None:
    page = desk.page
    await opened(desk, CONTACT, OPPORTUNITY)
    await step(desk, "deal")
    row = field(page, "name")
    await row.get_by_label("How name is filled", exact=True).select_option("Expression")
    editor = row.locator(".cm-content")
    await editor.click()
    await page.keyboard.type("'Order in ' & event.curr")
    await expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("event.currency")
    await page.wait_for_timeout(150)
    await page.keyboard.press("Enter")
    await expect(editor).to_contain_text("event.currency")
    await expect(row.get_by_test_id("result")).to_contain_text('With this sample: "Order in ')
    await kept(desk, 1, {"name": {"expression": "'Order in ' & event.currency"}})
    await page.keyboard.type(" & $nonsense(1)")
    await page.keyboard.press("Escape")
    await expect(row.get_by_text("nonsense", exact=False).last).to_be_visible()
    await expect(row.get_by_test_id("result")).to_contain_text("There is no result")
    # The flow's own check says it at the same field.
    await expect(row.get_by_test_id("problem").first).to_contain_text("nonsense")


async def test_values_are_translated_conditions_set_and_consent_given_in_forms(desk: Desk) -> None:
    page = desk.page
    deleting: JsonObject = {
        "id": "gone",
        "action": "act.task.delete@1",
        "with": {"id": {"from": "event.id"}},
    }
    await opened(desk, CONTACT, OPPORTUNITY, deleting)
    await step(desk, "deal")
    row = field(page, "status")
    await row.get_by_label("Another value of status", exact=True).fill("refunded")
    await row.get_by_role("button", name="Add value").click()
    await row.get_by_label("status: what refunded becomes").click()
    await page.get_by_role("option", name="Lost").click()
    await kept(desk, 1, {"status": {"from": "event.sale_state", "map": {"paid": "Won", "refunded": "Lost"}}})
    when = page.get_by_role("region", name="When it is done")
    await when.get_by_role("button", name="Add a condition").click()
    await when.get_by_label("Field for condition 1", exact=True).fill("event.currency")
    await page.keyboard.press("Escape")
    await when.get_by_label("Answer of condition 1", exact=True).fill("USD")
    await step(desk, "gone")
    assert (await saved(desk))["steps"][1]["when"] == [{"from": "event.currency", "equals": "USD"}]
    await page.get_by_label("It may delete").check()
    await expect(page.get_by_label("It may delete")).to_be_checked()
    assert (await saved(desk))["steps"][2]["allow"] == ["deletes"]
    # A name that others refer to is changed there too.
    await step(desk, "contact")
    await page.get_by_label("Name of the step").fill("buyer")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-key='step:buyer']").first).to_be_visible()


async def test_what_no_form_shows_is_edited_as_json_and_what_is_none_is_not_lost(desk: Desk) -> None:
    page = desk.page
    # The digits are the author's own: a browser's fractions would make other numbers of them.
    numbers = [Decimal("1.50"), Decimal("0.1"), 12345678901234567890, Decimal("1E-7")]
    odd = CONTACT | {
        "with": {"subject": {"value": {"a": 1, "of": numbers}}, "person": {"from": "event.contact"}}
    }
    priced: JsonObject = {"id": "price", "action": "act.product.create@1", "with": {"name": "Lid"}}
    await opened(desk, odd, OPPORTUNITY, priced)
    await step(desk, "contact")
    editor = field(page, "subject").locator(".cm-content")
    await expect(editor).to_contain_text('"a": 1')
    await expect(editor).to_contain_text("12345678901234567890")
    written = digits(numbers)
    await editor.click()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("half an")
    await expect(field(page, "subject").get_by_text("This is not JSON yet")).to_be_visible()
    await step(desk, "deal")
    await step(desk, "contact")
    await expect(field(page, "subject").locator(".cm-content")).to_contain_text("half an")
    await field(page, "subject").locator(".cm-content").click()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text('{"value": {"a": 2.50, "of": [1.50, 0.1, 12345678901234567890, 1e-7]}}')
    await kept(desk, 0, {"subject": {"value": {"a": Decimal("2.5"), "of": numbers}}})
    assert digits((await saved(desk))["steps"][0]["with"]["subject"]["value"]["of"]) == written
    # YAML does as well, and what is wrong with it names the line.
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text("value:\n  a: 3.50\n  b: [")
    await expect(field(page, "subject").get_by_text("no YAML: line")).to_be_visible()
    await page.keyboard.insert_text("1.50]")
    await kept(desk, 0, {"subject": {"value": {"a": Decimal("3.5"), "b": [Decimal("1.5")]}}})
    assert digits((await saved(desk))["steps"][0]["with"]["subject"]["value"]) == '{"a":3.50,"b":[1.50]}'
    # So are those of a number that is typed into a field: of each, and as it was typed.
    await step(desk, "price")
    row = field(page, "price")
    await row.get_by_label("How price is filled", exact=True).select_option("Fixed value")
    for typed in ("1.50", "1e-7", "12345678901234567890", "0.10"):
        await row.get_by_role("textbox", name="price", exact=True).fill(typed)
        await kept(desk, 2, {"price": Decimal(typed)})
        assert digits((await saved(desk))["steps"][2]["with"]["price"]) == typed.upper()
        await expect(row.get_by_role("textbox", name="price", exact=True)).to_have_value(
            re.compile(re.escape(typed), re.IGNORECASE)
        )


def digits(value: Any) -> str:
    """How its numbers are written, as the server keeps them."""
    return jsonio.encode(value).decode()


@pytest.mark.slow
async def test_everybody_can_use_the_inspector(desk: Desk) -> None:
    page = desk.page
    listed: JsonObject = {
        "id": "tasks",
        "action": "act.task.create_once@1",
        "for_each": {"from": "event.items"},
        "retry": {"attempts": 3},
        "when": [{"expression": "event.amount > 5"}, {"from": "event.currency", "in": ["USD", "EUR"]}],
        "with": {
            "subject": {"text": "Order {event.id}: {item.name}"},
            "due_days": {"expression": "$number('3') + nonsense("},
            "text": {"from": "event.status", "convert": {"text": {"case": "upper"}}, "otherwise": "none"},
        },
    }
    await opened(desk, CONTACT, OPPORTUNITY, listed)
    faults = []
    for name in ("trigger", "deal", "tasks"):
        if name == "trigger":
            await page.locator("[data-key='trigger']").first.click()
            await expect(page.get_by_role("region", name="Filter")).to_be_visible()
        else:
            await step(desk, name)
            await expect(page.get_by_role("region", name="Fields of the action")).to_be_visible()
        await page.wait_for_load_state("networkidle")
        faults += await look(desk, f"inspector-{name}")
    assert faults == []
