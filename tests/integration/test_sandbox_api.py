"""Trying without accounts: made-up ones that the server holds, started and ended over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from orderbridge.cli.held_sandbox import HeldSandbox
from support.asking import Asking, asking
from support.world import TEMPLATE, MakeWorld, until

PAIR = {"highlevel": "sandbox-highlevel", "act": "sandbox-act"}


@pytest_asyncio.fixture
async def api(make_world: MakeWorld) -> AsyncIterator[Asking]:
    async with make_world(connected=False) as world, world.hooks() as url:
        yield await asking(world, url)


async def states(api: Asking) -> dict[str, str]:
    return {item["name"]: item["state"] for item in (await api.ask("GET", "/api/home"))["connections"]}


async def test_a_sandbox_is_connected_and_an_order_in_it_is_carried_over_and_proved(api: Asking) -> None:
    before = await api.ask("GET", "/api/sandbox")
    assert before == {
        "running": False,
        "connections": None,
        "ended": None,
        "can_start": True,
        "why_not": None,
    }
    begun = await api.ask("POST", "/api/sandbox")
    assert (begun["running"], begun["connections"], begun["can_start"]) == (True, PAIR, False)
    assert await api.ask("POST", "/api/sandbox") == begun
    between = {"ghl": PAIR["highlevel"], "act": PAIR["act"]}
    done = await api.ask("POST", f"/api/templates/{TEMPLATE}/enable", between)
    assert done["created"]
    async with api.world.working():
        order = (await api.ask("POST", "/api/sandbox/order", status=201))["order_id"]

        async def proved() -> bool:
            found = await api.world.rows(
                "SELECT 1 FROM ledger WHERE order_id = $1 AND record_kind = 'opportunity'", order
            )
            return bool(found)

        await until(proved)
        await api.world.idle()
    shown = await api.ask("GET", f"/api/orders/{order}")
    assert shown["standing"] == "agrees"


async def test_an_ended_sandbox_leaves_its_connections_paused_and_a_new_one_has_accounts_of_its_own(
    api: Asking,
) -> None:
    await api.ask("POST", "/api/sandbox")
    between = {"ghl": PAIR["highlevel"], "act": PAIR["act"]}
    await api.ask("POST", f"/api/templates/{TEMPLATE}/enable", between)
    ended = await api.ask("DELETE", "/api/sandbox")
    assert (ended["running"], ended["connections"], ended["can_start"]) == (False, PAIR, True)
    assert "a person ended the sandbox" in ended["ended"]
    assert await states(api) == dict.fromkeys(PAIR.values(), "paused")
    assert await api.world.rows("SELECT 1 FROM flows WHERE enabled") == []
    refused = await api.ask("POST", "/api/sandbox/order", status=409)
    assert refused["cause"] == "sandbox.not_running"
    again = await api.ask("POST", "/api/sandbox")
    assert again["connections"] == {"highlevel": "sandbox-highlevel-2", "act": "sandbox-act-2"}
    accounts = await api.world.rows("SELECT DISTINCT account FROM connections WHERE system = 'ghl'")
    assert len(accounts) == 2


async def test_a_sandbox_that_a_stopped_server_held_is_said_to_have_ended(api: Asking) -> None:
    await api.ask("POST", "/api/sandbox")
    # As the next process finds it.
    next_one = HeldSandbox(api.world.application.runtime)
    await next_one.settle()
    found = await next_one.state()
    assert (found.running, found.can_start) == (False, True)
    assert "ended with the server" in (found.ended or "")
    assert await states(api) == dict.fromkeys(PAIR.values(), "paused")
    await next_one.settle()
    assert await next_one.state() == found


async def test_made_up_accounts_are_refused_beside_a_live_one(api: Asking) -> None:
    await api.ask("POST", "/api/sandbox")
    await api.ask("DELETE", "/api/sandbox")
    await api.world.rows("UPDATE connections SET mode = 'live' WHERE name = 'sandbox-act'")
    state = await api.ask("GET", "/api/sandbox")
    assert state["can_start"] is False
    assert "sandbox-act" in state["why_not"]
    refused = await api.ask("POST", "/api/sandbox", status=409)
    assert refused["cause"] == "sandbox.live"


async def test_a_sandbox_that_somebody_connected_by_hand_keeps_its_accounts(api: Asking) -> None:
    await api.ask("POST", "/api/sandbox")
    await api.ask("DELETE", "/api/sandbox")
    # The next seed would give the same location as the first.
    await api.world.rows("UPDATE switches SET value = jsonb_set(value, '{seed}', '6') WHERE name = 'sandbox'")
    again = await api.ask("POST", "/api/sandbox")
    assert again["running"] is True
    accounts = await api.world.rows("SELECT DISTINCT account FROM connections WHERE system = 'ghl'")
    assert len(accounts) == 2
