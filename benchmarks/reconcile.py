"""How long both sides of a large business take to be compared, and how much memory that needs.

Run: ``python benchmarks/reconcile.py [--lines 10000 100000 1000000]``. Each size runs in a process of its own on its
own embedded PostgreSQL; the lines are made up and streamed in where the answers of the APIs would be. A hundred of
them differ by one cent, and the comparison has to find exactly these, each with its reason.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from machine import describe
from orderbridge.app import open_application
from orderbridge.proof.act import RECORD, ActSide
from orderbridge.proof.highlevel import HighLevelSide
from orderbridge.proof.invoiced import Pairs
from orderbridge.proof.measures import ORDERED, PAID, REFUNDED
from orderbridge.proof.pairing import pair
from orderbridge.proof.sink import Sink, iso
from orderbridge.proof.why import Explainer
from orderbridge.settings import Settings
from orderbridge.store import compared as tables
from orderbridge.store.compared import ACT, HIGHLEVEL
from orderbridge.store.connections import Connection

# A sale has its amount, its payment and what was refunded, on both sides.
_LINES_A_SALE = 6
_WRONG = 100
_CENT = Decimal("0.01")
_BEGIN = datetime(2026, 1, 1, 9, tzinfo=UTC)


def account(name: str, system: str) -> Connection:
    return Connection(
        id=name, name=name, system=system, mode="sandbox", account=name, config={}, state="ok", state_reason=None,
        last_success_at=None, failures=0, secret_set_at=_BEGIN,
    )  # fmt: skip


async def fill(sink: Sink, sales: int) -> None:
    """Stream both sides; every so many-th payment lacks a cent in Act!."""
    every = max(1, sales // _WRONG)
    for number in range(sales):
        sale, payment = f"{number:024x}", f"{number + 2**40:024x}"
        at = _BEGIN + timedelta(seconds=number)
        day, amount = sink.day(at), Decimal(number % 90_000 + 1000) / 100
        order = {
            "kind": "order", "contact": None, "status": "completed", "currency": "USD", "amount": amount,
            "created": iso(at), "updated": iso(at),
        }  # fmt: skip
        deal = {
            "linked": True, "name": "Sale", "source": "HighLevel", "source_id": sale, "status": "Won", "stage": "Paid",
            "contacts": [], "currency": "USD", "total": amount, "opened": iso(at), "created": iso(at),
            "edited": iso(at),
        }  # fmt: skip
        await sink.sale(HIGHLEVEL, sale, sale, day, order)
        await sink.amount(HIGHLEVEL, sale, ORDERED, "USD", amount, day=day)
        await sink.sale(ACT, sale, f"deal-{sale}", day, deal)
        short = _CENT if number % every == 0 and number // every < _WRONG else Decimal(0)
        for side, paid in ((HIGHLEVEL, amount), (ACT, amount - short)):
            await sink.amount(side, sale, PAID, "USD", paid, record=payment, day=day)
            await sink.amount(side, sale, REFUNDED, "USD", Decimal(0), record=payment, day=day)
            sink.fact(side, sale, payment, "status", "succeeded")
        sink.fact(ACT, sale, payment, RECORD, f"record-{payment}")
    await sink.flush()


async def once(lines: int) -> dict[str, object]:
    sales = lines // _LINES_A_SALE
    folder = Path(tempfile.mkdtemp(prefix="orderbridge-bench-"))
    source, target = account("shop", "ghl"), account("crm", "act")
    try:
        async with (
            open_application(Settings(data_dir=folder)) as application,
            tables.opened(application.db) as both,
        ):
            runtime = application.runtime
            sink = Sink(compared=both, zone=ZoneInfo("UTC"))
            began = time.perf_counter()
            await fill(sink, sales)
            await both.index_sales()
            filled = time.perf_counter()
            paired = await pair(runtime, source, target, sink, read_lines=lambda _day: False)
            await both.compare()
            explainer = Explainer(
                runtime=runtime, source=source, target=target, compared=both, pairs=Pairs(of_invoices={}),
                highlevel=HighLevelSide(), act=ActSide(), paired=paired, copies={},
            )  # fmt: skip
            found, after = [], None
            while rows := await both.wrong(after=after, limit=500):
                after = rows[-1]
                found += await explainer.explain(rows)
            await both.totals()
            await both.outstanding(ORDERED, PAID)
            facts = await both.wrong_facts(dates="date", apart_s=50_400)
            done = time.perf_counter()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    wrong = [item for item in found if item.reason != "payment_differs" or item.amount != _CENT]
    if len(found) != min(_WRONG, sales) or wrong or facts or paired.findings:
        raise SystemExit(f"{len(found)} differences, {len(wrong)} of them wrong, {len(facts)} facts")
    return {
        "lines": sales * _LINES_A_SALE,
        "streamed_s": round(filled - began, 1),
        "compared_s": round(done - filled, 1),
        "lines_per_s": round(sales * _LINES_A_SALE / (done - began)),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "found": len(found),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--once", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        print(json.dumps(asyncio.run(once(given.once))))
        sys.exit()
    sizes = []
    for size in given.lines:
        ran = subprocess.run(
            [sys.executable, __file__, "--once", str(size)], capture_output=True, text=True, check=False
        )
        if ran.returncode:
            sys.exit(ran.stderr)
        sizes.append(json.loads(ran.stdout.splitlines()[-1]))
    print(json.dumps({"machine": describe(), "sizes": sizes}, indent=2))
