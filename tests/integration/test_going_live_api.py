"""Going live over HTTP: who may, what is refused and why, and what the list of flows says."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from orderbridge.accounts.connecting import add_connection
from support import browsers
from support.browsers import Browser
from support.world import ACT, GHL, TEMPLATE, MakeWorld, World

ORDERS = f"order-to-opportunity ({GHL} to {ACT})"
ON_TEST = f"order-to-opportunity (test-{GHL} to test-{ACT})"
LIVE_PAIR = {"source": GHL, "target": ACT}


@pytest_asyncio.fixture
async def olga(make_world: MakeWorld) -> AsyncIterator[Browser]:
    """The owner's browser, before a live pair and a test pair of the same accounts, with something sold."""
    async with make_world(flows=()) as world, world.hooks() as url:
        await world.rows("UPDATE connections SET mode = 'live'")
        await connect_for_tests(world)
        await world.sell(1, outcome="paid")
        await world.sell(1, outcome="paid", live=False)
        yield await browsers.owner(world, url)


async def connect_for_tests(world: World) -> None:
    details = world.sandbox.details
    rows = await world.rows("SELECT name, system, account, config FROM connections")
    secrets = {"ghl": {"token": details["pit_token"]}, "act": {"password": details["act_password"]}}
    for row in rows:
        await add_connection(
            world.application.runtime,
            name=f"test-{row['name']}",
            system=row["system"],
            mode="test",
            account=f"test-{row['account']}",
            config=row["config"],
            secret=secrets[row["system"]],
        )


async def enable(browser: Browser, ghl: str, act: str, **more: object) -> None:
    body = {"ghl": ghl, "act": act} | more
    await browser.ok("POST", f"/api/templates/{TEMPLATE}/enable", body)


async def live(browser: Browser) -> dict[str, tuple[bool, str | None]]:
    rows = await browser.ok("GET", "/api/live-flows")
    return {row["name"]: (row["enabled"], row["live_by"]) for row in rows if row["mode"] == "live"}


REFUSED: list[tuple[str, str, dict[str, object]]] = [
    ("flow.missing", "nothing of the kind", {}),
    ("connection.missing", ORDERS, {"source": "no-such", "target": ACT}),
    ("flow.input_refused", ORDERS, {"check": "perhaps"}),
    ("flow.input_refused", ORDERS, {"sure": True}),
]


async def test_an_owner_goes_live_and_takes_back_and_nobody_else_does(olga: Browser) -> None:
    await enable(olga, GHL, ACT)
    bert, stranger = await browsers.bookkeeper(olga), olga.another()
    await stranger.no("token.missing", "GET", "/api/live-flows")
    await bert.no("access.role", "POST", f"/api/flows/{TEMPLATE}/go-live", {})
    assert (await live(bert))[ORDERS] == (False, None)
    await olga.no("flow.not_live", "GET", f"/api/live-flows/{ORDERS}/written")
    for cause, name, body in REFUSED:
        await olga.no(cause, "POST", f"/api/flows/{name}/go-live", body)

    unchecked = await olga.ok("POST", f"/api/flows/{ORDERS}/go-live", LIVE_PAIR)
    assert (unchecked["ready"], unchecked["live"]) == (False, [])
    assert {line["id"] for line in unchecked["checks"] if not line["ok"]} == {
        "dry_run.order-to-opportunity",
        "alerts",
    }
    await olga.ok("POST", f"/api/flows/{ORDERS}/try", {"recent": 3})
    await olga.ok("PUT", "/api/alerts/channel", {"channel": None})
    checked = await olga.ok("POST", f"/api/flows/{ORDERS}/go-live", LIVE_PAIR | {"check": True})
    assert (checked["ready"], checked["live"]) == (True, [])
    assert (await live(olga))[ORDERS] == (False, None)

    gone = await olga.ok("POST", f"/api/flows/{ORDERS}/go-live", LIVE_PAIR)
    assert gone["live"] == [{"flow": ORDERS, "version": 1}]
    assert (await live(bert))[ORDERS] == (True, "Olga")
    assert await bert.ok("GET", f"/api/live-flows/{ORDERS}/written") == []
    await bert.no("access.role", "POST", f"/api/flows/{ORDERS}/take-back")
    await olga.ok("POST", f"/api/flows/{ORDERS}/take-back")
    assert (await live(olga))[ORDERS] == (False, None)


async def test_test_and_live_never_meet(olga: Browser) -> None:
    await enable(olga, f"test-{GHL}", f"test-{ACT}", create_fields=True)
    # Between test accounts it is on at once, and needs no going live.
    assert await live(olga) == {}
    await olga.no("flow.modes_differ", "POST", f"/api/flows/{ON_TEST}/go-live", {})
    for pair in ({"source": GHL, "target": f"test-{ACT}"}, {"source": f"test-{GHL}", "target": ACT}):
        await olga.no("flow.modes_differ", "POST", f"/api/flows/{ON_TEST}/go-live", pair)
    # A try on the test pair is none of the live pair.
    await olga.ok("PUT", "/api/alerts/channel", {"channel": None})
    await olga.ok("POST", f"/api/flows/{ON_TEST}/try", {"recent": 3})
    untried = await olga.ok("POST", f"/api/flows/{ON_TEST}/go-live", LIVE_PAIR)
    assert [line["id"] for line in untried["checks"] if not line["ok"]] == ["dry_run.order-to-opportunity"]
    await olga.ok("POST", f"/api/flows/{ON_TEST}/try", LIVE_PAIR | {"recent": 3})
    gone = await olga.ok("POST", f"/api/flows/{ON_TEST}/go-live", LIVE_PAIR)
    assert gone["live"] == [{"flow": ORDERS, "version": 1}]
    rows = {row["name"]: row for row in await olga.ok("GET", "/api/live-flows")}
    assert (rows[ON_TEST]["mode"], rows[ON_TEST]["live_since"]) == ("test", None)
    assert (rows[ORDERS]["mode"], rows[ORDERS]["source"], rows[ORDERS]["target"]) == ("live", GHL, ACT)
