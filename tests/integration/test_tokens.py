"""One pair of HighLevel tokens, many processes: the database decides who renews it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from orderbridge.accounts import pausing
from orderbridge.connectors.ghl.auth import OAuthApp
from orderbridge.connectors.ghl.refusals import GhlDialect
from orderbridge.connectors.http import HttpClient
from orderbridge.connectors.ratelimit import WindowBudget
from orderbridge.core.clock import SystemClock
from orderbridge.core.ids import random_id
from orderbridge.engine.health import ConnectionPausedError
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections
from orderbridge.store.connections import StoredTokens
from orderbridge.store.database import Database
from support.world import World

REDIRECT = "https://orderbridge.example/oauth/callback"


async def installed(world: World, *, aged: bool) -> str:
    """Install the app in the twin, keep its tokens, and return the new connection's id."""
    details, runtime = world.sandbox.details, world.application.runtime
    code = (
        await world.control(
            "ghl",
            "oauth/authorize",
            {
                "client_id": details["oauth_client_id"],
                "redirect_uri": REDIRECT,
                "location_id": details["location_id"],
            },
        )
    )["code"]
    http = HttpClient(
        world.ghl_url,
        dialect=GhlDialect(),
        budget=WindowBudget(connection_id="install", clock=runtime.clock),
        clock=runtime.clock,
        rng=Random(1),
        headers={"Version": "2021-07-28"},
    )
    try:
        app = OAuthApp(http, details["oauth_client_id"], details["oauth_client_secret"])
        grant = await app.exchange_code(code, redirect_uri=REDIRECT)
    finally:
        await http.close()
    token = grant.token(version=1, now=runtime.clock.now())
    assert token.expires_at is not None
    expires_at = runtime.clock.now() + timedelta(minutes=1) if aged else token.expires_at
    async with world.db.begin() as tx:
        stored = await connections.create(
            tx,
            runtime.box,
            random_id,
            name="installed",
            system="ghl",
            mode="sandbox",
            account="installed",
            config={
                "base_url": world.ghl_url,
                "location_id": details["location_id"],
                "client_id": details["oauth_client_id"],
            },
            secret={
                "client_secret": details["oauth_client_secret"],
                "access": token.access,
                "refresh": token.refresh,
                "expires_at": expires_at.isoformat(),
            },
        )
    return stored.id


async def refreshes(world: World) -> int:
    """Count the token requests that the twin has answered."""
    found: dict[str, Any] = (await world.control("ghl", "truth?only=requests"))["requests"]
    return sum(found.get("POST /oauth/token", {}).values())


async def other_process(world: World) -> Runtime:
    """Open the same database the way another process does: its own pool, its own clients."""
    runtime = world.application.runtime
    db = await Database.open(world.db.url, pool_size=4)
    return Runtime(db=db, box=runtime.box, clock=SystemClock(), rng=Random(2))


async def test_an_aged_pair_is_renewed_once_however_many_processes_need_it(world: World) -> None:
    connection_id = await installed(world, aged=True)
    before = await refreshes(world)
    runtimes = [await other_process(world) for _ in range(3)]
    try:
        clients = [await runtime.ghl(connection_id) for runtime in runtimes]
        places = await asyncio.gather(*(client.location() for client in clients for _ in range(4)))
    finally:
        for runtime in runtimes:
            await runtime.close()
            await runtime.db.close()
    assert {place.id for place in places} == {world.sandbox.details["location_id"]}
    assert await refreshes(world) - before == 1


async def test_the_new_pair_is_stored_before_it_is_used(world: World) -> None:
    connection_id = await installed(world, aged=True)
    runtime = await other_process(world)
    try:
        await (await runtime.ghl(connection_id)).location()
        kept = await StoredTokens(runtime.db, runtime.box, connection_id, Random(3)).load()
    finally:
        await runtime.close()
        await runtime.db.close()
    # A process that starts now can work with what is stored, without renewing anything.
    before = await refreshes(world)
    later = await other_process(world)
    try:
        await (await later.ghl(connection_id)).location()
    finally:
        await later.close()
        await later.db.close()
    assert kept is not None
    assert kept.version == 2
    assert await refreshes(world) == before


async def test_tokens_are_not_readable_in_the_database(world: World) -> None:
    connection_id = await installed(world, aged=False)
    async with world.db.begin() as tx:
        secret, _ = await connections.secret(tx, world.application.runtime.box, connection_id)
        row = await tx.fetchrow(
            "SELECT secret, config::text AS config FROM connections WHERE id = $1", connection_id
        )
    assert secret["access"].encode() not in row["secret"]
    assert secret["client_secret"] not in row["config"]


async def test_tokens_are_not_renewed_while_their_connection_is_paused(world: World) -> None:
    connection_id = await installed(world, aged=True)
    runtime = world.application.runtime
    client = await runtime.ghl(connection_id)
    async with world.db.begin() as tx:
        await pausing.pause(tx, "installed")
    runtime.look_again(connection_id)
    before = await refreshes(world)
    with pytest.raises(ConnectionPausedError):
        await client.location()
    assert await refreshes(world) == before
    async with world.db.begin() as tx:
        await pausing.resume(tx, "installed")
    runtime.look_again(connection_id)
    await client.location()
    assert await refreshes(world) == before + 1
