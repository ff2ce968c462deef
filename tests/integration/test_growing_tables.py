"""What every run and every write asks our own tables is answered by an index, however long the history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from orderbridge.catalogue.changes import Observed
from orderbridge.core import jsonio
from orderbridge.store import (
    alerts,
    arrivals,
    deliveries,
    events,
    exchanges,
    guesses,
    inbox,
    lanes,
    ledger,
    links,
    orders,
    own_writes,
    pulse,
    repairs,
    rhythms,
    run_history,
    runs,
    sessions,
    sightings,
    sizes,
    writes,
)
from orderbridge.store.database import Database
from orderbridge.store.inbox import NewDelivery
from orderbridge.store.lanes import Lane, LaneLostError
from orderbridge.store.ledger import Entry
from orderbridge.store.orders import Wanted
from orderbridge.store.writes import Receipt

ROWS = 100_000
# What waits and what is dead, of which there are some hundred here, may be looked through.
MANY = 1000
LANE = Lane("ghl/order/1", "a", "order", "1", 1, 0)
GROWING = {
    "inbox", "lanes", "events", "runs", "receipts", "intents", "own_writes", "run_search", "steps", "step_attempts",
    "exchanges", "records", "links", "ledger", "seen_rows", "arrivals", "guesses", "sessions",
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
       CASE WHEN n % 200 = 0 THEN 'prepared' ELSE 'settled' END
FROM generate_series(1, ROWS) n;
INSERT INTO own_writes (connection_id, kind, record_id, shown, created, unseen, history)
SELECT 'b', 'contact', 't' || n, '{}', false, false, '{}' FROM generate_series(1, ROWS) n;
INSERT INTO records (connection_id, kind, record_id, revision, fingerprint, state)
SELECT 'a', 'order', 'r' || n, 1, 'x', '{}' FROM generate_series(1, ROWS) n;
INSERT INTO links (source_connection, source_kind, source_id, target_connection, target_kind, target_id, how)
SELECT 'a', 'order', 'r' || n, 'b', 'opportunity', 't' || n, 'x' FROM generate_series(1, ROWS) n;
INSERT INTO inbox (connection_id, delivery_id, source, type, kind, record_id, lane, outcome, reason)
SELECT 'a', 'd' || n, 'webhook', 'x', 'order', 'r' || n, 'a/order/r' || n,
       CASE WHEN n % 500 = 0 THEN 'dead' WHEN n % 1000 = 1 THEN 'pending' ELSE 'done' END, 'x'
FROM generate_series(1, ROWS) n;
INSERT INTO lanes (key, connection_id, kind, record_id, queued)
SELECT 'a/order/r' || n, 'a', 'order', 'r' || n, n % 1000 = 1 FROM generate_series(1, ROWS) n;
INSERT INTO seen_rows (connection_id, kind, record_id, fingerprint)
SELECT 'a', 'order', 'r' || n, 'x' FROM generate_series(1, ROWS) n;
INSERT INTO ledger (connection_id, order_id, record_kind, record_id, revision, entry, line, amount, currency)
SELECT 'a', 'r' || n, 'order', 'r' || n, 1, 'line', '1', 1, 'USD' FROM generate_series(1, ROWS) n;
INSERT INTO step_attempts (run_id, path, attempt, error)
SELECT 'u' || n, 's', 1, 'x' FROM generate_series(1, ROWS) n;
INSERT INTO arrivals (connection_id, kind, record_id, revision, way, told, changed_at, counts_at, accepted_at)
SELECT 'a', 'order', 'r' || n, 1, CASE WHEN n % 20 = 0 THEN 'poll' ELSE 'webhook' END, n % 2 = 0, at, at, at
FROM (SELECT n, timestamptz '2026-03-03' - n * interval '10 minutes' AS at FROM generate_series(1, ROWS) n) AS made;
INSERT INTO exchanges (run_id, path, attempt, calls, kept_at)
SELECT 'u' || n, 's', 1, '{"calls": []}', now() - n * interval '1 minute' FROM generate_series(1, ROWS) n;
INSERT INTO users (id, name, name_key, role, password_hash) VALUES ('p', 'Anna', 'anna', 'owner', 'x');
INSERT INTO sessions (token_hash, user_id, seen_at, expires_at)
SELECT 't' || n, 'p', now(), now() + interval '30 days' FROM generate_series(1, ROWS) n;
INSERT INTO guesses (key, failures, tried_at) SELECT 'name:' || n, 1, now() FROM generate_series(1, ROWS) n;
ANALYZE;
"""


class Planned:
    """A connection that tells how each statement would be carried out; only small tables are really asked."""

    def __init__(self, tx: Any) -> None:
        self._tx = tx
        self.scanned: list[str] = []
        self._nodes: list[dict[str, Any]] = []

    async def _explain(self, statement: str, *values: Any) -> None:
        rows = await self._tx.fetch(f"EXPLAIN (FORMAT JSON) {statement}", *values)
        self._nodes = []
        self._look(jsonio.decode(rows[0][0])[0]["Plan"])

    def _look(self, node: dict[str, Any], *, cut_off: bool = False) -> None:
        self._nodes.append(node)
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWING:
            self.scanned.append(node["Relation Name"])
        # Estimated by the table's own statistics: an index that is read as a whole is no better.
        elif node.get("Relation Name") in GROWING and node["Plan Rows"] > MANY and not cut_off:
            self.scanned.append(f"{node['Plan Rows']} of {node['Relation Name']}")
        for part in node.get("Plans", ()):
            # A page of an ordered list stops where it is full.
            self._look(part, cut_off=cut_off or node["Node Type"] == "Limit")

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        await self._explain(statement, *values)
        return []

    async def fetchrow(self, statement: str, *values: Any) -> None:
        await self._explain(statement, *values)

    async def fetchval(self, statement: str, *values: Any) -> Any:
        await self._explain(statement, *values)
        # What it says decides what is asked next.
        small = not any(node.get("Relation Name") in GROWING for node in self._nodes)
        changes = any(node["Node Type"] in ("ModifyTable", "LockRows") for node in self._nodes)
        return await self._tx.fetchval(statement, *values) if small and not changes else None

    execute = fetchrow

    async def executemany(self, statement: str, values: Sequence[Sequence[Any]]) -> None:
        await self._explain(statement, *values[0])


NOW = datetime.now(UTC)
DELIVERY = NewDelivery(
    connection_id="a", delivery_id="new", source="webhook", type="x", kind="order", record_id="r7", lane_kind="order",
    lane_record_id="r7", body=b"",
)  # fmt: skip
OBSERVED = Observed(kind="order", record_id="r1", type="x", state={"id": "r1"})
ENTRY = Entry(
    order_id="r1", record_kind="order", record_id="r1", revision=2, entry="line", line="1", amount=Decimal(1),
    currency="USD", occurred_at=None,
)  # fmt: skip
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
    "a delivery": lambda tx: inbox.store(tx, [DELIVERY]),
    "what waits in a lane": lambda tx: inbox.pending(tx, "a/order/r7"),
    "a delivery's outcome": lambda tx: inbox.settle(tx, [7], outcome="done", reason="x"),
    "dead deliveries of a lane": lambda tx: inbox.supersede_dead(tx, "a/order/r7"),
    "taking a lane": lambda tx: lanes.take(tx, "a/order/r7", owner="me", lease_s=1),
    "closing a lane": lambda tx: lanes.close(tx, LANE),
    "renewing a lane": lambda tx: lanes.renew(tx, [LANE], lease_s=1),
    "waking lanes": lambda tx: lanes.wake(tx, ["a/order/r7"]),
    "a change": lambda tx: events.accept(tx, "a", "l1", "poll", OBSERVED),
    "open events of a lane": lambda tx: events.open_in_lane(tx, "l1"),
    "a revision": lambda tx: events.revision_of(tx, "a", "order", "r1"),
    "the lines of an opportunity": lambda tx: events.lines_of(tx, "a", "o1"),
    "a step": lambda tx: runs.record_step(
        tx, LANE, run_id="u1", path="s", action="x", state="done", input_={}, output={}, calls={"calls": []}
    ),
    "the calls of a run": lambda tx: exchanges.of_run(tx, "u1"),
    "what came of a record": lambda tx: deliveries.listed(
        tx, deliveries.Asked(records=["r7", "r8"], outcome="done"), limit=50
    ),
    "steps of a run": lambda tx: runs.steps_of(tx, "u1"),
    "ledger lines": lambda tx: ledger.append(tx, "a", [ENTRY]),
    "a change told again": lambda tx: arrivals.again(tx, "a", [("order", "r1", "poll")]),
    "the ways of a day": lambda tx: arrivals.tallies(tx, "a", DAY, DAY + timedelta(days=1)),
    "what came again on a day": lambda tx: arrivals.also(tx, "a", DAY, DAY + timedelta(days=1)),
    "what a list shows": lambda tx: arrivals.known(
        tx, "a", "order", [(f"r{n}", f"a/order/r{n}") for n in range(1, 500)]
    ),
    "how webhooks tell": lambda tx: arrivals.telling(
        tx, ["a"], ["order"], since=DAY - timedelta(days=28), lately=200
    ),
    "a request of somebody signed in": lambda tx: sessions.find(
        tx, "t7", now=NOW, idle_since=NOW - timedelta(hours=12)
    ),
    "a session in use": lambda tx: sessions.seen(tx, "t7", now=NOW),
    "the orders that changed last": lambda tx: orders.listed(tx, Wanted(), limit=50),
    "one order": lambda tx: orders.listed(tx, Wanted(order_id="r7"), limit=1),
    "what happened to an order": lambda tx: orders.history(tx, "a", "r7"),
    "what was written for an order": lambda tx: orders.writes_of(tx, "a", "r7"),
    "an order's money": lambda tx: orders.money(tx, ["a", "b"], "r7"),
    "a try to sign in": lambda tx: guesses.lock(tx, ["name:7", "address:7"], now=NOW),
    "a try that failed": lambda tx: guesses.note(tx, "name:7", guesses.Guesses(failures=2), now=NOW),
    "a try that succeeded": lambda tx: guesses.forget(tx, ["name:7"]),
    "tries of long ago": lambda tx: guesses.prune(tx, before=NOW - timedelta(days=1)),
}
# What is done every few seconds or minutes, whether anything happens or not.
PERIODIC: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "an open page": pulse.taken,
    "lanes that nobody holds": lambda tx: lanes.stranded(tx, grace_s=1),
    "runs that have waited": lambda tx: runs.due(tx, now=NOW),
    "calls of long ago": lambda tx: exchanges.forget(tx, older_than_days=69),
    "a page of a list": lambda tx: sightings.row_moved(tx, "a", "order", [("r1", "y"), ("r2", "y")]),
    "a page that was there before": lambda tx: sightings.keep_known(tx, "a", "order", [("r1", {})]),
    "alerts: what waits": lambda tx: alerts.waiting(tx),
    "alerts: what it holds": lambda tx: alerts.held(tx),
    "alerts: dead runs": lambda tx: alerts.dead(tx),
    "alerts: dead deliveries": lambda tx: alerts.dead_deliveries(tx),
    "alerts: how often something comes": lambda tx: rhythms.read(
        tx, after=ROWS, now=NOW + timedelta(days=90), window=timedelta(days=28)
    ),
    "alerts: counting what has come": lambda tx: rhythms.count(tx, after=ROWS, keep=timedelta(days=56)),
    "metrics: deliveries": sizes.deliveries,
    "metrics: changes": sizes.events,
    "metrics: runs": sizes.runs,
    "metrics: verdicts": sizes.verdicts,
    "metrics: dead runs": lambda tx: run_history.dead_groups(tx),
    "metrics: dead deliveries": lambda tx: inbox.dead(tx),
}


@pytest.fixture
async def filled(world: Any) -> Database:
    async with world.db.begin() as tx:
        await tx.execute("DELETE FROM flows")
        await tx.execute(FILLED.replace("ROWS", str(ROWS)), timeout=200)
    return world.db  # type: ignore[no-any-return]


async def test_nothing_on_the_way_of_an_event_or_done_again_and_again_reads_a_growing_table_from_end_to_end(
    filled: Database,
) -> None:
    scanned = {}
    for what, ask in (ASKED | PERIODIC).items():
        async with filled.read() as tx:
            planned = Planned(tx)
            # Nothing is carried out, so it finds no lane.
            with suppress(LaneLostError):
                await ask(planned)
            if planned.scanned:
                scanned[what] = planned.scanned
    assert scanned == {}
