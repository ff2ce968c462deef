"""The close as a file, both sides at once, and how the days went."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.async_api import expect

from orderbridge.access import names
from support.desk import Desk
from support.looks import everywhere, look
from support.raw_orders import order


async def close(desk: Desk) -> None:
    page = desk.page
    await page.get_by_role("link", name="Daily close").click()
    await page.get_by_label(re.compile("^Day")).fill(desk.today)
    await page.get_by_role("button", name="Compare and close").click()
    await expect(page.get_by_test_id("close-line")).to_be_visible()


async def rows_of(desk: Desk, name: str) -> list[dict[str, str]]:
    async with desk.page.expect_download() as started:
        await desk.page.get_by_role("link", name=name).click()
    path = await (await started.value).path()
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def test_the_file_of_a_close_has_the_numbers_of_its_page(desk: Desk) -> None:
    page = desk.page
    await desk.carry(3)
    late = await order(desk.world, amount=Decimal("15.00"))
    await desk.sign_up()
    await close(desk)
    rows = await rows_of(desk, "Download the day as CSV")
    table = page.get_by_role("region", name="Both sides of the day").get_by_role("row")
    seen = 0
    for line in (await table.all())[1:]:
        what, highlevel, act, _ = [await cell.inner_text() for cell in await line.get_by_role("cell").all()]
        measure, currency = what.split(", ")
        if measure not in ("ordered", "paid", "refunded"):
            continue
        seen += 1
        for side, shown in (("highlevel", highlevel), ("act", act)):
            summed = sum(
                (
                    Decimal(row[side])
                    for row in rows
                    if (row["kind"], row["measure"], row["currency"]) == ("position", measure, currency)
                ),
                Decimal(0),
            )
            assert summed == Decimal(shown.removesuffix(f" {currency}").replace(",", "")), (what, side)
    assert seen >= 3
    differences = await rows_of(desk, "Download the differences as CSV")
    assert {row["sale"] for row in differences if row["kind"] == "difference"} == {late}
    assert differences == [row for row in rows if row["kind"] != "position"]
    # Each difference leads to its order, and to where it is repaired.
    await expect(page.get_by_role("link", name=f"for order …{late[-8:]}").first).to_have_attribute(
        "href", "/repair"
    )
    await expect(page.get_by_role("link", name=f"Order …{late[-8:]}").first).to_have_attribute(
        "href", f"/orders/{late}"
    )


async def test_a_bookkeeper_compares_both_sides_now(desk: Desk) -> None:
    page = desk.page
    await desk.carry(2)
    await desk.sign_up(names.BOOKKEEPER, "ben@office.test")
    await page.get_by_role("link", name="Daily close").click()
    await page.get_by_role("link", name="Compare both sides now").click()
    await page.get_by_role("button", name="Compare now").click()
    await expect(page.get_by_test_id("compare-line")).to_contain_text("difference 0.00")
    late = await order(desk.world, amount=Decimal("15.00"))
    await page.get_by_role("button", name="Compare now").click()
    await expect(page.get_by_role("link", name=f"Order …{late[-8:]}").first).to_be_visible()


async def test_the_days_are_drawn_for_the_chosen_range_and_stand_in_a_table_too(desk: Desk) -> None:
    page = desk.page
    await desk.carry(4)
    await desk.sign_up()
    trends = page.get_by_role("region", name="Trends")
    await expect(trends.get_by_role("img", name="Orders by day")).to_be_visible()
    await expect(trends.locator("canvas")).to_be_visible()
    for days in (7, 90):
        await trends.get_by_text(f"{days} days", exact=True).click()
        await trends.get_by_text("The same as a table").click()
        rows = trends.get_by_role("row")
        await expect(rows).to_have_count(days + 1)
        await expect(rows.last.get_by_role("cell").nth(1)).to_have_text("4")
        await trends.get_by_text("The same as a table").click()
    await trends.get_by_text("Time to proof", exact=True).click()
    await expect(
        trends.get_by_role("img", name="Time from a change to its last proved write")
    ).to_be_visible()
    await trends.get_by_text("Money", exact=True).click()
    await expect(trends.get_by_role("img", name="What was ordered by day")).to_be_visible()


@pytest.mark.slow
async def test_nobody_is_kept_out_of_closes_comparisons_and_trends(desk: Desk) -> None:
    page = desk.page
    await desk.carry(2)
    await order(desk.world, amount=Decimal("15.00"))
    await desk.sign_up()
    await close(desk)
    faults = await everywhere(desk, {"closes-red": "/closes", "close-red": f"/closes/{desk.today}"})
    await desk.open("/closes/now")
    await page.get_by_role("button", name="Compare now").click()
    await expect(page.get_by_test_id("compare-line")).to_be_visible()
    faults += await look(desk, "compare")
    await desk.open("/")
    trends = page.get_by_role("region", name="Trends")
    await trends.get_by_text("Money", exact=True).click()
    await expect(trends.locator("canvas")).to_be_visible()
    assert faults + await look(desk, "home-trends") == []
