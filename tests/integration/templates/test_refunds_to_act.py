"""Refunds: the payment corrected, the stage moved, finance told with the reason, and each once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from orderbridge.cli.demo.truth import compare
from support.finance import finance_channel
from support.trouble import both_ways, dead, enable_all, replay_everything, trouble, written
from support.world import TEMPLATE, MakeWorld, World

NAME = "refunds-to-act"
STAGES = {"refunded": "Refunded", "partially_refunded": "Partially Refunded"}


async def give_back(world: World, order_id: str, amount: str, **more: Any) -> None:
    await world.control("ghl", f"orders/{order_id}/refund", {"amount": Decimal(amount)} | more)
    await world.poll()
    await world.work_until_idle()


async def told(world: World) -> None:
    await world.rows("UPDATE digests SET due_at = now() WHERE state = 'open'")

    async def sent() -> bool:
        return not await world.rows("SELECT 1 FROM digests WHERE state IN ('open', 'sending')")

    await world.work_until(sent)


async def stage_of(world: World, order_id: str) -> str:
    rows = (await world.act_truth("opportunities"))["opportunities"]
    return next(str(row["stage"]["name"]) for row in rows if row["sourceId"] == order_id)


async def test_partial_refunds_a_chargeback_and_the_rest_are_one_payment_and_a_line_each(
    make_world: MakeWorld,
) -> None:
    async with make_world(flows=()) as world, finance_channel(world) as finance:
        # A history of before: known, carried over, and nobody is told of it.
        await world.sell(1, outcome="refunded", currency="USD")
        await enable_all(world, {TEMPLATE: {}, NAME: {"channel": "finance"}})
        await trouble(world)
        async with both_ways(world):
            [order_id] = (await world.sell(1, outcome="paid", currency="USD", webhooks=True))["orders"]
        [payment] = [row for row in (await world.ghl_truth())["transactions"] if row["entity_id"] == order_id]
        amount, payment_id = Decimal(payment["amount"]), payment["id"]

        await give_back(world, order_id, "1.50")
        assert await stage_of(world, order_id) == "Paid"
        await world.control("ghl", f"transactions/{payment_id}/dispute", {})
        await give_back(world, order_id, "2.00", reason="fraudulent")
        await give_back(world, order_id, str(amount - Decimal("3.50")), reason="duplicate")
        assert await dead(world) == []

        record = (await written(world, "payment"))[payment_id]
        assert Decimal(record["facts"]["refunded"]) == amount
        assert await stage_of(world, order_id) == "Refunded"
        assert compare(await world.ghl_truth(), await world.act_truth()).agrees
        assert len([ref for ref in await written(world, "log") if payment_id in ref]) == 3
        await replay_everything(world)
        await told(world)
        lines = [line for line in finance.lines if payment_id in line]
        assert len(lines) == 3
        assert len([line for line in finance.lines if " refunded, order " in line]) == 3
        assert lines[0].startswith("1.5")
        assert "Reason: none was given. Charged back before: no." in lines[0]
        assert lines[1].startswith("2")
        assert "Reason: fraudulent. Charged back before: yes." in lines[1]
        assert "Reason: duplicate." in lines[2]
        assert f"refunded: {amount:,.2f} USD (3)" in finance.lines


async def test_a_refund_of_an_old_order_that_act_does_not_have_brings_the_order_first(
    make_world: MakeWorld,
) -> None:
    async with make_world(flows=()) as world, finance_channel(world) as finance:
        [order_id] = (await world.sell(1, outcome="paid", currency="USD"))["orders"]
        await enable_all(world, {TEMPLATE: {}, NAME: {"channel": "finance", "stages": STAGES}})
        # Nothing was looked at yet: the refund is the first that is heard of it.
        await give_back(world, order_id, "1.00", reason="requested_by_customer")
        assert await dead(world) == []
        assert compare(await world.ghl_truth(), await world.act_truth()).agrees
        await told(world)
        assert await stage_of(world, order_id) == "Partially Refunded"
        [line] = [line for line in finance.lines if order_id in line]
        assert "Reason: requested_by_customer." in line
