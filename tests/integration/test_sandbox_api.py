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
    return {row["name"]: row["state"] for row in await api.world.rows("SELECT name, state FROM connections")}


def another_process(api: Asking) -> HeldSandbox:
    """What a second server on the same database has."""
    return HeldSandbox(api.world.application.runtime)


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


async def test_two_servers_on_one_database_see_and_use_the_same_sandbox(api: Asking) -> None:
    begun = await api.ask("POST", "/api/sandbox")
    other = another_process(api)
    await other.settle()
    assert (await other.state()).model_dump() == begun
    assert (await other.start()).model_dump() == begun
    order = await other.order()
    [shop] = await api.world.rows("SELECT config ->> 'base_url' AS url FROM connections WHERE system = 'ghl'")
    async with api.world.http.get(f"{shop['url']}/_twin/truth?only=orders") as answer:
        assert order in await answer.text()
    # What the other one ends has ended here too, and the accounts go with this one's next look.
    assert (await other.stop()).running is False
    assert (await api.ask("GET", "/api/sandbox"))["running"] is False
    assert await states(api) == dict.fromkeys(PAIR.values(), "paused")
    assert api.world.made_up is not None
    await api.world.made_up.settle()
    again = await other.start()
    assert (again.running, again.connections.highlevel if again.connections else None) == (
        True,
        "sandbox-highlevel-2",
    )
    assert (await api.ask("GET", "/api/sandbox"))["running"] is True
    await other.close()


async def test_a_sandbox_whose_server_has_gone_is_said_to_have_ended_and_is_nobodys_business_any_more(
    api: Asking,
) -> None:
    await api.ask("POST", "/api/sandbox")
    between = {"ghl": PAIR["highlevel"], "act": PAIR["act"]}
    await api.ask("POST", f"/api/templates/{TEMPLATE}/enable", between)
    home = await api.ask("GET", "/api/home")
    assert [pair["highlevel"] for pair in home["pairs"]] == [PAIR["highlevel"]]
    # Killed, and so late that its claim has run out.
    await api.world.rows(
        "UPDATE claims SET owner = 'killed', expires_at = now() - interval '1 second' WHERE name = 'sandbox'"
    )
    next_one = another_process(api)
    await next_one.settle()
    found = await next_one.state()
    assert (found.running, found.can_start) == (False, True)
    assert "ended with the server" in (found.ended or "")
    assert await states(api) == dict.fromkeys(PAIR.values(), "paused")
    assert await api.world.rows("SELECT 1 FROM flows WHERE enabled") == []
    home = await api.ask("GET", "/api/home")
    assert (home["pairs"], home["connections"]) == ([], [])
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
