"""Carrying history over from the pages: planned, begun, watched, paused and resumed; and that nothing was missed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, expect

from orderbridge.access import names
from support.desk import Desk
from support.looks import everywhere, look


@asynccontextmanager
async def serving(desk: Desk) -> AsyncIterator[None]:
    """The workers, and what goes on with backfills, as in 'orderbridge serve'."""
    keeping = asyncio.create_task(desk.world.application.keep_backfilling())
    try:
        async with desk.world.working():
            yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def plan(page: Page) -> None:
    await page.get_by_role("link", name="Backfill", exact=True).click()
    await page.get_by_role("link", name="Plan a backfill").click()
    await expect(page.get_by_text("A backfill is quiet")).to_be_visible()
    await page.get_by_role("button", name="Make the plan").click()
    await expect(page.get_by_role("heading", name="The plan")).to_be_visible()


async def begin(page: Page) -> None:
    await page.get_by_role("button", name="Begin …").click()
    await expect(page.get_by_text("each write proved")).to_be_visible()
    await page.get_by_role("button", name="Begin the backfill").click()


async def test_a_plan_is_read_begun_and_seen_to_its_end_and_the_orders_are_there(desk: Desk) -> None:
    page, world = desk.page, desk.world
    sold = await world.sell(4)
    before = await world.act_truth("opportunities")
    await desk.sign_up()
    await plan(page)
    await expect(page.get_by_test_id("plan-cost")).to_contain_text("calls to HighLevel")
    row = page.get_by_role("region", name="Records by kind").get_by_role("row", name=re.compile("^Orders"))
    await expect(row.get_by_role("cell").nth(3)).to_have_text("4")
    # Nothing is written yet.
    assert await world.act_truth("opportunities") == before
    await begin(page)
    async with serving(desk):
        await expect(page.get_by_text("Done", exact=True)).to_be_visible()
    await expect(page.get_by_role("progressbar", name="Records done")).to_have_attribute(
        "aria-valuenow", "100"
    )
    await expect(page.get_by_test_id("progress")).to_contain_text("4 records done")
    await expect(page.get_by_text("Every record could be read.")).to_be_visible()
    truth = await world.truth()
    assert truth.agrees, (truth.lost, truth.duplicates)
    await page.get_by_role("link", name="Orders", exact=True).click()
    for order_id in sold["orders"]:
        await expect(page.get_by_role("link", name=f"…{order_id[-8:]}")).to_be_visible()


async def test_a_backfill_is_paused_resumed_and_another_cancelled_with_what_stays_said(desk: Desk) -> None:
    page, world = desk.page, desk.world
    await world.sell(6)
    await desk.sign_up()
    await plan(page)
    await begin(page)
    # Nobody goes on with it yet, so it is surely not at its end.
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    await expect(page.get_by_text("paused by ada@office.test")).to_be_visible()
    async with serving(desk):
        await page.get_by_role("button", name="Resume").click()
        await expect(page.get_by_text("Done", exact=True)).to_be_visible()
    assert (await world.truth()).agrees
    await plan(page)
    await expect(
        page.get_by_role("region", name="Records by kind").get_by_role("row", name=re.compile("^Orders"))
    ).to_contain_text("6")
    await begin(page)
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_text("What it has written stays on both sides")).to_be_visible()
    await page.get_by_role("button", name="Cancel the backfill").click()
    await expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()
    assert (await world.truth()).agrees


async def test_ids_are_counted_while_they_are_typed_and_what_is_wrong_is_said_before(desk: Desk) -> None:
    page = desk.page
    sold = await desk.world.sell(2)
    await desk.sign_up()
    await desk.open("/backfills/new")
    await page.get_by_label("First day").fill("2026-03-02")
    await page.get_by_label("Last day").fill("2026-03-01")
    await expect(page.get_by_text("The first day is after the last day.")).to_be_visible()
    await expect(page.get_by_role("button", name="Make the plan")).to_be_disabled()
    await page.get_by_label("A list of ids").check()
    await expect(page.get_by_text("Write at least one id.")).to_be_visible()
    unknown = "0" * 24
    await page.get_by_role("textbox", name="Ids").fill(f"{sold['orders'][0]}, {unknown} # from a mail")
    await expect(page.get_by_text("2 ids")).to_be_visible()
    await page.get_by_role("button", name="Make the plan").click()
    await expect(page.get_by_role("heading", name="Orders: 2 by id")).to_be_visible()
    await expect(
        page.get_by_role("region", name="What is ambiguous").get_by_text(unknown).first
    ).to_be_visible()


async def test_a_day_is_stated_and_the_pace_of_polling_is_changed(desk: Desk) -> None:
    page, world = desk.page, desk.world
    await desk.carry(2)
    await desk.sign_up()
    await page.get_by_role("link", name="Nothing missed").click()
    await page.get_by_label(re.compile("^Day")).first.fill(desk.today)
    await expect(page.get_by_text("This day was not stated yet")).to_be_visible()
    await page.get_by_role("button", name="State this day now").click()
    came = page.get_by_role("region", name="What came of highlevel").get_by_role(
        "row", name="order", exact=False
    )
    await expect(came.first).to_be_visible()
    await expect(page.get_by_text("Nothing is missing").first).to_be_visible()
    await page.get_by_text("Change how often we look at highlevel").click()
    form = page.get_by_role("region", name="Polling of highlevel")
    await form.get_by_label("Records of the last 35 days", exact=True).fill("2")
    await expect(page.get_by_text("Not saved yet")).to_be_visible()
    await form.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved; it holds from the next round on.")).to_be_visible()
    (kept,) = await world.rows(
        "SELECT config->'polling' AS polling FROM connections WHERE name = 'highlevel'"
    )
    assert kept["polling"]["month_s"] == 7200
    # What only an owner may do is not offered to a bookkeeper.
    await desk.context.clear_cookies()
    await desk.sign_up(names.BOOKKEEPER, "ben@office.test")
    await desk.open("/watch")
    await expect(page.get_by_role("heading", name="Alerts")).to_be_visible()
    await expect(page.get_by_role("button", name="State this day now")).to_have_count(0)
    await expect(page.get_by_text("Change how often")).to_have_count(0)
    await desk.open("/backfills")
    await expect(page.get_by_role("link", name="Plan a backfill")).to_have_count(0)


@pytest.mark.slow
async def test_nobody_is_kept_out_of_backfills_and_completeness(desk: Desk) -> None:
    page, world = desk.page, desk.world
    await world.sell(2)
    await world.raw_order(currency="QQQ", amount=5, liveMode=True, items=[], fulfillmentStatus="unfulfilled")
    await desk.sign_up()
    await plan(page)
    faults = await look(desk, "backfill-plan")
    await begin(page)
    async with serving(desk):
        await expect(page.get_by_text("Done", exact=True)).to_be_visible()
    (found,) = await world.rows("SELECT id FROM backfills")
    await world.poll()
    await world.work_until_idle()
    await desk.open("/watch")
    await page.get_by_role("button", name="State this day now").click()
    await expect(page.get_by_text("stated").first).to_be_visible()
    pages = {
        "backfills": "/backfills",
        "backfill-new": "/backfills/new",
        "backfill": f"/backfills/{found['id']}",
        "watch": "/watch",
    }
    assert faults + await everywhere(desk, pages) == []
