"""The product is killed in the middle of an invoice, again and again; in the end there is one for each sale."""

from __future__ import annotations

import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from orderbridge.automation.enabling import enable
from support import act_sales as sales
from support.worker_process import WorkerProcess
from support.world import ACT, GHL, MakeWorld

# The second write of a run is its entry in the history, the one before it the invoice.
_STOPS = ("write.prepared:1", "write.sent:1", "write.settled:1", "step.done:1", "write.sent:2", "run.done:1")


@pytest.mark.skipif(sys.platform == "win32", reason="stops processes with SIGKILL")
async def test_wherever_it_is_killed_each_sale_has_one_invoice_and_each_payment_one_record(
    make_world: MakeWorld, tmp_path: Path
) -> None:
    async with make_world(flows=()) as world:
        settings = {"mark_sent_as": world.sandbox.ghl.user_id, "email_customer_as": world.sandbox.ghl.user_id}
        await enable(world.application.runtime, "act-orders-to-invoices", ghl=GHL, act=ACT, settings=settings)
        await sales.looked(world, rounds=1)
        environment = world.environment | {
            "ORDERBRIDGE_LANE_LEASE_S": "1",
            "ORDERBRIDGE_HEARTBEAT_S": "0.3",
            "ORDERBRIDGE_SWEEP_INTERVAL_S": "0.3",
            "ORDERBRIDGE_WRITE_SETTLE_S": "0.1",
            "ORDERBRIDGE_POLL_INTERVAL_S": "600",
            "ORDERBRIDGE_LOG_LEVEL": "warning",
        }
        deals = []
        for number, stop in enumerate(_STOPS, start=1):
            deals.append(await sales.deal(world, ("Kiln", f"{number}.50", 1), status="Won"))
            await world.poll()
            process = await WorkerProcess.start(environment, tmp_path / "killed.log", fault=stop)
            try:
                assert await process.ended(), f"{stop} was not reached: {process.messages()}"
                assert process.was_killed, process.messages()
            finally:
                await process.kill()
        await sales.looked(world)

        invoices = await sales.all_invoices(world)
        wanted = [Decimal(f"{number}.50") for number in range(1, len(_STOPS) + 1)]
        assert sorted(row["total"] for row in invoices) == wanted
        messages = Counter(row["invoice_id"] for row in (await world.ghl_truth("messages"))["messages"])
        held = await sales.dead(world)
        # Where it was killed while it told somebody, a person looks: nobody is told twice.
        assert set(messages.values()) <= {1}
        assert {cause for cause, _ in held} <= {"write.outcome_unknown"}, held
        histories = (await world.act_truth("histories"))["histories"]
        entries = [row for row in histories if "kind=invoice" in (row["details"] or "")]
        assert len(entries) == len(deals)
