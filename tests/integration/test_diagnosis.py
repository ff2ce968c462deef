"""``connections test`` on both twins: what is broken is named, in order, with what to do, and no secret in it."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from orderbridge.accounts.diagnosis import Diagnosis, diagnose
from orderbridge.core.clock import Clock, SystemClock
from orderbridge.store import connections
from support.command import orderbridge
from support.world import ACT, GHL, MakeWorld, World


async def diagnosed(world: World, name: str) -> Diagnosis:
    # As a command of its own would: nobody is signed in yet.
    await world.application.runtime.forget(world.connections[name])
    async with world.db.read() as tx:
        item = await connections.by_id(tx, world.connections[name])
    return await diagnose(world.application.runtime, item)


async def problems(world: World, name: str) -> dict[str, Any]:
    found = await diagnosed(world, name)
    secrets = [world.sandbox.details["act_password"], world.sandbox.details["pit_token"]]
    assert not [secret for secret in secrets if secret in repr(found)]
    return {check.id: check.finding.cause for check in found.checks if check.finding.outcome == "problem"}


async def use_token(world: World, token: str) -> None:
    runtime = world.application.runtime
    async with world.db.begin() as tx:
        await connections.replace_secret(
            tx, runtime.box, world.connections[GHL], {"token": token}, replaces=None
        )


async def test_both_sides_pass_every_check(world: World) -> None:
    for name in (GHL, ACT):
        found = await diagnosed(world, name)
        assert found.ok
        assert {check.finding.outcome for check in found.checks} <= {"ok", "skipped"}, found.checks


@pytest.mark.parametrize("wrong", ["user", "password", "database"])
async def test_wrong_credentials_of_act_name_all_three(world: World, wrong: str) -> None:
    async with world.db.begin() as tx:
        if wrong != "password":
            await connections.set_config(tx, world.connections[ACT], {wrong: "Wrong"})
    if wrong == "password":
        world.sandbox.act.password = "another"

    assert await problems(world, ACT) == {"sign_in": "act.wrong_credentials"}


async def test_missing_permissions_of_act_are_named_with_what_they_cost(world: World) -> None:
    await world.faults("act", permissions_removed=["Manage Other Users' Contacts", "Define Fields"])
    found = await diagnosed(world, ACT)

    assert await problems(world, ACT) == {"permissions": "act.permissions_missing"}
    assert "does not reach contacts of other users" in found.message
    await world.faults("act", permissions_removed=["Web API Access"])
    assert await problems(world, ACT) == {"sign_in": "act.forbidden.4032"}


@pytest.mark.parametrize(
    ("door", "expected"),
    [
        ("4030", {"sign_in": "act.forbidden.4030"}),
        ("4031", {"sign_in": "act.forbidden.4031"}),
        ("allow_list", {"api": "act.blocked"}),
    ],
)
async def test_what_keeps_everybody_out_of_act_is_told_apart(
    world: World, door: str, expected: dict[str, str]
) -> None:
    await world.faults("act", door=door)

    assert await problems(world, ACT) == expected


async def test_a_path_that_the_gateway_of_act_does_not_route_is_no_wrong_password(world: World) -> None:
    # The stand-in, like Act! Cloud, answers a wrong path as if the credentials were wrong.
    async with world.db.begin() as tx:
        url = f"{world.act_url}/wrong"
        await connections.set_config(tx, world.connections[ACT], {"base_url": url})

    assert await problems(world, ACT) == {"address": "act.address", "api": "act.wrong_address"}


async def test_the_kinds_of_tokens_of_highlevel_are_told_apart(world: World) -> None:
    twin = world.sandbox.ghl
    await use_token(world, twin.agency_pit_token)
    assert await problems(world, GHL) == {"token_kind": "ghl.wrong_token_kind"}
    await use_token(world, twin.other_pit_token)
    assert await problems(world, GHL) == {"location": "ghl.wrong_location"}
    await use_token(world, "pit-00000000-0000-4000-8000-000000000000")
    assert await problems(world, GHL) == {"sign_in": "ghl.unauthorised"}
    await use_token(world, "pit")
    assert await problems(world, GHL) == {"sign_in": "ghl.unauthorised"}
    assert "copy the token again" in (await diagnosed(world, GHL)).message


async def test_every_scope_that_a_token_lacks_is_named(world: World) -> None:
    twin = world.sandbox.ghl
    grant = twin.tokens.grant_of(f"Bearer {twin.pit_token}")
    lacking = {"contacts.readonly", "payments/subscriptions.readonly"}
    twin.tokens.add_private("pit-few", replace(grant, scopes=grant.scopes - lacking))
    await use_token(world, "pit-few")

    assert await problems(world, GHL) == {f"scope.{scope}": "ghl.scope_missing" for scope in lacking}


async def test_routes_and_versions_that_highlevel_refuses_are_told(world: World) -> None:
    await world.faults("ghl", iam_401={"match": "GET /payments/orders"})
    assert await problems(world, GHL) == {"scope.payments/orders.readonly": "ghl.route_unsupported"}
    await world.faults("ghl", iam_401=False)
    async with world.db.begin() as tx:
        await connections.set_config(tx, world.connections[GHL], {"version": "bogus"})
    assert await problems(world, GHL) == {"sign_in": "ghl.version"}


async def test_servers_that_are_away_and_budgets_that_are_used_up_are_told(world: World) -> None:
    await world.faults("ghl", html_error=True)
    assert await problems(world, GHL) == {"api": "ghl.server_error"}
    await world.faults("act", database_locked={"count": True, "match": "GET /api/contacts/myrecord"})
    assert await problems(world, ACT) == {"database": "act.server_error"}


class Behind(Clock):
    """The machine's clock, an hour late."""

    def now(self) -> Any:
        return SystemClock().now() - timedelta(hours=1)

    def monotonic_s(self) -> float:
        return SystemClock().monotonic_s()


async def test_a_clock_that_is_an_hour_late_is_mentioned_on_both_sides(make_world: MakeWorld) -> None:
    async with make_world(clock=Behind(), flows=()) as world:
        for name in (GHL, ACT):
            found = await diagnosed(world, name)
            (clock,) = (check for check in found.checks if check.id == "clock")
            assert (clock.finding.outcome, clock.finding.cause) == ("warning", "clock.skew")
            assert "60 min behind" in clock.finding.says
            assert found.ok


async def test_the_command_shows_one_or_all_and_fails_where_one_fails(world: World) -> None:
    ran = await orderbridge("connections", "test", ACT, "--json", environment=world.environment)
    assert ran.code == 0, ran.err
    (row,) = ran.json
    assert (row["name"], row["ok"]) == (ACT, True)
    assert row["checks"][0].keys() == {"id", "title", "outcome", "says", "next", "cause"}

    await use_token(world, world.sandbox.ghl.agency_pit_token)
    ran = await orderbridge("connections", "test", environment=world.environment)
    assert ran.code == 1
    assert f"{ACT} (Act!, sandbox) works" in ran.out
    assert f"{GHL} (HighLevel, sandbox) does not work: the token belongs to an agency" in ran.out
    ran = await orderbridge("connections", "test", "nobody", environment=world.environment)
    assert ran.code == 1
    assert "no connection named 'nobody'" in ran.err


async def test_a_server_that_repeats_what_it_was_sent_gives_no_secret_away(world: World) -> None:
    password = world.sandbox.details["act_password"]

    async def answer(request: web.Request) -> web.Response:
        if request.path.endswith("/api/system"):
            return web.json_response({"apiVersion": "1"})
        given = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
        assert password in given
        return web.json_response({"message": f"no: {given} {request.headers['Authorization']}"}, status=422)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/act.web.api"
    try:
        async with world.db.begin() as tx:
            await connections.set_config(tx, world.connections[ACT], {"base_url": url})
        found = await diagnosed(world, ACT)
    finally:
        await runner.cleanup()

    (check,) = (check for check in found.checks if check.id == "sign_in")
    assert "[hidden]" in check.finding.says
    assert password not in repr(found)
    assert base64.b64encode(f"{world.sandbox.details['act_user']}:{password}".encode()).decode() not in repr(
        found
    )


async def test_a_secret_that_cannot_be_opened_is_the_first_thing_said(world: World) -> None:
    environment = world.environment | {"ORDERBRIDGE_MASTER_KEY": "a" * 43 + "="}
    ran = await orderbridge("connections", "test", ACT, "--json", environment=environment)

    assert ran.code != 0
    assert "key" in ran.out + ran.err
