"""Agencies: one sign-in for many locations, each connected with a token that the agency's makes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from random import Random

from orderbridge.accounts.scopes import AGENCY_SCOPES, how_to_add, missing_scopes, scopes_in_use
from orderbridge.accounts.signed_in import Pair, keep, prove
from orderbridge.connectors.ghl.agency import AgencyClient
from orderbridge.connectors.ghl.auth import Grant, PitAuthenticator
from orderbridge.connectors.ghl.client import VERSION
from orderbridge.connectors.ghl.refusals import GhlDialect
from orderbridge.connectors.http import HttpClient
from orderbridge.connectors.ratelimit import WindowBudget
from orderbridge.core.errors import OrderBridgeError, ReconnectError, SetupError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import redact_text
from orderbridge.engine.runtime import Runtime
from orderbridge.store import agencies, apps, connections, flows
from orderbridge.store.agencies import Agency, InstalledLocation
from orderbridge.store.apps import App
from orderbridge.store.tokens import secret_of

Progress = Callable[[int, int], None]
_AT_A_TIME = 8


async def keep_agency(runtime: Runtime, app: App, grant: Grant, wanted: JsonObject) -> JsonObject:
    """Store an agency that signed in, or renew it; its list of locations is the proof.

    Raises:
        ReconnectError: Its token cannot list locations or make their tokens.
        SetupError: The name belongs to another agency, or the agency has another name.
    """
    if grant.company_id is None:
        raise ReconnectError(
            "HighLevel did not say which agency signed in; nothing was stored. Sign in again",
            cause="ghl.no_company",
        )
    missing = missing_scopes(wanted["scopes"], grant.scopes)
    if unusable := sorted(set(missing) & set(AGENCY_SCOPES)):
        raise ReconnectError(f"{how_to_add(unusable)}; nothing was stored", cause="ghl.scope_missing")
    asked_at = runtime.clock.now()
    found = await _listed_with(runtime, app, grant)
    config: JsonObject = {"signed_in_at": asked_at.isoformat(), "missing_scopes": missing}
    if wanted.get("connect_future") is not None:
        config["connect_future"] = wanted["connect_future"]
    secret = secret_of(grant.token(version=1, now=runtime.clock.now()))
    name = wanted["name"]
    async with runtime.db.begin() as tx:
        by_name = await agencies.find(tx, name)
        known = await agencies.of_company(tx, app.id, grant.company_id)
        _check_same(by_name, known, name=name, company_id=grant.company_id, mode=wanted["mode"])
        if known is None:
            stored = await agencies.create(
                tx,
                runtime.box,
                random_id,
                app_id=app.id,
                company_id=grant.company_id,
                name=name,
                mode=wanted["mode"],
                config=config,
                secret=secret,
            )
        else:
            stored = known
            await agencies.set_config(tx, known.id, config)
            await agencies.replace_secret(tx, runtime.box, known.id, secret, replaces=None)
            await agencies.set_state(tx, known.id, agencies.OK, None)
        await agencies.see_locations(tx, stored.id, found, asked_at=asked_at)
    installed = sum(1 for _, there in found.values() if there)
    advice = f" But {how_to_add(missing)}." if missing else ""
    return {
        "ok": True,
        "id": stored.id,
        "agency": name,
        "company": grant.company_id,
        "mode": stored.mode,
        "locations": len(found),
        "installed": installed,
        "reconnected": known is not None,
        "missing_scopes": missing,
        "message": f"agency {name} ({grant.company_id}) has the app in {installed} of {len(found)} locations.{advice}",
    }


async def named(runtime: Runtime, name: str | None) -> Agency:
    """Return the agency of a name, or the only one.

    Raises:
        SetupError: There is none of that name, or several and no name was given.
    """
    async with runtime.db.begin() as tx:
        every = await agencies.every(tx)
    found = [one for one in every if name in (None, one.name)]
    if len(found) == 1:
        return found[0]
    if not every:
        raise SetupError(
            "no agency is connected yet: 'orderbridge connect ghl --oauth --agency …'", cause="agency.missing"
        )
    names = ", ".join(repr(one.name) for one in every)
    raise SetupError(f"say which agency with --agency; there are: {names}", cause="agency.missing")


async def refresh_list(runtime: Runtime, agency: Agency) -> list[InstalledLocation]:
    """Read all of the agency's locations from HighLevel and return them with our connections."""
    client = await runtime.sign_in.agency(agency.id)
    asked_at = runtime.clock.now()
    try:
        found = await _listed(client)
    except ReconnectError as error:
        await runtime.sign_in.agency_broke(agency.id, error)
        raise
    await runtime.sign_in.agency_works(agency.id)
    async with runtime.db.begin() as tx:
        await agencies.see_locations(tx, agency.id, found, asked_at=asked_at)
        return await agencies.locations(tx, agency.id)


async def connect_location(runtime: Runtime, agency: Agency, location_id: str, *, name: str) -> JsonObject:
    """Connect one location of an agency, or let its connection work again.

    Raises:
        ReconnectError: The agency's token does not work, or the app is not in this location.
        SetupError: The name or the location is taken.
    """
    grant = await runtime.sign_in.mint(agency.id, location_id)
    async with runtime.db.begin() as tx:
        app = await apps.by_id(tx, agency.app_id)
        # What a location needs: the agency's own two scopes are not among it.
        wanted = scopes_in_use(await flows.every(tx))
    calls = await runtime.sign_in.app(app.id)
    location = await prove(calls.http, grant, location_id=location_id)
    pair = Pair(grant=grant, location=location, app=app, agency_id=agency.id)
    limits: JsonObject = {"limits": agency.config["limits"]} if "limits" in agency.config else {}
    return await keep(runtime, pair, name=name, mode=agency.mode, wanted=wanted, config=limits)


async def connect_one(
    runtime: Runtime, agency: Agency, location_id: str, *, name: str | None = None
) -> JsonObject:
    """Connect one location of an agency, under HighLevel's name for it where none is given.

    Returns:
        A row as ``connect_all`` has them.

    Raises:
        ReconnectError: As ``connect_location``.
        SetupError: As ``connect_location``.
    """
    async with runtime.db.read() as tx:
        taken = {item.name for item in await connections.every(tx)}
        places = {one.location_id: one for one in await agencies.locations(tx, agency.id)}
    known = places.get(location_id)
    if not (name or "").strip() and known is not None:
        # One that is connected already keeps its name: it is signed in once more.
        name = known.connection or free_name(known.name or location_id, taken)
    shown = await connect_location(runtime, agency, location_id, name=(name or location_id).strip())
    return _connected(location_id, shown)


def _connected(location_id: str, shown: JsonObject) -> JsonObject:
    return {
        "location": location_id,
        "name": shown["name"],
        "ok": True,
        "message": shown["advice"] or shown["found"],
        "advice": shown["advice"],
    }


async def connect_all(
    runtime: Runtime, agency: Agency, *, progress: Progress = lambda done, total: None
) -> list[JsonObject]:
    """Connect every location that has the app and no connection yet, under HighLevel's names.

    One that fails does not stop the others. The calls stay within the agency's budget, which is shared by all
    processes: two a location.
    """
    every = await refresh_list(runtime, agency)
    to_do = [one for one in every if one.installed and one.connection is None]
    async with runtime.db.begin() as tx:
        taken = {item.name for item in await connections.every(tx)}
    names = [free_name(one.name or one.location_id, taken) for one in to_do]
    slots, done = asyncio.Semaphore(_AT_A_TIME), 0

    async def connect(one: InstalledLocation, name: str) -> JsonObject:
        nonlocal done
        async with slots:
            try:
                shown = await connect_location(runtime, agency, one.location_id, name=name)
                result = _connected(one.location_id, shown)
            except OrderBridgeError as error:
                result = {
                    "location": one.location_id,
                    "name": name,
                    "ok": False,
                    "message": redact_text(str(error)),
                }
        done += 1
        progress(done, len(to_do))
        return result

    return list(await asyncio.gather(*(connect(one, name) for one, name in zip(to_do, names, strict=True))))


def free_name(wanted: str, taken: set[str]) -> str:
    """Return ``wanted``, with a number behind it where it is taken, and take it."""
    name, number = wanted.strip(), 1
    while name in taken:
        number += 1
        name = f"{wanted.strip()} ({number})"
    taken.add(name)
    return name


async def _listed(client: AgencyClient) -> dict[str, tuple[str, bool]]:
    return {item.location_id: (item.name, item.installed) async for item in client.locations()}


async def _listed_with(runtime: Runtime, app: App, grant: Grant) -> dict[str, tuple[str, bool]]:
    http = HttpClient(
        app.config["base_url"],
        dialect=GhlDialect(),
        budget=WindowBudget(connection_id="sign-in", clock=runtime.clock),
        clock=runtime.clock,
        rng=Random(0),  # noqa: S311 (spreads repeats)
        authenticator=PitAuthenticator(grant.access),
        headers={"Version": app.config.get("version", VERSION)},
    )
    client = AgencyClient(http, company_id=grant.company_id or "", app_id=app.app_id)
    try:
        return await _listed(client)
    finally:
        await client.close()


def _check_same(
    by_name: Agency | None, known: Agency | None, *, name: str, company_id: str, mode: str
) -> None:
    if by_name is not None and (known is None or known.id != by_name.id):
        raise SetupError(
            f"agency {name!r} is company {by_name.company_id}, and company {company_id} signed in; nothing was "
            "changed: sign in as the right agency, or choose another name",
            cause="agency.other_company",
        )
    if known is not None and by_name is None:
        raise SetupError(
            f"company {company_id} is here already, as agency {known.name!r}; nothing was changed: sign in under that "
            "name",
            cause="agency.exists",
        )
    if known is not None and known.mode != mode:
        raise SetupError(
            f"agency {name!r} is {known.mode}, not {mode}; nothing was changed", cause="agency.other_mode"
        )


def names_of(locations: Iterable[InstalledLocation]) -> list[JsonObject]:
    """Locations for programs."""
    return [
        {
            "location": one.location_id,
            "name": one.name,
            "installed": one.installed,
            "connection": one.connection,
            "state": one.state,
        }
        for one in locations
    ]
