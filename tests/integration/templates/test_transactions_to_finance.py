"""Payments to Act! and to finance: one record, one line for each change, one message for what belongs together."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orderbridge.cli.demo.truth import compare
from support.finance import finance_channel
from support.trouble import both_ways, dead, enable_all, replay_everything, trouble, written
from support.world import TEMPLATE, MakeWorld

NAME = "transactions-to-finance"


@pytest.mark.parametrize("tables", [True, False])
async def test_each_change_is_recorded_logged_and_told_once_under_trouble(
    make_world: MakeWorld, tables: bool
) -> None:
    told = {"channel": "finance", "window_minutes": 0.02}
    async with (
        make_world(custom_tables=tables, flows=(), act_config={"custom_tables": tables}) as world,
        finance_channel(world) as finance,
    ):
        # An old build has neither custom tables nor a field for the currency.
        currency = {} if tables else {"currency": "USD"}
        await world.sell(4, **currency)
        await enable_all(world, {TEMPLATE: {}, NAME: told}, tables=tables)
        await trouble(world)
        async with both_ways(world):
            sold = await world.sell(16, webhooks=True, **currency)
        assert await dead(world) == []

        new = [row for row in (await world.ghl_truth())["transactions"] if row["id"] in sold["transactions"]]
        logs = await written(world, "log")
        assert {ref.split(":")[1].removeprefix("payment%3A") for ref in logs} == {row["id"] for row in new}
        some = next(iter(logs.values()))
        for name in ("transactionId", "orderId", "amount", "status", "timestamp"):
            assert f"{name}: " in some["details"]
        assert compare(await world.ghl_truth(), await world.act_truth()).agrees

        # A charge that was pending comes to its end: the same record, one line more.
        [waiting, *_] = [row["id"] for row in new if row["status"] == "pending"]
        await world.control("ghl", f"transactions/{waiting}/settle", {"status": "succeeded"})
        await world.poll()
        await world.work_until_idle()
        assert len(await written(world, "log")) == len(logs) + 1
        assert (await written(world, "payment"))[waiting]["facts"]["status"] == "succeeded"
        assert compare(await world.ghl_truth(), await world.act_truth()).agrees

        tell = [row for row in new if row["status"] in ("succeeded", "failed")]

        async def everything_told() -> bool:
            return sum("payment" in line for line in finance.lines) >= len(tell) + 1

        await world.work_until(everything_told)
        lines = [line for line in finance.lines if ", payment " in line]
        assert len(lines) == len(set(lines)) == len(tell) + 1
        assert len(finance.messages) < len(lines)
        totals = total_of(finance.lines, "succeeded")
        wanted: dict[str, Decimal] = {}
        for row in [row for row in new if row["status"] == "succeeded" or row["id"] == waiting]:
            wanted[row["currency"]] = wanted.get(row["currency"], Decimal(0)) + Decimal(row["amount"])
        assert totals == wanted

        before, messages = await written(world, "log"), len(finance.messages)
        await replay_everything(world)
        assert (await written(world, "log")).keys() == before.keys()
        assert compare(await world.ghl_truth(), await world.act_truth()).agrees
        await world.rows("UPDATE digests SET due_at = now() WHERE state = 'open'")
        await world.work_until_idle()
        assert len(finance.messages) == messages


def total_of(lines: list[str], word: str) -> dict[str, Decimal]:
    """Add up the totals of all messages."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        if line.startswith(f"{word}: ") and line.endswith(")") and ", payment " not in line:
            amount, currency, _count = line.removeprefix(f"{word}: ").split(" ")
            sums[currency] = sums.get(currency, Decimal(0)) + Decimal(amount.replace(",", ""))
    return sums
