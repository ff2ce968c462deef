"""The activity: what happens is seen as it happens, what stopped is found and repaired together."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.async_api import expect

from orderbridge.core import jsonio
from support.desk import Desk
from support.looks import everywhere
from support.raw_orders import order
from support.world import World


async def stopped(world: World, count: int) -> list[str]:
    """Orders that the other side refuses."""
    await world.faults("act", refuse_negative_price=True)
    orders = [
        await order(world, amount=Decimal("15.00"), amountSummary={"subtotal": 20, "discount": 5})
        for _ in range(count)
    ]
    await world.poll()
    await world.work_until_idle()
    return orders


MANY = 10_000
# As many of everything that is listed as a shop has in some months.
FILLED = """
INSERT INTO inbox (connection_id, delivery_id, source, type, kind, record_id, outcome)
SELECT c.id, 'many' || n, 'webhook', 'OrderCreate', 'order', 'many' || n, 'done'
FROM (SELECT id FROM connections WHERE system = 'ghl') AS c, generate_series(1, MANY) AS n;
INSERT INTO records (connection_id, kind, record_id, revision, fingerprint, state)
SELECT c.id, 'order', 'many' || n, 1, 'x', '{"status": "completed"}'
FROM (SELECT id FROM connections WHERE system = 'ghl') AS c, generate_series(1, MANY) AS n;
INSERT INTO events (id, connection_id, type, kind, record_id, revision, lane, source, state, outcome)
SELECT 'many' || n, c.id, 'ghl.order.changed', 'order', 'many' || n, 1, c.id || '/order/many' || n, 'webhook', '{}',
       'done'
FROM (SELECT id FROM connections WHERE system = 'ghl') AS c, generate_series(1, MANY) AS n;
INSERT INTO runs (id, event_id, flow_id, flow_version, lane, state)
SELECT 'many' || n, 'many' || n, f.id, 1, 'x/order/many' || n, 'done'
FROM (SELECT id FROM flows LIMIT 1) AS f, generate_series(1, MANY) AS n;
ANALYZE;
"""


async def large(world: World) -> int:
    """A delivery of more than five megabytes."""
    body = jsonio.encode({"rows": [{"n": number, "text": "x" * 100} for number in range(45_000)]})
    assert len(body) > 5_000_000
    (row,) = await world.rows(
        "INSERT INTO inbox (connection_id, delivery_id, source, type, kind, record_id, body, outcome)"
        " SELECT id, 'large', 'webhook', 'OrderCreate', 'order', 'r1', $1, 'nothing' FROM connections"
        " WHERE system = 'ghl' LIMIT 1 RETURNING id",
        body,
    )
    return int(row["id"])


async def test_several_stopped_runs_are_chosen_and_go_on_together(desk: Desk) -> None:
    page, world = desk.page, desk.world
    await stopped(world, 3)
    await desk.sign_up()
    await desk.open("/activity?state=dead")
    await page.get_by_role("button", name="Choose all that fit").click()
    await expect(page.get_by_text("3 runs chosen.")).to_be_visible()
    # The other side takes it now.
    await world.faults("act", refuse_negative_price=False)
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_text("3 runs: they go on from the step")).to_be_visible()
    async with world.working():
        await page.get_by_role("button", name="Let them go on").click()
        await expect(page.get_by_text("3 of 3 runs went on")).to_be_visible()
        await expect(page.get_by_text("No run fits")).to_be_visible()
    truth = await world.truth()
    assert truth.agrees, (truth.lost, truth.duplicates)


async def test_runs_are_done_once_more_and_what_is_impossible_is_said(desk: Desk) -> None:
    page, world = desk.page, desk.world
    await desk.carry(2)
    await desk.sign_up()
    await desk.open("/activity?kind=order")
    await page.get_by_label("Choose every run of this page").check()
    await page.get_by_role("button", name="End", exact=True).click()
    await page.get_by_role("button", name="End them").click()
    await expect(page.get_by_text("0 of 2 runs ended")).to_be_visible()
    await expect(page.get_by_text("2 runs: this run")).to_contain_text("has ended already")
    await page.get_by_label("Choose every run of this page").check()
    await page.get_by_role("button", name="Once more").click()
    await page.get_by_role("button", name="Do them once more").click()
    await expect(page.get_by_text("2 of 2 runs begun once more")).to_be_visible()
    await world.work_until_idle()
    truth = await world.truth()
    assert truth.agrees, (truth.lost, truth.duplicates)


async def test_new_runs_appear_by_themselves_and_are_announced_until_it_is_held(desk: Desk) -> None:
    page = desk.page
    await desk.carry(1)
    await desk.sign_up()
    await desk.open("/activity?kind=order")
    rows = page.get_by_role("table").locator("tbody tr")
    await expect(rows).to_have_count(1)
    await desk.carry(1)
    await expect(rows).to_have_count(2)
    await expect(page.get_by_test_id("news")).to_have_text("1 new run")
    await page.get_by_label("New runs appear by themselves").uncheck(force=True)
    async with page.expect_response("**/api/home"):
        await desk.carry(1)
    await expect(rows).to_have_count(2)
    await page.get_by_label("New runs appear by themselves").check(force=True)
    await expect(rows).to_have_count(3)


async def test_an_integrator_finds_what_failed_of_one_order_in_three_clicks(desk: Desk) -> None:
    page = desk.page
    (failing,) = await stopped(desk.world, 1)
    await desk.sign_up()
    await page.get_by_role("link", name="Orders", exact=True).click()
    await page.get_by_role("link", name=f"…{failing[-8:]}").click()
    await page.get_by_role("region", name="What happened").get_by_role("link").first.click()
    (step,) = await desk.world.rows("SELECT path, error FROM steps WHERE error IS NOT NULL")
    section = page.get_by_role("region", name=f"Step {step['path']}")
    await expect(section).to_contain_text("price")
    await expect(section).to_contain_text(step["error"][:40])
    # What was sent and what was said to it stand there without a further click.
    await expect(section.get_by_label(re.compile("^Refused part 1 of"))).to_contain_text('"price": -5')
    await expect(section.get_by_label("Answer to refused part 1 of")).to_contain_text("rice")
    times = page.get_by_role("region", name="Timeline").get_by_role("listitem")
    await expect(times.filter(has_text="Came in by polling")).to_have_count(1)
    await expect(times.filter(has_text="a part of it refused")).to_have_count(1)
    await expect(times.last).to_contain_text("Stopped: a person is needed")


async def test_what_came_leads_to_its_order_and_its_runs(desk: Desk) -> None:
    page = desk.page
    (order_id,) = await desk.carry(1)
    await desk.sign_up()
    await desk.open("/activity")
    await page.get_by_role("link", name="What came in").click()
    await page.get_by_role("textbox", name="Find what came").fill(order_id)
    await expect(page.get_by_role("table")).to_contain_text("Taken up")
    await page.get_by_role("table").get_by_role("link").last.click()
    await expect(page.get_by_role("heading", name="What was found changed, the newest first")).to_be_visible()
    await page.get_by_role("link", name=f"order …{order_id[-8:]}").click()
    await expect(page.get_by_text("Both sides agree")).to_be_visible()


async def test_five_megabytes_are_shown_cut_and_do_not_freeze_the_page(desk: Desk) -> None:
    page = desk.page
    number = await large(desk.world)
    await desk.sign_up()
    await desk.open(f"/activity/events/{number}")
    await expect(page.get_by_text("Only the beginning is shown: it is 5.")).to_be_visible()
    await page.get_by_role("link", name="Back to what came in").click()
    await expect(page.get_by_role("table")).to_contain_text("MB")
    await page.go_back()
    async with page.expect_download() as waited:
        await page.get_by_role("link", name="Download it").click()
    path = await (await waited.value).path()
    assert path.stat().st_size > 5_000_000
    # The same of a run: its record, and what a step got and gave.
    (order_id,) = await desk.carry(1)
    body = jsonio.encode({"rows": [{"n": at, "text": "x" * 100} for at in range(45_000)]}).decode()
    (run,) = await desk.world.rows(
        "SELECT id, event_id FROM runs WHERE lane LIKE '%/order/' || $1 LIMIT 1", order_id
    )
    async with desk.world.db.begin() as tx:
        await tx.execute("UPDATE events SET state = $2::text::jsonb WHERE id = $1", run["event_id"], body)
        await tx.execute(
            "UPDATE steps SET input = $2::text::jsonb, output = input WHERE run_id = $1", run["id"], body
        )
    await desk.open(f"/activity/{run['id']}")
    section = page.get_by_role("region", name="Step opportunity")
    await section.get_by_text("input and output").click()
    await expect(section.get_by_text("Only the beginning is shown: 50,000 of 5,")).to_be_visible()
    assert await page.evaluate("document.documentElement.innerHTML.length") < 500_000
    await expect(page.get_by_role("link", name="Download the whole run, as JSON")).to_be_visible()


async def test_of_ten_thousand_rows_a_page_at_a_time_is_drawn(desk: Desk) -> None:
    page = desk.page
    await desk.sign_up()
    async with desk.world.db.begin() as tx:
        await tx.execute(FILLED.replace("MANY", str(MANY)))
    rows = page.get_by_role("table").locator("tbody tr")
    for path in ("/activity", "/activity/events", "/orders"):
        await desk.open(path)
        await expect(rows).to_have_count(50)
        first = await rows.first.inner_text()
        await page.get_by_role("button", name="Older").click()
        await expect(rows.first).not_to_have_text(first)
        await expect(rows).to_have_count(50)
        assert await page.evaluate("document.querySelectorAll('*').length") < 3_000


@pytest.mark.slow
async def test_nobody_is_kept_out_of_the_activity(desk: Desk) -> None:
    await stopped(desk.world, 2)
    number = await large(desk.world)
    await desk.world.rows(
        "UPDATE inbox SET outcome = 'dead', reason = 'it has no currency' WHERE id = $1 RETURNING id", number
    )
    (run,) = await desk.world.rows("SELECT id FROM runs WHERE state = 'dead' LIMIT 1")
    await desk.sign_up()
    (failing,) = await desk.world.rows("SELECT min(id) AS id FROM inbox WHERE id <> $1", number)
    pages = {
        "activity": "/activity",
        "activity-none": "/activity?state=cancelled",
        "run-stopped": f"/activity/{run['id']}",
        "events": "/activity/events",
        "event": f"/activity/events/{failing['id']}",
        "event-large": f"/activity/events/{number}",
    }
    assert await everywhere(desk, pages) == []
