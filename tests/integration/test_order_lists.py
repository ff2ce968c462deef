"""Orders are found by what few have in common, else from the last changed back; no search reads all of them."""

from __future__ import annotations

from typing import Any

import pytest

from integration.test_run_lists import Watched
from orderbridge.core.list_positions import Position
from orderbridge.store import deliveries, orders
from orderbridge.store.database import Database
from orderbridge.store.deliveries import Asked
from orderbridge.store.orders import Listed, Wanted
from support.world import World

ORDERS, FEW, FURTHEST = 6_000, 40, 400
# By all steps of all plans: far less than there are orders, each with its event, its run and its delivery.
MOST_READ = 15 * FURTHEST
# Order 1 changed longest ago; one connection has all. Deliveries 1 to 5 are of a kind of their own.
FILLED = f"""
INSERT INTO connections SELECT (jsonb_populate_record(c, '{{"id": "a", "name": "a"}}')).*
FROM connections c WHERE system = 'ghl' LIMIT 1;
INSERT INTO records (connection_id, kind, record_id, revision, fingerprint, state, changed_at)
SELECT 'a', 'order', 'r' || n, 1, 'f', '{{}}', timestamptz '2026-03-01' + n * interval '1 minute'
FROM generate_series(1, {ORDERS}) n;
INSERT INTO events (id, connection_id, type, kind, record_id, revision, lane, source, state, outcome)
SELECT 'e' || n, 'a', 'x', 'order', 'r' || n, 1, 'a/order/r' || n, 'poll', '{{}}', 'done'
FROM generate_series(1, {ORDERS}) n;
INSERT INTO runs (id, event_id, flow_id, flow_version, lane, state)
SELECT 'u' || n, 'e' || n, 'f', 1, 'a/order/r' || n, 'done' FROM generate_series(1, {ORDERS}) n;
INSERT INTO run_search (run_id, words)
SELECT 'u' || n, ARRAY['w' || n, 'all', CASE WHEN n <= 100 THEN 'old' ELSE 'new' END]
FROM generate_series(1, {ORDERS}) n;
INSERT INTO inbox (connection_id, delivery_id, source, type, kind, record_id, lane, outcome)
SELECT 'a', 'd' || n, 'poll', 'x', CASE WHEN n <= 5 THEN 'rare' ELSE 'order' END, 'r' || n, 'a/order/r' || n,
       CASE WHEN n = 9 THEN 'dead' ELSE 'done' END FROM generate_series(1, {ORDERS}) n;
SELECT gin_clean_pending_list('ix_run_search_words');
ANALYZE;
"""


@pytest.fixture
async def filled(world: World) -> Database:
    async with world.db.begin() as tx:
        await tx.execute(FILLED)
    return world.db


async def found(db: Database, wanted: Wanted) -> tuple[list[str], Listed, int]:
    async with db.begin() as tx:
        watched: Any = Watched(tx)
        listed = await orders.listed(watched, wanted, limit=3, few=FEW, furthest=FURTHEST)
    return [row.record_id for row in listed.rows], listed, watched.rows


async def test_orders_are_found_wherever_they_are_and_little_is_read(filled: Database) -> None:
    for wanted, ids in (
        (Wanted(words=["w17"]), ["r17"]),
        (Wanted(words=["w17", "old"]), ["r17"]),
        (Wanted(words=["w17", "new"]), []),
        (Wanted(words=["no-such-word"]), []),
        (Wanted(words=["all"]), ["r6000", "r5999", "r5998"]),
        (Wanted(order_id="r17"), ["r17"]),
        (Wanted(), ["r6000", "r5999", "r5998"]),
    ):
        answer, listed, read = await found(filled, wanted)
        assert (answer, listed.looked_to) == (ids, None), wanted
        assert read < MOST_READ, wanted


async def test_where_many_would_have_to_be_read_it_says_how_far_it_looked(filled: Database) -> None:
    after: Position | None = None
    pages = 0
    while True:
        pages += 1
        answer, listed, read = await found(filled, Wanted(words=["old"], after=after))
        assert read < MOST_READ
        if listed.looked_to is None:
            break
        assert answer == []
        assert after is None or listed.looked_to < after
        after = listed.looked_to
    assert answer == ["r100", "r99", "r98"]
    assert pages == (ORDERS - 100) // FURTHEST + 1


async def test_what_came_is_listed_newest_first_and_a_rare_kind_ends_after_so_many(filled: Database) -> None:
    async def look(asked: Asked) -> tuple[list[str], int | None]:
        async with filled.begin() as tx:
            watched: Any = Watched(tx)
            listed = await deliveries.listed(watched, asked, limit=2, furthest=FURTHEST)
        assert watched.rows < MOST_READ
        return [row["record_id"] for row in listed.rows], listed.looked_to

    assert await look(Asked()) == (["r6000", "r5999"], None)
    # However long ago: what is dead stands in an index of its own.
    assert await look(Asked(outcome="dead")) == (["r9"], None)
    assert await look(Asked(outcome="dead", kind="rare")) == ([], None)
    answer, looked_to = await look(Asked(kind="rare"))
    pages = 1
    while looked_to is not None:
        assert answer == []
        answer, looked_to = await look(Asked(kind="rare", after=looked_to))
        pages += 1
    assert answer == ["r5", "r4"]
    assert pages == ORDERS // FURTHEST
