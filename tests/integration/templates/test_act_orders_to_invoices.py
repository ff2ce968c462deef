"""Won opportunities of Act! become invoices of HighLevel, once each, and their payments come back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from support import act_sales as sales
from support.world import MakeWorld, World

TEMPLATE = "act-orders-to-invoices"


@pytest.fixture
async def world(make_world: MakeWorld) -> Any:
    async with make_world(flows=[TEMPLATE]) as opened:
        await sales.looked(opened)
        yield opened


async def test_a_won_opportunity_becomes_one_draft_and_nobody_is_told(world: World) -> None:
    deal = await sales.deal(world, ("Kiln", "1149.50", 1), ("Glaze", "8.07", 3), ("Voucher", "-50", 1), status="Won")

    await sales.looked(world)

    [invoice] = await sales.all_invoices(world)
    assert (invoice["total"], invoice["currency"], invoice["status"]) == (Decimal("1123.71"), "USD", "draft")
    assert (await world.ghl_truth("messages"))["messages"] == []
    assert await sales.dead(world) == []
    histories = (await world.act_truth("histories"))["histories"]
    assert [row["regarding"] for row in histories if "kind=invoice" in (row["details"] or "")] == [
        f"Invoice {invoice['number']}: draft"
    ]
    # Reopened and won again it is the same sale.
    await sales.put(world, deal, "Open")
    await sales.looked(world)
    await sales.put(world, deal, "Won")
    await sales.looked(world)
    assert len(await sales.all_invoices(world)) == 1
    assert await sales.dead(world) == []
