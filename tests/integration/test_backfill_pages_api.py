"""What the pages of backfills, closes and trends ask for: plans, files, comparisons and days."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest_asyncio

from orderbridge.core import jsonio
from orderbridge.core.business_day import day_of, zone_of
from orderbridge.core.ids import random_id
from orderbridge.proof import exporting
from orderbridge.store import api_tokens
from support.desk import ZONE
from support.raw_orders import order
from support.world import ACT, GHL, World


@dataclass
class Program:
    """A program that uses the HTTP API."""

    world: World
    url: str
    token: str

    async def text(self, method: str, path: str, body: Any = None, *, status: int = 200) -> str:
        data = None if body is None else jsonio.encode(body)
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.world.http.request(method, f"{self.url}{path}", data=data, headers=headers) as answer:
            said = await answer.read()
            assert answer.status == status, (answer.status, said)
            return said.decode()

    async def ask(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        return jsonio.decode(await self.text(method, path, body, status=status))

    @property
    def today(self) -> str:
        """The business's own day."""
        return day_of(self.world.application.clock.now(), zone_of(ZONE)).isoformat()

    async def rows(self, path: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO((await self.text("GET", path)), newline="")))


@pytest_asyncio.fixture
async def program(world: World) -> AsyncIterator[Program]:
    async with world.db.begin() as tx:
        token = await api_tokens.create(tx, random_id, name="pages")
    async with world.hooks() as url:
        yield Program(world, url, token)


async def test_a_plan_writes_nothing_is_kept_and_is_begun_by_its_id(program: Program) -> None:
    await program.world.sell(3)
    before = await program.world.act_truth("contacts", "opportunities")
    plan = await program.ask("POST", "/api/backfills/plan", {"ghl": GHL, "sample": 2})
    assert await program.world.act_truth("contacts", "opportunities") == before
    assert {item["kind"]: item["to_do"] for item in plan["kinds"]}["orders"] == 3
    assert plan["sampled"]["records"] == 2
    assert plan["calls"]["act"] > 0
    (listed,) = await program.ask("GET", "/api/backfills")
    assert (listed["id"], listed["state"]) == (plan["id"], "planned")
    assert listed["progress"] == {"done": 0, "total": 3, "open": 0}
    shown = await program.ask("GET", f"/api/backfills/{plan['id']}")
    assert {"id": plan["id"]} | shown["plan"] == plan
    begun = await program.ask("POST", f"/api/backfills/{plan['id']}/resume")
    assert begun["state"] == "running"


async def test_a_plan_that_is_no_selection_says_what_is_meant(program: Program) -> None:
    await program.ask("POST", "/api/backfills/plan", {"ghl": GHL, "sample": 501}, status=422)
    await program.ask("POST", "/api/backfills/plan", {"ghl": GHL, "sample": -1}, status=422)
    await program.ask("POST", "/api/backfills/plan", {"ghl": GHL, "with_tasks": "no"}, status=422)
    await program.ask(
        "POST", "/api/backfills/plan", {"ghl": GHL, "ids": ["a"], "kinds": ["orders", "products"]}, status=422
    )
    said = await program.ask("POST", "/api/backfills/plan", {"ghl": "nobody"}, status=409)
    assert said["cause"] == "connection.missing"
    assert await program.ask("GET", "/api/backfills") == []


async def test_the_file_of_a_close_holds_the_numbers_of_the_close(program: Program) -> None:
    await program.world.sell(4)
    await program.world.poll()
    await program.world.work_until_idle()
    # What comes now is on one side only.
    await order(program.world, amount=Decimal("15.00"))
    (close,) = await program.ask(
        "POST", "/api/closes", {"day": program.today, "location": GHL, "database": ACT}
    )
    day = close["day"]
    rows = await program.rows(f"/api/closes/{day}/export")
    assert tuple(rows[0]) == exporting.HEAD
    for currency, measures in close["totals"].items():
        for side in ("highlevel", "act"):
            summed = sum(
                (
                    Decimal(row[side])
                    for row in rows
                    if (row["kind"], row["measure"], row["currency"]) == ("position", "ordered", currency)
                ),
                Decimal(0),
            )
            assert summed == Decimal(measures["ordered"][side])
    assert close["differences"]
    only = await program.rows(f"/api/closes/{day}/differences")
    assert only == [row for row in rows if row["kind"] != "position"]
    assert sum(Decimal(row["explains"]) for row in only if row["kind"] == "difference") == sum(
        Decimal(item["difference"]) for item in close["differences"]
    )
    assert (await program.text("GET", f"/api/closes/{day}/export?bom=true")).startswith(exporting.BOM)
    await program.ask("GET", f"/api/closes/{day}/export?location=nobody", status=404)
    await program.ask("GET", "/api/closes/2020-01-01/differences", status=404)
    await program.ask("GET", "/api/closes/yesterday/export", status=422)
    said = await program.ask("POST", "/api/closes", {"location": "nobody"}, status=409)
    assert said["cause"] == "close.pair"


async def test_a_comparison_shows_what_differs_now_and_changes_nothing(program: Program) -> None:
    await program.world.sell(2)
    await program.world.poll()
    await program.world.work_until_idle()
    found = await program.ask("GET", "/api/reconcile")
    assert found["compared_at"]
    (pair,) = found["pairs"]
    assert (pair["agrees"], pair["orders"], pair["differences"]) == (True, 2, [])
    late = await order(program.world, amount=Decimal("15.00"))
    before = await program.world.act_truth("contacts", "opportunities")
    (pair,) = (await program.ask("GET", "/api/reconcile?lines=true"))["pairs"]
    assert not pair["agrees"]
    assert late in {item["order_id"] for item in pair["differences"]}
    assert await program.world.act_truth("contacts", "opportunities") == before
    assert await program.ask("GET", "/api/closes") == []


async def test_the_days_of_a_trend_are_those_of_the_first_page(program: Program) -> None:
    await program.world.sell(5)
    await program.world.poll()
    await program.world.work_until_idle()
    (pair,) = (await program.ask("GET", "/api/home"))["pairs"]
    for days in (7, 30, 90):
        (trend,) = await program.ask("GET", f"/api/trends?days={days}")
        assert trend["days"] == pair["days"]
        (latency,) = trend["latency"]
        assert latency["day"] == trend["until"]
        assert 0 < latency["median_s"] <= latency["p95_s"]
        assert latency["changes"] >= 5
    await program.ask("GET", "/api/trends?days=91", status=422)
