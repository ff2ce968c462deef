"""The daily close: both sides of a business day, its reasons, and what changes afterwards."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from orderbridge.core import jsonio
from orderbridge.core.clock import SystemClock
from orderbridge.core.ids import random_id
from orderbridge.proof import codes
from orderbridge.proof.close_views import one_day
from orderbridge.proof.closing import Closed, close_day
from orderbridge.proof.pairs import joined_connections
from orderbridge.store import api_tokens, closes
from support.command import orderbridge
from support.world import MakeWorld, World


class Later(SystemClock):
    """A day or more after the twins' own time, so that what is sold now was sold on a day that is over."""

    days = 0

    def now(self) -> datetime:
        return super().now() + timedelta(days=self.days)


async def carry_over(world: World) -> None:
    await world.poll()
    await world.work_until_idle()


async def closed(world: World, **given: Any) -> Closed:
    ((source, target),) = await joined_connections(world.db)
    return await close_day(world.application.runtime, source, target, **given)


@asynccontextmanager
async def sold(make_world: MakeWorld, count: int = 16) -> AsyncIterator[tuple[World, Later, list[str]]]:
    clock = Later()
    async with make_world(clock=clock) as world:
        await world.application.runtime.connection(world.connections["highlevel"])
        orders = (await world.sell(count))["orders"]
        await carry_over(world)
        clock.days = 1
        yield world, clock, orders


async def test_a_day_that_agrees_is_green_and_its_line_is_the_twins_truth(make_world: MakeWorld) -> None:
    async with sold(make_world) as (world, _, orders):
        done = (await closed(world)).close
        totals = (await world.ghl_truth("totals"))["totals"]
        assert (done.state, done.document["orders"], done.document["agrees"]) == ("green", len(orders), True)
        for currency, truth in totals.items():
            shown = done.document["totals"][currency]
            for measure in ("ordered", "paid", "refunded"):
                assert Decimal(shown[measure]["highlevel"]) == Decimal(truth[measure]), (currency, measure)
                assert Decimal(shown[measure]["act"]) == Decimal(truth[measure]), (currency, measure)
        assert done.document["line"].startswith(f"{len(orders)} orders, ")
        # Each order's own parts are compared too, and a discount is one on both sides.
        discounts = [Decimal(row["discount"] or 0) for row in (await world.ghl_truth("orders"))["orders"]]
        assert sum(
            (
                Decimal(part["discounted"]["act"])
                for part in done.document["totals"].values()
                if "discounted" in part
            ),
            Decimal(0),
        ) == sum(discounts)
        shown = await one_day(world.db, done)
        assert (shown["differences"], shown["findings"], shown["changes"]) == ([], [], [])


async def test_a_late_refund_counts_on_its_own_day_and_an_edit_reopens_the_day_of_the_order(
    make_world: MakeWorld,
) -> None:
    async with sold(make_world, 3) as (world, clock, orders):
        first = (await closed(world)).close
        assert first.state == "green"
        day = first.day
        # HighLevel says that the refund was a day later.
        rows = (await world.ghl_truth("transactions"))["transactions"]
        paid = next(row for row in rows if row["status"] == "succeeded" and not Decimal(row["refunded"]))
        at = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        await world.control(
            "ghl", f"transactions/{paid['id']}/edit", {"amountRefunded": Decimal("1.00"), "updatedAt": at}
        )
        await carry_over(world)
        clock.days = 2
        second = await closed(world)
        assert second.reopened == []
        assert second.close.day == day + timedelta(days=1)
        assert second.close.state == "green"
        assert (second.close.document["orders"], second.close.document["refunds"]) == (0, 1)
        assert Decimal(second.close.document["totals"][paid["currency"]]["refunded"]["act"]) == Decimal(
            "1.00"
        )

        # Somebody adds a line in Act!: the day of the order is not what it was.
        deals = (await world.act_truth("opportunities"))["opportunities"]
        deal = next(row for row in deals if row["sourceId"] == orders[1])
        own = {"name": "A favour", "price": 3, "quantity": 1}
        await world.control("act", "edit", {"entity": "lines", "opportunity": deal["id"], "fields": own})
        third = await closed(world, day=second.close.day)
        assert third.reopened == [day]
        async with world.db.read() as tx:
            (found,) = await closes.newest(tx, day=day)
        assert (found.shown_state, found.changes) == ("reopened", 1)
        (change,) = (await one_day(world.db, found))["changes"]
        assert change["order_id"] == orders[1]
        assert Decimal(change["act"]["after"]) - Decimal(change["act"]["before"]) == 3
        assert change["highlevel"]["after"] == change["highlevel"]["before"]
        # It is noticed once.
        assert (await closed(world, day=second.close.day)).reopened == []

        again = (await closed(world, day=day)).close
        assert (again.edition, again.shown_state, again.document["agrees"]) == (2, "open", False)
        currency = next(
            row["currency"] for row in (await world.ghl_truth("orders"))["orders"] if row["id"] == orders[1]
        )
        assert again.document["reasons"] == [
            {
                "currency": currency,
                "measure": "ordered",
                "reason": codes.OPPORTUNITY_EDITED,
                "amount": "-3.00",
                "count": 1,
            }
        ]
        assert "(opportunity_edited -3.00)" in again.document["line"]


async def test_closed_days_are_listed_shown_and_exported_by_the_commands_and_over_http(
    make_world: MakeWorld,
) -> None:
    async with sold(make_world, 4) as (world, _, orders):
        today = datetime.now(UTC).date()
        # By the command, whose clock is the machine's, the day is not over and stays open.
        ran = await orderbridge(
            "close", "--day", f"{(await closed(world)).close.day}", "--json", environment=world.environment
        )
        assert ran.code == 0, ran
        (shown,) = ran.json
        assert (shown["agrees"], shown["orders"]) == (True, len(orders))
        listed = await orderbridge("close", "list", "--json", environment=world.environment)
        assert [row["line"] for row in listed.json] == [shown["line"]]
        path = world.settings.data_dir.parent / "day.csv"
        ran = await orderbridge(
            "close", "show", shown["day"], "--csv", str(path), "--bom", environment=world.environment
        )
        assert ran.code == 0, ran
        raw = path.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
        assert {row["sale"] for row in rows if row["measure"] == "ordered"} == set(orders)
        for measure in ("ordered", "paid", "refunded"):
            for currency, part in shown["totals"].items():
                found = [
                    Decimal(row["act"])
                    for row in rows
                    if (row["measure"], row["currency"]) == (measure, currency)
                ]
                assert sum(found, Decimal(0)) == Decimal(part[measure]["act"])
        missing = await orderbridge("close", "show", "1999-01-01", environment=world.environment)
        assert missing.code == 1
        assert "was not closed" in missing.err
        wrong = await orderbridge("close", "--day", "yesterday", environment=world.environment)
        assert wrong.code == 1
        assert "2026-01-31" in wrong.err
        future = await orderbridge(
            "close", "--day", f"{today + timedelta(days=9)}", environment=world.environment
        )
        assert future.code == 1
        assert "has not begun" in future.err


async def test_the_api_closes_lists_and_shows_days(make_world: MakeWorld) -> None:
    async with sold(make_world, 2) as (world, _, orders), world.hooks() as url:
        async with world.db.begin() as tx:
            token = await api_tokens.create(tx, random_id, name="books")

        async def ask(path: str, body: Any = None, *, bearer: str = token) -> tuple[int, Any]:
            data = None if body is None else jsonio.encode(body)
            headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
            method = "GET" if body is None else "POST"
            async with world.http.request(
                method, f"{url}/api/closes{path}", data=data, headers=headers
            ) as answer:
                return answer.status, jsonio.decode(await answer.read())

        assert (await ask("", bearer="nobody"))[0] == 401
        assert await ask("") == (200, [])
        status, (made,) = await ask("", {})
        assert (status, made["orders"], made["state"], made["reopened"]) == (200, len(orders), "green", [])
        status, (listed,) = await ask("")
        assert (status, listed["day"], listed["line"]) == (200, made["day"], made["line"])
        status, (shown,) = await ask(f"/{made['day']}")
        assert (status, shown["totals"], shown["differences"]) == (200, made["totals"], [])
        assert (await ask("/1999-01-01"))[0] == 404
        assert (await ask("/yesterday"))[0] == 422
        assert (await ask("", {"date": "2026-01-31"}))[0] == 422
