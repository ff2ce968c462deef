"""What the pages show is what both sides hold: the one line, the orders, and everything about one of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import aiohttp
import pytest_asyncio

from orderbridge.core import jsonio
from orderbridge.core.ids import random_id
from orderbridge.store import api_tokens
from support.raw_orders import order
from support.world import World, until


@dataclass
class Pages:
    """The HTTP API as a page asks it."""

    world: World
    url: str
    token: str

    async def ask(self, path: str, *, status: int = 200) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.world.http.get(f"{self.url}{path}", headers=headers) as answer:
            body = await answer.read()
            assert answer.status == status, (answer.status, body)
            return jsonio.decode(body)


@pytest_asyncio.fixture
async def pages(world: World) -> AsyncIterator[Pages]:
    async with world.db.begin() as tx:
        token = await api_tokens.create(tx, random_id, name="pages")
    async with world.hooks() as url:
        yield Pages(world, url, token)


async def carried(pages: Pages, count: int) -> dict[str, Any]:
    sold = await pages.world.sell(count)
    await pages.world.poll()
    await pages.world.work_until_idle()
    return sold


async def test_the_first_line_says_what_both_sides_hold_to_the_cent(pages: Pages) -> None:
    await carried(pages, 12)
    (pair,) = (await pages.ask("/api/home"))["pairs"]
    truth = await pages.world.truth()
    assert (pair["orders"], pair["agrees"]) == (12, True)
    assert sum(item["orders"] for item in pair["sums"]) == 12
    for item in pair["sums"]:
        assert item["difference"].strip("0.") == ""
        assert item["highlevel"] == item["act"]
        assert item["paid_highlevel"] == item["paid_act"]
        assert item["refunded_highlevel"] == item["refunded_act"]
        assert Decimal(item["highlevel"]) == truth.total("ghl", "ordered", item["currency"])
        assert Decimal(item["act"]) == truth.total("act", "ordered", item["currency"])
    assert sum(item["orders"] for item in pair["days"]) == 12
    assert pair["latency"]["median_s"] > 0


async def test_an_order_that_waits_for_a_person_is_in_the_line_the_list_and_the_groups(pages: Pages) -> None:
    await pages.world.faults("act", refuse_negative_price=True)
    order_id = await order(
        pages.world, amount=Decimal("15.00"), amountSummary={"subtotal": 20, "discount": 5}
    )
    await pages.world.poll()
    await pages.world.work_until_idle()
    home = await pages.ask("/api/home")
    (shown,) = (await pages.ask("/api/orders"))["orders"]
    assert shown["id"] == order_id
    assert shown["standing"] == "stopped"
    assert [item["records"] for item in home["causes"]] == [1]
    assert home["causes"][0]["todo"]


async def test_an_order_shows_both_sides_its_history_and_every_write(pages: Pages) -> None:
    sold = await carried(pages, 3)
    found = await pages.ask(f"/api/orders/{sold['orders'][0]}")
    assert found["standing"] == "agrees"
    assert found["opportunity_id"]
    lines = [line for line in found["money"] if line["entry"] not in ("paid", "refunded")]
    assert lines
    assert all(line["highlevel"] == line["act"] for line in lines), lines
    total = sum(Decimal(line["highlevel"]) for line in lines)
    assert total == Decimal(str(found["state"]["amount"]))
    assert {item["verdict"] for item in found["writes"]} <= {"confirmed", "unchanged"}
    assert {item["kind"] for item in found["writes"]} >= {"opportunity"}
    assert {item["way"] for item in found["history"]} == {"poll"}
    assert all(run["state"] == "done" for item in found["history"] for run in item["runs"])


async def test_orders_are_found_by_what_a_person_has_in_hand_and_listed_page_by_page(pages: Pages) -> None:
    sold = await carried(pages, 5)
    first = await pages.ask("/api/orders?limit=2")
    second = await pages.ask(f"/api/orders?limit=2&after={aiohttp.helpers.quote(first['after'], safe='')}")
    third = await pages.ask(f"/api/orders?limit=2&after={aiohttp.helpers.quote(second['after'], safe='')}")
    listed = [item["id"] for page in (first, second, third) for item in page["orders"]]
    assert sorted(listed) == sorted(sold["orders"])
    assert third["after"] is None
    email = next(item["email"] for item in first["orders"] + second["orders"] if item["email"])
    by_email = await pages.ask(f"/api/orders?q={email}")
    assert {item["email"] for item in by_email["orders"]} == {email}
    by_id = await pages.ask(f"/api/orders?q={listed[0]}")
    assert [item["id"] for item in by_id["orders"]] == [listed[0]]
    assert (await pages.ask("/api/orders?q=nobody@nowhere.test"))["orders"] == []


async def test_an_order_that_never_came_is_said_to_be_unknown(pages: Pages) -> None:
    assert (await pages.ask("/api/orders/nosuchorder", status=404))["cause"] == "order.unknown"


async def test_an_open_page_is_told_when_something_changes(pages: Pages) -> None:
    headers = {"Authorization": f"Bearer {pages.token}"}
    async with pages.world.http.get(f"{pages.url}/api/stream", headers=headers) as answer:
        said: list[bytes] = []

        async def read() -> bool:
            said.append(await answer.content.readline())
            return said[-1].startswith(b"event: changed")

        assert await answer.content.readline() == b"event: changed\n"
        await carried(pages, 1)
        await until(read, timeout_s=60)


async def test_an_address_of_a_page_opens_the_app_and_one_of_a_program_does_not(pages: Pages) -> None:
    async with pages.world.http.get(f"{pages.url}/orders/abc", headers={"Accept": "text/html"}) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/html"
    for path in ("/api/nothing", "/assets/nothing.js", "/hooks/nothing"):
        async with pages.world.http.get(f"{pages.url}{path}", headers={"Accept": "text/html"}) as answer:
            assert answer.status == 404, path
