"""What an event costs with much and with little history: time, buffers and rows that its statements touch.

Run: ``python benchmarks/growth.py [--stored 10000,100000,1000000] [--orders 60] [--rounds 3]``. Twins, server and
database run as their own processes on this machine. Before each size the tables are filled up to it: deliveries,
records, events, runs with their steps, intents, receipts, links, own writes and ledger lines, as real ones look. Then
orders come in by webhook and are carried over. Buffers and rows are the database's own counts of everything that
happened meanwhile, over the number of orders; time is the least of the rounds. Buffers are told by who touched them
(sessions, autovacuum), without what an idle server touches in that time, and by table and index. What is done every few
seconds or minutes is explained and executed once for each size. The ratios travel to other machines, the absolute
figures do not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.progress import Progress

from machine import describe
from orderbridge.cli.demo import story
from orderbridge.cli.demo.world import World
from orderbridge.core import log, platform
from orderbridge.core.platform import event_loop_factory
from orderbridge.store import alerts, arrivals, lanes, rhythms, run_history, runs, sightings, sizes

# $1 and $2: the connections; $3 and $4: from which number to which.
_FILL = (
    """
    INSERT INTO inbox (connection_id, delivery_id, source, type, kind, record_id, lane, body, received_at, outcome,
                       reason, settled_at)
    SELECT $1, 'old-' || n, CASE n % 20 WHEN 0 THEN 'poll' ELSE 'webhook' END, 'OrderCreate', 'order', 'old' || n,
           $1 || '/order/old' || n, convert_to(repeat('{"type": "OrderCreate"}', 20), 'UTF8'), at, 'done',
           '1 changes', at FROM (SELECT n, now() - make_interval(secs => 30 * ($5::int - n)) AS at
                                 FROM generate_series($3::int, $4::int) n) AS numbers WHERE $2 <> ''
    """,
    """
    INSERT INTO lanes (key, connection_id, kind, record_id, queued, fence)
    SELECT $1 || '/order/old' || n, $1, 'order', 'old' || n, false, 3 FROM generate_series($3::int, $4::int) n
    WHERE $2 <> '' AND $5 > 0
    """,
    """
    INSERT INTO records (connection_id, kind, record_id, revision, fingerprint, state, changed_at)
    SELECT $1, 'order', 'old' || n, 1, md5(n::text), STATE, at FROM NUMBERS WHERE $2 <> ''
    """,
    """
    INSERT INTO seen_rows (connection_id, kind, record_id, fingerprint)
    SELECT $1, 'order', 'old' || n, md5(n::text) FROM generate_series($3::int, $4::int) n WHERE $2 <> '' AND $5 > 0
    """,
    """
    INSERT INTO events (id, connection_id, type, kind, record_id, revision, lane, source, state, change, accepted_at,
                        outcome, handled)
    SELECT md5('e' || n), $1, 'ghl.order.changed', 'order', 'old' || n, 1, $1 || '/order/old' || n, 'webhook', STATE,
           '{"created": true, "deleted": false, "before": {}}', at, 'done', true FROM NUMBERS WHERE $2 <> ''
    """,
    """
    INSERT INTO arrivals (connection_id, kind, record_id, revision, way, told, changed_at, counts_at, accepted_at)
    SELECT $1, 'order', 'old' || n, 1, CASE n % 20 WHEN 0 THEN 'poll' ELSE 'webhook' END, true, at, at, at
    FROM NUMBERS WHERE $2 <> ''
    """,
    """
    INSERT INTO runs (id, event_id, flow_id, flow_version, lane, state, attempts, started_at, finished_at)
    SELECT md5('r' || n), md5('e' || n), f.id, 1, $1 || '/order/old' || n, 'done', 1, at, at
    FROM NUMBERS, (SELECT id FROM flows WHERE source_connection = $1 ORDER BY id LIMIT 1) f WHERE $2 <> ''
    """,
    """
    INSERT INTO run_search (run_id, words, amount, currency)
    SELECT md5('r' || n), ARRAY['old' || n, 'customer' || n % 5000 || '@customers.test', 'order'], n % 1000, 'USD'
    FROM generate_series($3::int, $4::int) n WHERE $1 <> $2 AND $5 > 0
    """,
    """
    INSERT INTO steps (run_id, path, action, state, input, output, finished_at)
    SELECT md5('r' || n), step, 'act.opportunity.upsert_by_order@1', 'done', STATE, '{"id": "x"}', at
    FROM NUMBERS, unnest(ARRAY['contact', 'opportunity']) step WHERE $1 <> $2
    """,
    """
    INSERT INTO intents (id, run_id, connection_id, kind, reference, fence, wanted, state, prepared_at)
    SELECT md5(kind || n), md5('r' || n), $2, kind, 'old' || n, 3, STATE, 'settled', at
    FROM NUMBERS, unnest(ARRAY['contact', 'opportunity']) kind WHERE $1 <> ''
    """,
    """
    INSERT INTO receipts (intent_id, run_id, connection_id, kind, reference, target_id, verdict, sent, read_back,
                          differences, settled_at)
    SELECT md5(kind || n), md5('r' || n), $2, kind, 'old' || n, md5('t' || kind || n), 'confirmed', STATE, STATE,
           '[]', at
    FROM NUMBERS, unnest(ARRAY['contact', 'opportunity']) kind WHERE $1 <> ''
    """,
    """
    INSERT INTO links (source_connection, source_kind, source_id, target_connection, target_kind, target_id, how)
    SELECT $1, 'order', 'old' || n, $2, 'opportunity', md5('topportunity' || n), 'created'
    FROM generate_series($3::int, $4::int) n WHERE $5 > 0
    """,
    """
    INSERT INTO own_writes (connection_id, kind, record_id, shown, created, unseen, history, settled_at)
    SELECT $2, 'opportunity', md5('topportunity' || n), STATE, true, false, '{}', at FROM NUMBERS WHERE $1 <> ''
    """,
    """
    INSERT INTO ledger (connection_id, order_id, record_kind, record_id, revision, entry, line, amount, currency,
                        occurred_at)
    SELECT $1, 'old' || n, 'order', 'old' || n, 1, entry, '1', n % 1000, 'USD', at
    FROM NUMBERS, unnest(ARRAY['line', 'tax', 'paid']) entry WHERE $2 <> ''
    """,
)
_STATE = """jsonb_build_object('id', 'old' || n, 'status', 'completed', 'amount', (n % 1000)::text, 'currency', 'USD',
    'contact', jsonb_build_object('id', 'c' || n % 5000, 'email', 'customer' || n % 5000 || '@customers.test'),
    'items', jsonb_build_array(jsonb_build_object('name', 'Course ' || n % 40, 'quantity', '1', 'price', '99.00')))"""
_NUMBERS = """(SELECT n, now() - make_interval(secs => 30 * ($5::int - n)) AS at
               FROM generate_series($3::int, $4::int) n) AS numbers"""
_PART, _PATIENCE_S, _LOOK_S = 50_000, 900.0, 0.2
_FILLED_AT_ONCE = 6
_WARM_ROUNDS = 2

_COUNTS = """
    SELECT (SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database())::bigint AS buffers,
           (SELECT sum(hits + read_bytes / current_setting('block_size')::int) FROM pg_stat_io
            WHERE backend_type = 'client backend' AND object = 'relation')::bigint AS session_buffers,
           (SELECT sum(hits + read_bytes / current_setting('block_size')::int) FROM pg_stat_io
            WHERE backend_type = 'autovacuum worker' AND object = 'relation')::bigint AS autovacuum_buffers,
           (SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables)::bigint AS rows_read,
           (SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables)::bigint AS rows_written
"""
# The database's own tables are counted too: a statement that is planned reads them.
_RELATIONS = """
    SELECT relname AS name, heap_blks_hit + heap_blks_read + coalesce(toast_blks_hit + toast_blks_read, 0)
           + coalesce(tidx_blks_hit + tidx_blks_read, 0) AS buffers FROM pg_statio_all_tables
    WHERE schemaname <> 'pg_toast'
    UNION ALL SELECT relname || ' / ' || indexrelname, idx_blks_hit + idx_blks_read FROM pg_statio_all_indexes
    WHERE schemaname <> 'pg_toast'
"""
# Sessions hand in what they counted when they have been idle for ten seconds.
_HANDED_IN_S = 11.0
# Long enough for what is done once a minute.
_IDLE_S = 60.0
_GREW = 12
_NOW, _WINDOW = datetime.now(UTC), timedelta(days=28)
PERIODIC: dict[str, Any] = {
    "sweep: lanes that nobody holds": lambda tx: lanes.stranded(tx, grace_s=5),
    "sweep: runs that have waited": lambda tx: runs.due(tx, now=_NOW),
    "poll: a page of 100 rows": lambda tx: sightings.row_moved(
        tx, "none", "order", [(f"old{number}", "x") for number in range(100)]
    ),
    "alerts: what waits": alerts.waiting,
    "alerts: what it holds": alerts.held,
    "alerts: dead runs": alerts.dead,
    "alerts: dead deliveries": alerts.dead_deliveries,
    "alerts: how webhooks tell": lambda tx: _telling(tx),
    "alerts: how often something comes": lambda tx: _rhythms(tx),
    "metrics: lanes in work": lanes.open_count,
    "metrics: dead runs": run_history.dead_groups,
    "metrics: deliveries": sizes.deliveries,
    "metrics: events": sizes.events,
    "metrics: runs": sizes.runs,
    "metrics: verdicts": sizes.verdicts,
}


async def _telling(tx: Any) -> None:
    every = [row["connection_id"] for row in await tx.asked("SELECT DISTINCT connection_id FROM rhythms")]
    await arrivals.telling(tx, every, ["order", "invoice", "contact"], since=_NOW - _WINDOW, lately=200)


async def _rhythms(tx: Any) -> None:
    counted = await rhythms.count(tx, after=await rhythms.reached(tx), keep=2 * _WINDOW)
    await rhythms.read(tx, after=counted, now=datetime.now(UTC), window=_WINDOW)


class Explained:
    """A connection that executes statements and counts the buffers that they touch."""

    def __init__(self, tx: Any) -> None:
        self._tx, self.buffers = tx, 0

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        """Count a statement's buffers."""
        rows = await self._tx.fetch(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", *values)
        plan = json.loads(rows[0][0])[0]["Plan"]
        self.buffers += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        return []

    async def fetchval(self, statement: str, *values: Any) -> Any:
        """The same, with its answer: what is asked next depends on it."""
        await self.fetch(statement, *values)
        return await self._tx.fetchval(statement, *values)

    async def asked(self, statement: str) -> list[Any]:
        """Ask without counting."""
        return list(await self._tx.fetch(statement))

    async def fetchrow(self, statement: str, *values: Any) -> None:
        """The same without one."""
        await self.fetch(statement, *values)

    execute = fetchrow


async def fill(world: World, stored: int, size: int) -> None:
    """Add history up to ``size`` events."""
    db, at_once = world.application.db, asyncio.Semaphore(_FILLED_AT_ONCE)
    async with db.read() as tx:
        ids = [row["id"] for row in await tx.fetch("SELECT id FROM connections ORDER BY system DESC")]

    async def one_table(statement: str) -> None:
        whole = statement.replace("STATE", _STATE).replace("NUMBERS", _NUMBERS)
        for first in range(stored + 1, size + 1, _PART):
            last = min(first + _PART - 1, size)
            async with at_once, db.read() as tx:
                await tx.execute(whole, *ids, first, last, size, timeout=_PATIENCE_S)

    await asyncio.gather(*(one_table(statement) for statement in _FILL))
    async with db.read() as tx:
        # As they would have been counted when they came.
        await rhythms.count(tx, after=await rhythms.reached(tx), keep=2 * _WINDOW)
    # What is handed in after this would let autovacuum go through the tables again while events are counted.
    await asyncio.sleep(_HANDED_IN_S)
    async with db.read() as tx:
        await tx.execute("VACUUM ANALYZE", timeout=_PATIENCE_S)


async def counts(world: World) -> dict[str, int]:
    """Read the database's own counts."""
    await asyncio.sleep(_HANDED_IN_S)
    async with world.application.db.read() as tx:
        return dict(await tx.fetchrow(_COUNTS) or {})


async def relations(world: World) -> dict[str, int]:
    """Read how many buffers of each table and index were touched."""
    async with world.application.db.read() as tx:
        return {row["name"]: int(row["buffers"] or 0) for row in await tx.fetch(_RELATIONS)}


async def settled(world: World) -> None:
    """Wait until everything that was sold is carried over; this asks nothing that grows with the history."""
    await world.control("ghl", "webhooks/flush", {"timeout_s": 60})
    for _ in range(int(_PATIENCE_S / _LOOK_S)):
        async with world.application.db.read() as tx:
            # Asked so that it hardly counts itself, however long it takes.
            if not await tx.fetchval("SELECT EXISTS (SELECT 1 FROM lanes WHERE queued)"):
                return
        await asyncio.sleep(_LOOK_S)
    raise SystemExit(f"not everything was carried over within {_PATIENCE_S:g} s")


async def one_size(world: World, orders: int, rounds: int) -> dict[str, Any]:
    """Measure orders from their webhooks to their proof, and what is done periodically."""
    # What every connection learns once, such as its plans, is no cost of an event; the pool closed those that had been
    # idle while tables were filled, and the new ones come by and by.
    for _ in range(_WARM_ROUNDS):
        await world.control("ghl", "orders", {"count": orders})
        await settled(world)
    quiet, quiet_since = await counts(world), time.perf_counter()
    await asyncio.sleep(_IDLE_S)
    before, took = await counts(world), []
    # An idle server has its rounds too; the two counts are as far apart as this says.
    idle_s = time.perf_counter() - quiet_since
    idle = {key: (before[key] - quiet[key]) / idle_s for key in before}
    touched, busy_since = await relations(world), time.perf_counter()
    for _ in range(rounds):
        began = time.perf_counter()
        await world.control("ghl", "orders", {"count": orders})
        await settled(world)
        took.append(time.perf_counter() - began)
    after = await counts(world)
    busy_s, number = time.perf_counter() - busy_since, orders * rounds
    found = {key: round((after[key] - before[key]) / number, 1) for key in after}
    found["session_buffers_without_idle"] = round(
        (after["session_buffers"] - before["session_buffers"] - idle["session_buffers"] * busy_s) / number, 1
    )
    by_relation = {
        name: round((buffers - touched.get(name, 0)) / number, 1)
        for name, buffers in (await relations(world)).items()
        if buffers > touched.get(name, 0)
    }
    # What a new connection learns of the database's own tables is a cost of the connection.
    found["own_tables_buffers"] = round(
        sum(buffers for name, buffers in by_relation.items() if not name.startswith("pg_")), 1
    )
    periodic = {}
    for what, ask in PERIODIC.items():
        async with world.application.db.read() as tx:
            explained = Explained(tx)
            began = time.perf_counter()
            inside = tx.transaction()
            await inside.start()
            await ask(explained)
            await inside.rollback()
            periodic[what] = {
                "buffers": explained.buffers,
                "ms": round(1000 * (time.perf_counter() - began), 1),
            }
    return {
        "per_order": {"ms": round(1000 * min(took) / orders, 1)} | found,
        "seconds": round(busy_s, 1),
        "idle_per_s": {key: round(value, 1) for key, value in idle.items()},
        "by_relation": dict(sorted(by_relation.items(), key=lambda item: -item[1])),
        "periodic": periodic,
    }


async def measure(sizes: list[int], orders: int, rounds: int) -> dict[str, Any]:
    """Measure every size in one run, the smallest first."""
    folder = Path(tempfile.mkdtemp(prefix="orderbridge-bench-"))
    platform.let_others_enter(folder)
    measured: dict[int, dict[str, Any]] = {}
    try:
        async with story.running_world(folder, 7, Progress(disable=True), poll_interval_s=3600) as world:
            stored = 0
            for size in sizes:
                await fill(world, stored, size)
                stored = size
                measured[size] = await one_size(world, orders, rounds)
                # A large size takes long; what is known is not lost with it.
                print(json.dumps({"stored": size} | measured[size]), file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "machine": describe(),
        "orders": orders,
        "rounds": rounds,
        "stored": measured,
        "ratios": ratios(measured),
    }


def ratios(measured: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Return what every size costs, as a multiple of the smallest."""
    least = measured[min(measured)]
    return {
        str(size): {
            "per_order": {
                key: round(value / least["per_order"][key], 2)
                for key, value in found["per_order"].items()
                if least["per_order"][key]
            },
            "buffers_grew_most": grew_most(least["by_relation"], found["by_relation"]),
            "periodic_buffers": {
                what: round(
                    found["periodic"][what]["buffers"] / max(1, least["periodic"][what]["buffers"]), 2
                )
                for what in found["periodic"]
            },
        }
        for size, found in measured.items()
        if found is not least
    }


def grew_most(few: dict[str, float], many: dict[str, float]) -> dict[str, list[float]]:
    """Return the tables and indexes of which an order touches the most more buffers than with the least history."""
    more = sorted(many, key=lambda name: few.get(name, 0.0) - many[name])
    return {name: [few.get(name, 0.0), many[name]] for name in more[:_GREW]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stored", default="10000,100000,1000000", help="sizes, with commas")
    parser.add_argument("--orders", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    log.configure(level="error")
    wanted = sorted(int(size) for size in given.stored.split(","))
    with asyncio.Runner(loop_factory=event_loop_factory()) as runner:
        print(json.dumps(runner.run(measure(wanted, given.orders, given.rounds)), indent=2))
