"""Runs are found by what few have in common, else from the newest back; no search reads all that there ever were."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderbridge.core import jsonio
from orderbridge.store import run_lists
from orderbridge.store.database import Database
from orderbridge.store.run_lists import Listed, Sought
from support.command import orderbridge
from support.world import World

RUNS, FEW, FURTHEST = 20_800, 40, 400
# By all steps of all plans: far less than there are runs.
MOST_READ = 15 * FURTHEST
# Run 1 is the oldest one. Every 100th is of the flow "rare (a, b)"; run 5 alone ended with nothing to do.
FILLED = f"""
INSERT INTO flows (id, name, template, version, enabled, source_connection, target_connection)
VALUES ('often', 'often (a, b)', 't', 1, true, 'a', 'b'), ('rare', 'rare (a, b)', 't', 1, true, 'a', 'b');
INSERT INTO events (id, connection_id, type, kind, record_id, revision, lane, source, state, outcome)
SELECT 'e' || n, 'a', 'x', 'order', 'r' || n, 1, 'l' || n, 'poll', '{{}}', 'done' FROM generate_series(1, {RUNS}) n;
INSERT INTO runs (id, event_id, flow_id, flow_version, lane, state, cause, started_at)
SELECT 'u' || n, 'e' || n, CASE WHEN n % 100 = 0 THEN 'rare' ELSE 'often' END, 1, 'l' || n,
       CASE WHEN n = 5 THEN 'nothing' WHEN n = 6 THEN 'dead' ELSE 'done' END, CASE WHEN n % 1000 = 7 THEN 'c' END,
       timestamptz '2026-03-01' + n * interval '1 minute' FROM generate_series(1, {RUNS}) n;
INSERT INTO run_search (run_id, words, amount, currency)
SELECT 'u' || n, ARRAY['w' || n, 'all', CASE WHEN n % 2 = 0 THEN 'even' ELSE 'odd' END,
                       CASE WHEN n <= 100 THEN 'old' ELSE 'new' END],
       CASE WHEN n = 8 THEN 8.5 ELSE n % 4 END, 'USD' FROM generate_series(1, {RUNS}) n;
-- Of what waits to be sorted in, which is never much, the index hands on everything.
SELECT gin_clean_pending_list('ix_run_search_words');
ANALYZE;
"""


class Watched:
    """A connection that counts the rows that every node of a plan handed on or left out."""

    def __init__(self, tx: Any) -> None:
        self._tx, self.rows = tx, 0

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        plan = await self._tx.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", *values)
        self._count(jsonio.decode(plan[0][0])[0]["Plan"])
        return list(await self._tx.fetch(statement, *values))

    async def execute(self, statement: str, *values: Any) -> None:
        await self._tx.execute(statement, *values)

    def _count(self, node: dict[str, Any]) -> None:
        left_out = sum(int(node.get(f"Rows Removed by {why}", 0)) for why in ("Filter", "Index Recheck"))
        self.rows += (int(node["Actual Rows"]) + left_out) * int(node["Actual Loops"])
        for part in node.get("Plans", ()):
            self._count(part)


@pytest.fixture
async def filled(world: World) -> Database:
    async with world.db.begin() as tx:
        await tx.execute("DELETE FROM flows")
        await tx.execute(FILLED)
    return world.db


Find = Callable[[Sought], Awaitable[tuple[list[int], Listed, int]]]


@pytest.fixture
async def find(filled: Database) -> Find:
    async def found(sought: Sought, limit: int = 3) -> tuple[list[int], Listed, int]:
        async with filled.begin() as tx:
            watched = Watched(tx)
            listed = await run_lists.listed(watched, sought, limit=limit, few=FEW, furthest=FURTHEST)
        return [int(row["id"][1:]) for row in listed.rows], listed, watched.rows

    return found


ANSWERS = [
    (Sought(words=["w17"]), [17]),
    (Sought(words=["w17", "odd"]), [17]),
    (Sought(words=["w17", "even"]), []),
    (Sought(words=["no-such-word"]), []),
    (Sought(amounts=[("8.5", Decimal("8.5"))], currency="usd"), [8]),
    (Sought(words=["all"], amounts=[("8.5", Decimal("8.5"))]), [8]),
    (Sought(words=["all"], amounts=[("w9", Decimal(77))]), [9]),
    (Sought(state="dead"), [6]),
    (Sought(words=["all"], state="dead"), [6]),
    (Sought(cause="c"), [20007, 19007, 18007]),
    (Sought(flow="rare"), [20800, 20700, 20600]),
    (Sought(words=["all"]), [20800, 20799, 20798]),
    (Sought(words=["odd"], amounts=[("1", Decimal(1))]), [20797, 20793, 20789]),
    (Sought(), [20800, 20799, 20798]),
]


async def test_what_is_sought_is_found_wherever_it_is_and_little_is_read(find: Find) -> None:
    for sought, runs in ANSWERS:
        found, listed, read = await find(sought)
        assert (found, listed.looked_to) == (runs, None), sought
        assert read < MOST_READ, sought


async def test_where_many_would_have_to_be_read_it_says_how_far_it_looked_and_goes_on_from_there(
    find: Find,
) -> None:
    for sought in (
        Sought(state="nothing"),
        Sought(words=["old"], state="nothing"),
        Sought(flow="often", state="nothing"),
    ):
        found, listed, read = await find(sought)
        pages = 1
        while listed.looked_to is not None:
            assert found == [], sought
            assert read < MOST_READ, sought
            before = listed.looked_to
            found, listed, read = await find(replace(sought, after=listed.looked_to))
            assert listed.looked_to is None or listed.looked_to < before
            pages += 1
        assert found == [5], sought
        assert pages == RUNS // FURTHEST, sought


async def test_the_command_says_back_to_when_it_looked_and_how_to_go_on(
    filled: Database, world: World
) -> None:
    asked = ("runs", "list", "--state", "nothing", "--json")
    first = await orderbridge(*asked, environment=world.environment)
    assert first.json == []
    # The 20,000th from the newest one is run 801.
    assert "20,000 runs were looked at, back to 2026-03-01 13:21 UTC." in first.err
    [after] = re.findall(r"--after '([^']+)'", first.err)
    rest = await orderbridge(*asked, "--after", after, environment=world.environment)
    assert [row["id"] for row in rest.json] == ["u5"]
    assert "were looked at" not in rest.err
