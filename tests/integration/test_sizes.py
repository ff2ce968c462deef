"""What is open is counted to the last one; of a long history the rest is an estimate, and said to be one."""

from __future__ import annotations

from orderbridge.api.status import snapshot
from orderbridge.store import sizes
from orderbridge.store.database import Tx
from support.world import World

MANY = 4 * sizes.EXACT_UP_TO
STORED = """
INSERT INTO inbox (connection_id, delivery_id, source, type, kind, outcome)
SELECT 'a', 'd' || n, 'webhook', 'x', 'order',
       CASE WHEN n <= 3 THEN 'pending' WHEN n <= 5 THEN 'waiting' WHEN n <= 12 THEN 'dead'
            WHEN n % 2 = 0 THEN 'nothing' ELSE 'done' END FROM generate_series(1, $1::int) n;
"""
CHANGES = """
INSERT INTO events (id, connection_id, type, kind, record_id, revision, lane, source, state, outcome)
SELECT 'e' || n, 'a', 'x', 'order', 'r' || n, 1, 'l', 'poll', '{}',
       (ARRAY['pending', 'waiting', 'parked', 'parked', 'dead', 'nothing', 'done'])[least(n, 7)]
FROM generate_series(1, $1::int) n
"""
RUNS = """
INSERT INTO runs (id, event_id, flow_id, flow_version, lane, state)
SELECT 'r' || n, 'e' || n, 'f', 1, 'l',
       (ARRAY['running', 'waiting', 'dead', 'dead', 'cancelled', 'nothing', 'done'])[least(n, 7)]
FROM generate_series(1, $1::int) n
"""
RECEIPTS = """
INSERT INTO receipts (intent_id, run_id, connection_id, kind, reference, verdict, sent, differences)
SELECT 'i' || n, 'r' || n, 'b', 'k', 'r', (ARRAY['in_doubt', 'refused', 'altered', 'altered', 'answered', 'unchanged',
       'confirmed'])[least(n, 7)], '{}', '[]' FROM generate_series(1, $1::int) n
"""
OPEN = {
    "deliveries": {"pending": 3, "waiting": 2, "dead": 7},
    "events": {"pending": 1, "waiting": 1, "parked": 2, "dead": 1},
    "runs": {"running": 1, "waiting": 1, "dead": 2, "cancelled": 1},
    "verdicts": {"in_doubt": 1, "refused": 1, "altered": 2},
}
REST = {"deliveries": "done", "events": "done", "runs": "done", "verdicts": "confirmed"}


async def store(tx: Tx, rows: int) -> None:
    for table in ("inbox", "events", "runs", "receipts"):
        await tx.execute(f"DELETE FROM {table}")
    for statement in (STORED, CHANGES, RUNS, RECEIPTS):
        await tx.execute(statement, rows)


async def test_of_a_short_history_everything_is_counted(world: World) -> None:
    async with world.db.begin() as tx:
        await store(tx, 100)
    found = await snapshot(world.db, now=world.application.clock.now())
    assert found["estimated"] == []
    for name, counted in OPEN.items():
        assert found[name] == counted | {REST[name]: 100 - sum(counted.values())}, name


async def test_of_a_long_history_the_rest_is_estimated_and_what_is_open_is_not(world: World) -> None:
    async with world.db.begin() as tx:
        await store(tx, MANY)
        await tx.execute("ANALYZE")
        # Half as many again, which nobody has looked at since.
        await tx.execute(
            "INSERT INTO inbox (connection_id, delivery_id, source, type, kind, outcome)"
            " SELECT 'b', 'd' || n, 'webhook', 'x', 'order', 'done' FROM generate_series(1, $1::int) n",
            MANY // 2,
        )
    found = await snapshot(world.db, now=world.application.clock.now())
    assert found["estimated"] == sorted(OPEN)
    for name, counted in OPEN.items():
        rest = found[name].pop(REST[name])
        assert found[name] == counted
        there = MANY + MANY // 2 if name == "deliveries" else MANY
        assert 0.9 * there < rest + sum(counted.values()) < 1.1 * there, name
