"""What people see and do: the door, the first line, an order that failed and is repaired, and the close."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import quote

import pytest
from playwright.async_api import expect

from orderbridge.access import names
from support.desk import PASSWORD, Desk
from support.looks import everywhere, look
from support.raw_orders import order
from support.world import ACT, GHL


async def test_the_first_owner_makes_an_account_signs_out_and_in_again(desk: Desk) -> None:
    page = desk.page
    await desk.open("/")
    await expect(page.get_by_role("heading", name="Welcome: nobody has an account yet")).to_be_visible()
    await desk.sign_up()
    await page.get_by_role("button", name="Signed in as").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await page.get_by_label("Name").fill("ada@office.test")
    await page.get_by_label("Password").first.fill("something else entirely")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    # Nothing typed is lost.
    await expect(page.get_by_label("Name")).to_have_value("ada@office.test")
    await page.get_by_label("Password").first.fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Home", exact=True)).to_be_visible()


async def test_the_line_moves_by_itself_when_an_order_comes_and_leads_to_its_page(desk: Desk) -> None:
    page = desk.page
    await desk.sign_up()
    await expect(page.get_by_test_id("line")).to_contain_text("0 orders")
    (order_id,) = await desk.carry(1)
    await expect(page.get_by_test_id("line")).to_contain_text("1 order: ")
    await expect(page.get_by_test_id("line")).to_contain_text("on both sides")
    await page.get_by_role("link", name="Orders", exact=True).click()
    # Whoever cannot see it hears where it is now.
    await expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_focused()
    await expect(page).to_have_title("Orders · orderbridge")
    await page.get_by_role("link", name=f"…{order_id[-8:]}").click()
    await expect(page.get_by_text("Both sides agree")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await expect(page).to_have_title(re.compile("^Order of .* · orderbridge$"))
    await expect(page.get_by_role("heading", name="Money, line by line")).to_be_visible()
    await expect(page.get_by_text("Proved").first).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="To the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#content")).to_be_focused()


async def test_a_failing_order_is_found_corrected_and_repaired(desk: Desk) -> None:
    page, world = desk.page, desk.world
    await world.faults("act", refuse_negative_price=True)
    bad = await order(world, amount=Decimal("15.00"), amountSummary={"subtotal": 20, "discount": 5})
    await world.poll()
    await world.work_until_idle()
    await desk.sign_up()
    await page.get_by_role("link", name="Repair").click()
    await expect(page.get_by_text("What to do:")).to_be_visible()
    await page.get_by_role("listitem").get_by_role("link").first.click()
    await expect(page.get_by_text("Needs a person").first).to_be_visible()
    await page.get_by_role("link", name=f"order …{bad[-8:]}").click()
    await expect(page.get_by_text("This order needs a person")).to_be_visible()
    # The other side takes it now.
    await world.faults("act", refuse_negative_price=False)
    await page.get_by_role("link", name="To the repair page").click()
    async with world.working():
        await page.get_by_role("button", name="Try all of them again").click()
        await expect(page.get_by_text("1 done and proved")).to_be_visible()
        await expect(page.get_by_text("Nothing waits for a person")).to_be_visible()
    truth = await world.truth()
    assert truth.agrees, (truth.lost, truth.duplicates)

    # What only a person can settle stands on the same page.
    await world.rows(
        "INSERT INTO conflicts (id, sort, act_connection, ghl_connection, kind, act_id, ghl_id, field, why, details)"
        " VALUES ('c1', 'deleted', $1, $2, 'contact', 'a1', 'g1', '', 'it was deleted in Act!', $3)",
        world.connections[ACT],
        world.connections[GHL],
        {"gone": "act", "partner_kind": "contact"},
    )
    await desk.open("/repair")
    question = page.get_by_role("region", name="contact: gone in Act!")
    await expect(question.get_by_role("button", name="Delete it in HighLevel too …")).to_be_visible()
    await question.get_by_role("button", name="Leave it as it is").click()
    await expect(page.get_by_text("contact: gone in Act!: keep").first).to_be_visible()
    await expect(question).to_have_count(0)


async def test_a_bookkeeper_reads_the_close_and_finds_no_button_that_changes_anything(desk: Desk) -> None:
    page = desk.page
    await desk.carry(3)
    await desk.sign_up()
    await page.get_by_role("link", name="Daily close").click()
    await expect(page.get_by_role("heading", name="Daily close", level=1)).to_be_visible()
    day = desk.today
    await page.get_by_label(re.compile("^Day")).fill(day)
    await page.get_by_role("button", name="Compare and close").click()
    await expect(page.get_by_test_id("close-line")).to_contain_text("difference 0.00")
    await desk.context.clear_cookies()
    await desk.sign_up(names.BOOKKEEPER, "ben@office.test")
    await desk.open("/closes")
    await expect(page.get_by_role("table")).to_be_visible()
    await expect(page.get_by_role("button", name="Compare and close")).to_have_count(0)
    await desk.open(f"/closes/{day}")
    await expect(page.get_by_test_id("close-line")).to_contain_text("difference 0.00")


async def test_a_session_that_ended_asks_to_sign_in_and_goes_on_where_it_was(desk: Desk) -> None:
    page = desk.page
    await desk.carry(1)
    await desk.sign_up()
    await desk.open("/orders")
    await expect(page.get_by_role("table")).to_be_visible()
    await desk.context.clear_cookies()
    await page.get_by_role("link", name="Repair").click()
    await desk.sign_in_again()
    await expect(page.get_by_role("heading", name="Repair")).to_be_visible()


async def test_names_with_script_tags_are_only_text(desk: Desk) -> None:
    page, world = desk.page, desk.world
    name = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
    contacts = (await world.ghl_truth("contacts"))["contacts"]
    snapshot = {
        "id": contacts[0]["id"],
        "email": contacts[0]["email"],
        "firstName": name,
        "lastName": "Sample",
    }
    order_id = await order(world, contactSnapshot=snapshot)
    await world.poll()
    await world.work_until_idle()
    await world.rows("UPDATE connections SET name = $1 WHERE name = $2 RETURNING id", name, GHL)
    (flow,) = await world.rows("SELECT id, name FROM flows ORDER BY name LIMIT 1")
    await world.rows("UPDATE flows SET name = $1 WHERE id = $2 RETURNING id", name, flow["id"])
    await desk.sign_up()
    for path, shown in {
        "/": name,
        "/orders": name,
        f"/orders/{order_id}": name,
        "/activity": "Activity",
        "/connections": name,
        f"/connections/{quote(name, safe='')}": name,
        "/flows": name,
        f"/flows/{flow['id']}": name,
        "/settings/going-live": name,
        f"/orders?q={quote(name, safe='')}": "Orders",
    }.items():
        await desk.open(path)
        await expect(page.get_by_text(shown).first).to_be_visible()
        assert await page.evaluate("window.hacked") is None, path


@pytest.mark.slow
async def test_nobody_is_kept_out_of_any_page_in_either_theme_or_size(desk: Desk) -> None:
    page, world = desk.page, desk.world
    (order_id,) = await desk.carry(1)
    await world.faults("act", refuse_negative_price=True)
    bad = await order(world, amount=Decimal("15.00"), amountSummary={"subtotal": 20, "discount": 5})
    await world.poll()
    await world.work_until_idle()
    (run,) = await world.rows("SELECT id FROM runs WHERE state = 'dead'")
    await desk.open("/")
    faults = await look(desk, "door-first")
    await desk.sign_up()
    await desk.open(f"/join#{await desk.link(names.BOOKKEEPER, 'ben@office.test')}")
    await page.get_by_label("Name").wait_for()
    faults += await look(desk, "door-join")
    await desk.open("/closes")
    await page.get_by_label(re.compile("^Day")).fill(desk.today)
    await page.get_by_role("button", name="Compare and close").click()
    await expect(page.get_by_test_id("close-line")).to_be_visible()
    faults += await everywhere(
        desk,
        {
            "home": "/",
            "orders": "/orders",
            "order": f"/orders/{order_id}",
            "order-stopped": f"/orders/{bad}",
            "order-unknown": "/orders/nothing-of-the-kind",
            "run": f"/activity/{run['id']}",
            "repair": "/repair",
            "closes": "/closes",
            "close": f"/closes/{desk.today}",
            "nowhere": "/nowhere",
        },
    )
    # Everything that is asked goes unanswered.
    await desk.context.route("**/api/**", lambda route: route.abort())
    await desk.open("/orders")
    await expect(page.get_by_text("The server does not answer")).to_be_visible()
    faults += await look(desk, "server-gone")
    await desk.context.unroute("**/api/**")
    await desk.open("/orders")
    await expect(page.get_by_role("table")).to_be_visible()
    await desk.context.clear_cookies()
    await page.get_by_role("link", name="Repair").click()
    await expect(page.get_by_role("dialog", name="Sign in again")).to_be_visible()
    faults += await look(desk, "door-again")
    await desk.open("/orders")
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    faults += await look(desk, "door")
    assert faults == []
