"""One pair of HighLevel tokens, many processes: the database decides who renews it, and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from orderbridge.accounts import pausing
from orderbridge.core.clock import SystemClock
from orderbridge.engine.health import ConnectionPausedError
from orderbridge.engine.runtime import Runtime
from orderbridge.store import agencies, connections
from orderbridge.store.database import Database
from orderbridge.store.tokens import StoredTokens
from orderbridge.sync import poll
from support.refresher import Refresher
from support.sign_in import AGENCY, Desk, open_desk
from support.world import MakeWorld, until

STUDIO = "studio"
# Fifty callers in four processes.
CALLERS = (13, 13, 12, 12)
HOLDERS = {"location": connections, "agency": agencies}


@pytest.fixture
async def desk(make_world: MakeWorld) -> AsyncIterator[Desk]:
    async with open_desk(make_world) as opened:
        yield opened


async def signed_in(desk: Desk) -> str:
    """Install the app in a location and return the connection's id."""
    await desk.consent(location_id=desk.other_location)
    status, text = await desk.sign_in(STUDIO)
    assert status == 200, text
    return (await desk.connection(STUDIO)).id


async def holder_of(desk: Desk, kind: str) -> str:
    """Sign in as ``kind`` and return whose pair it is."""
    return await signed_in(desk) if kind == "location" else (await desk.agency()).id


async def age(desk: Desk, holder: str, *, kind: str = "location", left: timedelta) -> None:
    """Let a saved pair say that it ends in ``left``."""
    store, box = HOLDERS[kind], desk.runtime.box
    async with desk.world.db.begin() as tx:
        secret, _ = await store.secret(tx, box, holder)
        secret["expires_at"] = (desk.runtime.clock.now() + left).isoformat()
        await store.replace_secret(tx, box, holder, secret, replaces=None)


async def version(desk: Desk, holder: str, kind: str = "location") -> int:
    async with desk.world.db.begin() as tx:
        _, found = await HOLDERS[kind].secret(tx, desk.runtime.box, holder)
    return found


async def other_process(desk: Desk) -> Runtime:
    """Open the same database the way another process does: its own pool, its own clients."""
    db = await Database.open(desk.world.db.url, pool_size=4)
    return Runtime(db=db, box=desk.runtime.box, clock=SystemClock(), rng=Random(2))


async def refresher(desk: Desk, holder: str, callers: int, kind: str = "location") -> Refresher:
    return await Refresher.start(
        desk.world.environment, holder, location=desk.other_location, callers=callers, kind=kind
    )


async def race(desk: Desk, holder: str, kind: str) -> list[dict[str, Any]]:
    """Let fifty callers in four processes use one pair at the same moment."""
    processes = await asyncio.gather(*(refresher(desk, holder, callers, kind) for callers in CALLERS))
    for process in processes:
        process.begin()
    return [result for process in processes for result in await process.results()]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["location", "agency"])
@pytest.mark.parametrize("why", ["the access token was ended over there", "the pair is old"])
async def test_fifty_callers_in_four_processes_refresh_once(desk: Desk, kind: str, why: str) -> None:
    holder = await holder_of(desk, kind)
    if why == "the pair is old":
        await age(desk, holder, kind=kind, left=timedelta(minutes=1))
    else:
        await desk.world.control("ghl", "oauth/end_access", {})
    before, pair = await desk.token_requests(), await version(desk, holder, kind)
    results = await race(desk, holder, kind)
    assert len(results) == 50
    assert [result for result in results if result != {"location": desk.other_location}] == []
    assert await desk.token_requests() - before == 1
    assert await version(desk, holder, kind) == pair + 1
    # Nothing is lost: the pair that was stored works, and so does the next refresh.
    await desk.world.control("ghl", "oauth/end_access", {})
    (result,) = await one_call(desk, holder, kind)
    assert result == {"location": desk.other_location}


async def one_call(desk: Desk, holder: str, kind: str = "location") -> list[dict[str, Any]]:
    process = await refresher(desk, holder, 1, kind)
    process.begin()
    return await process.results()


@pytest.mark.durability
@pytest.mark.parametrize("kind", ["location", "agency"])
async def test_a_process_killed_after_the_pair_was_stored_loses_nothing(desk: Desk, kind: str) -> None:
    holder = await holder_of(desk, kind)
    await desk.world.control("ghl", "oauth/end_access", {})
    pair = await version(desk, holder, kind)
    process = await refresher(desk, holder, 1, kind)
    label = {"location": "GET /locations/{locationId}", "agency": "GET /oauth/installedLocations"}[kind]
    # The first call is refused at once, the repeat with the new pair hangs.
    await desk.world.faults("ghl", slow_s={"match": "POST /oauth/token", "value": 0.2})
    process.begin()
    await until(lambda: reached(desk))
    await desk.world.faults("ghl", slow_s={"match": label, "value": 60})

    async def stored() -> bool:
        return await version(desk, holder, kind) == pair + 1

    await until(stored)
    await process.kill()
    await desk.world.faults("ghl", slow_s=0)
    before = await desk.token_requests()
    assert await one_call(desk, holder, kind) == [{"location": desk.other_location}]
    assert await desk.token_requests() == before


async def reached(desk: Desk) -> bool:
    """Whether somebody's first call has been refused, so that a refresh is under way or done."""
    found = (await desk.world.control("ghl", "truth?only=requests"))["requests"]
    refused = (
        found.get(label, {}) for label in ("GET /locations/{locationId}", "GET /oauth/installedLocations")
    )
    return any(counts.get("401") for counts in refused)


@pytest.mark.durability
@pytest.mark.parametrize("kind", ["location", "agency"])
async def test_a_process_killed_while_it_waits_for_the_pair_ends_in_a_clear_reconnect(
    desk: Desk, kind: str
) -> None:
    holder = await holder_of(desk, kind)
    await desk.world.control("ghl", "oauth/end_access", {})
    before = await desk.token_requests()
    process = await refresher(desk, holder, 1, kind)
    await desk.world.faults("ghl", slow_s={"count": 1, "match": "POST /oauth/token", "value": 1.0})
    process.begin()

    async def under_way() -> bool:
        return not (await desk.world.control("ghl", "faults"))["slow_s"]

    await until(under_way)
    await process.kill()

    async def carried_out() -> bool:
        return await desk.token_requests() == before + 1

    await until(carried_out)
    # HighLevel used the refresh token up, and the answer went to a dead process.
    assert await one_call(desk, holder, kind) == [{"cause": "ghl.pair_lost"}]
    await desk.consent(
        user_type="Company" if kind == "agency" else "Location", location_id=desk.other_location
    )
    status, text = await desk.sign_in(AGENCY if kind == "agency" else STUDIO, agency=kind == "agency")
    assert status == 200, text
    assert await one_call(desk, holder, kind) == [{"location": desk.other_location}]


@pytest.mark.parametrize("grace_s", [0, 60])
async def test_a_lost_answer_is_asked_for_again_and_else_needs_a_person(desk: Desk, grace_s: int) -> None:
    await signed_in(desk)
    await desk.world.control("ghl", "oauth/end_access", {})
    await desk.world.faults(
        "ghl", refresh_grace_s=grace_s, drop_after_write={"count": 1, "match": "POST /oauth/token"}
    )
    result = await poll.poll_connection(desk.runtime, await desk.connection(STUDIO))
    connection = await desk.connection(STUDIO)
    if grace_s:
        assert (result.error, connection.state) == (None, "ok")
        return
    assert connection.state == "reconnect"
    assert "the pair of tokens is lost; sign in again" in (connection.state_reason or "")
    # And signing in again brings the same connection back, with everything that waited.
    assert (await desk.sign_in(STUDIO))[0] == 200
    assert (await poll.poll_connection(desk.runtime, connection)).error is None
    assert (await desk.connection(STUDIO)).state == "ok"


@pytest.mark.parametrize("own_refresh_token", [True, False])
async def test_a_location_of_an_agency_gets_a_new_pair_when_its_own_is_lost(
    desk: Desk, own_refresh_token: bool
) -> None:
    await desk.world.faults("ghl", minted_refresh_token=own_refresh_token)
    agency = await desk.agency()
    connection = await desk.connect(agency, desk.location_of_agency, STUDIO)
    await desk.world.control("ghl", "oauth/end_access", {})
    await desk.world.faults("ghl", drop_after_write={"count": 1, "match": "POST /oauth/token"})
    if not own_refresh_token:
        # Then the agency's own pair is what the lost answer hits, unless it works on.
        await desk.world.faults("ghl", drop_after_write=False)
    assert (await poll.poll_connection(desk.runtime, connection)).error is None
    assert (await desk.connection(STUDIO)).state == "ok"


async def test_a_lost_pair_of_the_agency_is_told_at_the_agency_and_at_its_location(desk: Desk) -> None:
    agency = await desk.agency()
    connection = await desk.connect(agency, desk.location_of_agency, STUDIO)
    await desk.world.control("ghl", "oauth/end_access", {})
    await desk.world.faults("ghl", drop_after_write={"count": 2, "match": "POST /oauth/token"})
    assert (await poll.poll_connection(desk.runtime, connection)).error
    connection = await desk.connection(STUDIO)
    (row,) = await desk.world.rows("SELECT state, state_reason FROM agencies")
    assert (connection.state, row["state"]) == ("reconnect", "reconnect")
    assert "the pair of tokens is lost; sign in again" in row["state_reason"]
    # One sign-in of the agency brings both back.
    await desk.agency()
    assert (await poll.poll_connection(desk.runtime, connection)).error is None
    (row,) = await desk.world.rows("SELECT state FROM agencies")
    assert ((await desk.connection(STUDIO)).state, row["state"]) == ("ok", "ok")


async def test_the_new_pair_is_stored_before_it_is_used(desk: Desk) -> None:
    connection_id = await signed_in(desk)
    await age(desk, connection_id, left=timedelta(minutes=1))
    pair = await version(desk, connection_id)
    runtime = await other_process(desk)
    try:
        await (await runtime.ghl(connection_id)).location()
        kept = await StoredTokens(runtime.db, runtime.box, connection_id, Random(3)).load()
    finally:
        await runtime.close()
        await runtime.db.close()
    # A process that starts now can work with what is stored, without renewing anything.
    before = await desk.token_requests()
    later = await other_process(desk)
    try:
        await (await later.ghl(connection_id)).location()
    finally:
        await later.close()
        await later.db.close()
    assert kept is not None
    assert kept.version == pair + 1
    assert await desk.token_requests() == before


@pytest.mark.parametrize("kind", ["location", "agency"])
async def test_tokens_are_not_readable_in_the_database(desk: Desk, kind: str) -> None:
    holder = await holder_of(desk, kind)
    table = {"location": "connections", "agency": "agencies"}[kind]
    async with desk.world.db.begin() as tx:
        secret, _ = await HOLDERS[kind].secret(tx, desk.runtime.box, holder)
        row = await tx.fetchrow(f"SELECT secret, config::text AS config FROM {table} WHERE id = $1", holder)
        app = await tx.fetchrow("SELECT secret, config::text AS config FROM apps")
    assert secret["access"].encode() not in row["secret"]
    assert secret["access"] not in row["config"]
    client_secret = desk.world.sandbox.details["oauth_client_secret"]
    assert client_secret.encode() not in app["secret"]
    assert client_secret not in app["config"] + row["config"]


async def test_tokens_are_not_renewed_while_their_connection_is_paused(desk: Desk) -> None:
    connection_id = await signed_in(desk)
    await age(desk, connection_id, left=timedelta(minutes=1))
    runtime = desk.runtime
    client = await runtime.ghl(connection_id)
    async with desk.world.db.begin() as tx:
        await pausing.pause(tx, STUDIO)
    runtime.look_again(connection_id)
    before = await desk.token_requests()
    with pytest.raises(ConnectionPausedError):
        await client.location()
    assert await desk.token_requests() == before
    async with desk.world.db.begin() as tx:
        await pausing.resume(tx, STUDIO)
    runtime.look_again(connection_id)
    await client.location()
    assert await desk.token_requests() == before + 1
