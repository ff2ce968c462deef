"""The catalogue: found in a moment, understood, and tried where no real business is at stake."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from orderbridge.access import names
from orderbridge.catalogue import listing
from support.desk import Desk
from support.looks import everywhere

OPERATIONS = len(list(listing.rows()))


async def test_every_operation_is_listed_and_found_by_words_and_filters(desk: Desk) -> None:
    page = desk.page
    await desk.sign_up()
    await page.get_by_role("link", name="Catalogue").click()
    await expect(page.get_by_text(f"{OPERATIONS} operations", exact=True)).to_be_visible()
    await expect(page.locator(".operations li")).to_have_count(OPERATIONS)
    await page.get_by_label("Find operations").fill("invoice void")
    await expect(page.get_by_role("link", name="Void an invoice")).to_be_visible()
    # What is asked stands in the address.
    await expect(page).to_have_url(desk.url + "/catalogue?q=invoice+void")
    assert await page.locator(".operations li").count() < 20
    await desk.open("/catalogue?system=act&tier=denied")
    await expect(page.get_by_text(f"26 of {OPERATIONS} operations")).to_be_visible()
    await page.get_by_label("Find operations").fill("no such thing")
    await expect(page.get_by_text("No operation fits")).to_be_visible()


async def test_each_letter_typed_in_the_search_narrows_the_rows(desk: Desk) -> None:
    page = desk.page
    await desk.sign_up()
    await desk.open("/catalogue")
    await expect(page.locator(".operations li")).to_have_count(OPERATIONS)
    await page.get_by_label("Find operations").press_sequentially("contact")
    await page.mouse.wheel(0, 20_000)
    await expect(page.locator(".operations li").first).to_contain_text("ontact")


async def test_a_call_is_previewed_and_then_really_made_in_the_sandbox(desk: Desk) -> None:
    page = desk.page
    await desk.sign_up()
    await desk.open("/catalogue/ghl.coupon.create%401")
    await expect(page.get_by_role("heading", name="Try a call")).to_be_visible()
    given = """{"name": "Spring", "code": "FROMPAGE", "discount_type": "percentage", "discount_value": 10,
                "start_date": "2026-03-01T00:00:00Z"}"""
    await page.get_by_role("tab", name="JSON").click()
    field = page.get_by_label("Input, in JSON")
    await field.fill(given[:-3])
    await expect(page.get_by_role("button", name="Show what it would write")).to_be_disabled()
    await field.fill(given)
    # The form shows the same, and what is changed there is changed in the JSON, with its digits.
    await page.get_by_role("tab", name="Form").click()
    await expect(page.get_by_label("discount_type")).to_have_value('"percentage"')
    await page.get_by_label("discount_value").fill("12.50")
    await page.get_by_label("code", exact=False).first.fill("")
    await page.get_by_role("button", name="Show what it would write").click()
    # What the server refuses stands at its field.
    await expect(page.get_by_label("code", exact=False).first).to_have_accessible_description(
        re.compile("it is missing")
    )
    await page.get_by_label("code", exact=False).first.fill("FROMPAGE")
    await page.get_by_role("tab", name="JSON").click()
    await expect(field).to_have_value(re.compile('"discount_value": 12.50'))
    await expect(field).to_have_value(re.compile('"code": "FROMPAGE"'))
    await page.get_by_role("button", name="Show what it would write").click()
    await expect(page.get_by_text("What it would write first")).to_be_visible()
    assert "FROMPAGE" not in str(await desk.world.ghl_truth())
    await page.get_by_role("button", name="Really call it").click()
    await expect(page.get_by_text("It was called")).to_be_visible()
    await expect(page.get_by_label("What it gave")).to_contain_text("confirmed")
    # Another look finds that there is nothing left to do differently; the same preview is not called twice.
    await expect(page.get_by_role("button", name="Really call it")).to_be_disabled()


async def test_what_deletes_wants_to_be_agreed_to(desk: Desk) -> None:
    page = desk.page
    contacts = (await desk.world.ghl_truth("contacts"))["contacts"]
    await desk.sign_up()
    await desk.open("/catalogue/ghl.contact.delete%401")
    await page.get_by_label("contact_id", exact=False).fill(contacts[0]["id"])
    await page.get_by_role("button", name="Show what it would write").click()
    really = page.get_by_role("button", name="Really call it")
    await expect(really).to_be_disabled()
    await page.get_by_label("I agree that it deletes.").check()
    await really.click()
    await expect(page.get_by_text("It was called")).to_be_visible()


async def test_on_a_live_connection_nothing_is_written_and_reading_is_asked_about(desk: Desk) -> None:
    page = desk.page
    await desk.world.rows("UPDATE connections SET mode = 'live' RETURNING id")
    await desk.sign_up()
    await desk.open("/catalogue/ghl.coupon.create%401")
    await page.get_by_role("button", name="Show what it would write").click()
    await expect(page.get_by_text("This connection is live")).to_be_visible()
    await expect(page.get_by_role("button", name="Really call it")).to_have_count(0)
    await desk.open("/catalogue/ghl.coupon.list%401")
    await page.get_by_role("tab", name="JSON").click()
    await page.get_by_label("Input, in JSON").fill("{}")
    await page.get_by_role("button", name="Read it").click()
    await expect(page.get_by_text("Read from the live account?")).to_be_visible()
    await page.get_by_role("dialog").get_by_role("button", name="Read it").click()
    await expect(page.get_by_text("What it gives", exact=True).last).to_be_visible()


async def test_a_bookkeeper_reads_the_catalogue_and_calls_nothing(desk: Desk) -> None:
    await desk.sign_up(names.BOOKKEEPER, "ben@office.test")
    await desk.open("/catalogue/ghl.coupon.create%401")
    await expect(desk.page.get_by_role("heading", name="What it takes")).to_be_visible()
    await expect(desk.page.get_by_role("heading", name="Try a call")).to_have_count(0)


@pytest.mark.slow
async def test_nobody_is_kept_out_of_the_catalogue(desk: Desk) -> None:
    await desk.sign_up()
    pages = {
        "catalogue": "/catalogue",
        "operation-action": "/catalogue/act.opportunity.update%401",
        "operation-trigger": "/catalogue/ghl.order.changed%401",
    }
    assert await everywhere(desk, pages) == []
