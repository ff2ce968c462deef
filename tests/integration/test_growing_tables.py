"""What every run and every write asks our own tables is answered by an index, however long the history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orderbridge.core import jsonio
from orderbridge.store import arrivals, events, links, own_writes, repairs, run_history, runs, writes
from orderbridge.store.database import Database
from orderbridge.store.lanes import Lane, LaneLostError
from orderbridge.store.run_history import Sought
from orderbridge.store.writes import Receipt

ROWS = 50_000
LANE = Lane("ghl/order/1", "a", "order", "1", 1, 0)
GROWING = {
    "events", "runs", "receipts", "intents", "own_writes", "run_search", "steps", "records", "links",
    "arrivals", "inbox",
}  # fmt: skip
DAY = datetime(2026, 3, 2, tzinfo=UTC)

FILLED = """
INSERT INTO lanes (key, connection_id, kind, record_id, queued, owner, fence, lease_until)
VALUES ('ghl/order/1', 'a', 'order', '1', true, 'me', 1, now() + interval '1 hour');
INSERT INTO flows (id, name, template, version, enabled, source_connection, target_connection)
SELECT 'f' || n, 'f' || n, 't' || n % 2, 1, true, 'a', 'b' FROM generate_series(1, 6) n;
INSERT INTO events (id, connection_id, type, kind, record_id, revision, lane, source, state, outcome)
SELECT 'e' || n, 'a', 'x', 'order', 'r' || n % 20000, n / 20000 + 1, 'l' || n, 'poll', '{}',
       CASE WHEN n % 500 = 0 THEN 'dead' ELSE 'done' END FROM generate_series(1, ROWS) n;
INSERT INTO runs (id, event_id, flow_id, flow_version, lane, state, cause)
SELECT 'u' || n, 'e' || n, 'f' || n % 6 + 1, 1, 'l' || n, CASE WHEN n % 500 = 0 THEN 'dead' ELSE 'done' END,
       CASE WHEN n % 500 = 0 THEN 'x' END FROM generate_series(1, ROWS) n;
INSERT INTO run_search (run_id, words) SELECT 'u' || n, ARRAY['w' || n, 'all'] FROM generate_series(1, ROWS) n;
INSERT INTO steps (run_id, path, action, state) SELECT 'u' || n, 's', 'x', 'done' FROM generate_series(1, ROWS) n;
INSERT INTO receipts (intent_id, run_id, connection_id, kind, reference, target_id, verdict, sent, differences)
SELECT 'i' || n, 'u' || n, 'b', 'act.contact', 'r' || n, 't' || n, 'confirmed', '{}', '[]'
FROM generate_series(1, ROWS) n;
INSERT INTO intents (id, run_id, connection_id, kind, reference, fence, wanted, state)
SELECT 'i' || n, 'u' || n, 'b', 'act.contact', 'r' || n, 1, '{}',
       CASE WHEN n % 10 = 0 THEN 'prepared' ELSE 'settled' END
FROM generate_series(1, ROWS) n;
INSERT INTO own_writes (connection_id, kind, record_id, shown, created, unseen, history)
SELECT 'b', 'contact', 't' || n, '{}', false, false, '{}' FROM generate_series(1, ROWS) n;
INSERT INTO records (connection_id, kind, record_id, revision, fingerprint, state)
SELECT 'a', 'order', 'r' || n, 1, 'x', '{}' FROM generate_series(1, ROWS) n;
INSERT INTO links (source_connection, source_kind, source_id, target_connection, target_kind, target_id, how)
SELECT 'a', 'order', 'r' || n, 'b', 'opportunity', 't' || n, 'x' FROM generate_series(1, ROWS) n;
INSERT INTO arrivals (connection_id, kind, record_id, revision, way, told, changed_at, counts_at, accepted_at)
SELECT 'a', 'order', 'r' || n, 1, CASE WHEN n % 20 = 0 THEN 'poll' ELSE 'webhook' END, n % 2 = 0, at, at, at
FROM (SELECT n, timestamptz '2026-03-03' - n * interval '10 minutes' AS at FROM generate_series(1, ROWS) n) AS made;
INSERT INTO inbox (connection_id, delivery_id, source, type, kind, record_id, lane, outcome)
SELECT 'a', 'd' || n, 'webhook', 'x', 'order', 'r' || n, 'a/order/r' || n,
       CASE WHEN n % 1000 = 0 THEN 'dead' ELSE 'done' END FROM generate_series(1, ROWS) n;
ANALYZE;
"""


class Planned:
    """A connection that tells how each statement would be carried out, and carries out none."""

    def __init__(self, tx: Any) -> None:
        self._tx = tx
        self.scanned: list[str] = []

    async def _explain(self, statement: str, *values: Any) -> None:
        rows = await self._tx.fetch(f"EXPLAIN (FORMAT JSON) {statement}", *values)
        plan = rows[0][0]
        self._look(jsonio.decode(plan)[0]["Plan"])

    def _look(self, node: dict[str, Any]) -> None:
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWING:
            self.scanned.append(node["Relation Name"])
        for part in node.get("Plans", ()):
            self._look(part)

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        await self._explain(statement, *values)
        return []

    async def fetchrow(self, statement: str, *values: Any) -> None:
        await self._explain(statement, *values)

    fetchval = execute = fetchrow


RECEIPT = Receipt(
    intent_id="i1", target_id="t1", verdict="confirmed", before=None, sent={}, read_back=None, differences=[]
)
ORDER = {"connection_id": "a", "kind": "order", "record_id": "r1"}
WRITE = {"connection_id": "b", "kind": "act.contact", "reference": "r1"}
ASKED: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "the latest runs": lambda tx: runs.latest(tx, "e1"),
    "a run's beginning": lambda tx: runs.begin(
        tx, LANE, run_id="u1", event_id="e1", flow_id="f1", flow_version=1
    ),
    "a run's end": lambda tx: runs.finish(tx, LANE, "u1", state=runs.DONE),
    "a run's pause": lambda tx: runs.park(tx, LANE, "u1", until=None, reason="x"),  # type: ignore[arg-type]
    "overtaken": lambda tx: runs.overtaken_by(tx, flow_id="f1", revision=1, **ORDER),
    "superseded": lambda tx: repairs.supersede(tx, flow_ids=["f1"], revision=2, **ORDER),
    "what depended": lambda tx: repairs.reopen_dead(tx, cause="x", lane="l1"),
    "an event's outcome": lambda tx: events.settle(tx, LANE, "e1", outcome="done", reason=None, handled=True),
    "an intent": lambda tx: writes.prepare(tx, LANE, intent_id="i1", run_id="u1", wanted={}, **WRITE),
    "a receipt": lambda tx: writes.settle(tx, LANE, RECEIPT, run_id="u1", final=True, **WRITE),
    "who made a record": lambda tx: writes.created_under_another_reference(
        tx, connection_id="b", kind="act.contact", target_id="t1", reference="r1"
    ),
    "what was proved": lambda tx: writes.proved_target(tx, **WRITE),
    "own writes": lambda tx: own_writes.of_records(tx, "b", [("contact", "t1")]),
    "own writes that are news": lambda tx: own_writes.seen(tx, "b", "contact", "t1"),
    "own writes by field": lambda tx: own_writes.forget_moved(tx, "b", "contact", "t1", ["email"]),
    "partners": lambda tx: links.partners(
        tx, connection="b", kind="opportunity", record_id="t1", other_connection="a", other_kind="order"
    ),
    "a change told again": lambda tx: arrivals.again(tx, "a", [("order", "r1", "poll")]),
    "the ways of a day": lambda tx: arrivals.tallies(tx, "a", DAY, DAY + timedelta(days=1)),
    "what came again on a day": lambda tx: arrivals.also(tx, "a", DAY, DAY + timedelta(days=1)),
    "what a list shows": lambda tx: arrivals.known(
        tx, "a", "order", [(f"r{n}", f"a/order/r{n}") for n in range(1, 500)]
    ),
    "how webhooks tell": lambda tx: arrivals.telling(
        tx, ["a"], ["order"], since=DAY - timedelta(days=28), lately=200
    ),
    "a search": lambda tx: run_history.listed(tx, Sought(words=["w17"]), limit=20),
}


@pytest.fixture
async def filled(world: Any) -> Database:
    async with world.db.begin() as tx:
        await tx.execute("DELETE FROM flows")
        await tx.execute(FILLED.replace("ROWS", str(ROWS)))
    return world.db  # type: ignore[no-any-return]


async def test_nothing_on_the_way_of_an_event_reads_a_growing_table_from_end_to_end(filled: Database) -> None:
    scanned = {}
    for what, ask in ASKED.items():
        async with filled.read() as tx:
            planned = Planned(tx)
            # Nothing is carried out, so it finds no lane.
            with suppress(LaneLostError):
                await ask(planned)
            if planned.scanned:
                scanned[what] = planned.scanned
    assert scanned == {}
