"""``/api/agencies``: one sign-in for many locations; the same as ``orderbridge connect ghl --agency``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from orderbridge.accounts import agencies
from orderbridge.api import bodies, problems
from orderbridge.api.connection_models import SignInBegun, SignInGiven
from orderbridge.api.connections import begin_sign_in
from orderbridge.api.exact import ExactRoute
from orderbridge.api.guard import Guard
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.store import agencies as stored
from orderbridge.store.agencies import Agency, InstalledLocation

_WHY_NOT: dict[int | str, dict[str, Any]] = dict.fromkeys(
    (401, 403, 404, 409, 422, 429, 503), problems.RESPONSE
)


class AgencySignInGiven(SignInGiven):
    """A sign-in of an agency in a browser.

    Attributes:
        connect_future: Whether locations that install the app later are connected by themselves; left out, it stays
            as it is.
    """

    connect_future: bool | None = None


class LocationListed(BaseModel):
    """A location of an agency.

    Attributes:
        location: Its id.
        installed: Whether our app is in it.
        connection: The name of our connection to it; null where it is not connected.
        state: Of that connection.
    """

    location: str
    name: str
    installed: bool
    connection: str | None
    state: str | None


class AgencyShown(BaseModel):
    """An agency and its locations, as HighLevel told of them last.

    Attributes:
        company: Its id at HighLevel.
        state: ``ok`` or ``reconnect``: then it has to sign in again.
        connect_future: Whether locations that install the app later are connected by themselves.
        missing_scopes: What the app was not granted.
    """

    name: str
    company: str
    mode: str
    state: str
    reason: str | None
    signed_in_at: datetime | None
    connect_future: bool
    missing_scopes: list[str]
    locations: list[LocationListed]


class AgencyGiven(BaseModel):
    """How an agency is used."""

    model_config = ConfigDict(extra="forbid")

    connect_future: bool


class LocationGiven(BaseModel):
    """A location to be connected.

    Attributes:
        location: Its id; without it, every location that has the app and no connection yet.
        name: Of the connection; without it, HighLevel's name.
    """

    model_config = ConfigDict(extra="forbid")

    location: str | None = None
    name: str | None = None


class LocationTold(BaseModel):
    """What became of one location.

    Attributes:
        ok: Whether it is connected.
        message: What was found, or why it is not connected.
    """

    location: str
    name: str
    ok: bool
    message: str


def router(runtime: Runtime, guard: Guard, *, public_url: str | None) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown or done.
        public_url: Where others reach this server; None where nobody set it.
    """
    routes = APIRouter(
        prefix="/api/agencies",
        dependencies=[Depends(guard)],
        tags=["connections"],
        route_class=ExactRoute,
        responses=_WHY_NOT,
    )
    _add_sign_in(routes, runtime, public_url)
    _add_using(routes, runtime)
    return routes


def _add_sign_in(routes: APIRouter, runtime: Runtime, public_url: str | None) -> None:
    @routes.post(
        "/oauth",
        summary="Begin the sign-in of an agency at HighLevel in a browser",
        description="Open 'start_url' within fifteen minutes as a user of the agency; it works for one browser, once. "
        "The agency is listed when that browser came back.",
        responses={200: {"model": SignInBegun}},
    )
    async def begin(given: AgencySignInGiven) -> Response:
        return await begin_sign_in(
            runtime, given, public_url=public_url, agency=True, connect_future=given.connect_future
        )


def _add_using(routes: APIRouter, runtime: Runtime) -> None:
    @routes.get(
        "",
        summary="List the agencies, each with its locations as they were told last",
        responses={200: {"model": list[AgencyShown]}},
    )
    async def every() -> Response:
        async with runtime.db.read() as tx:
            found = [(one, await stored.locations(tx, one.id)) for one in await stored.every(tx)]
        return bodies.answer([_shown(one, places) for one, places in found])

    @routes.post(
        "/{name:path}/look",
        summary="Read an agency's whole list of locations from HighLevel",
        responses={200: {"model": AgencyShown}},
    )
    async def look(name: str) -> Response:
        found = await agencies.refresh_list(runtime, await agencies.named(runtime, name))
        return bodies.answer(_shown(await agencies.named(runtime, name), found))

    @routes.post(
        "/{name:path}/connect",
        summary="Connect a location of an agency, or all that have the app",
        description="One that fails does not stop the others; its line says why.",
        responses={200: {"model": list[LocationTold]}},
    )
    async def connect(name: str, given: LocationGiven) -> Response:
        agency = await agencies.named(runtime, name)
        if given.location is None:
            done = await agencies.connect_all(runtime, agency)
        else:
            done = [await agencies.connect_one(runtime, agency, given.location, name=given.name)]
        return bodies.answer([{part: row[part] for part in LocationTold.model_fields} for row in done])

    @routes.patch(
        "/{name:path}", summary="Change how an agency is used", responses={200: {"model": AgencyShown}}
    )
    async def change(name: str, given: AgencyGiven) -> Response:
        agency = await agencies.named(runtime, name)
        async with runtime.db.begin() as tx:
            await stored.set_config(tx, agency.id, {"connect_future": given.connect_future})
            places = await stored.locations(tx, agency.id)
        return bodies.answer(_shown(await agencies.named(runtime, name), places))


def _shown(agency: Agency, places: list[InstalledLocation]) -> JsonObject:
    return {
        "name": agency.name,
        "company": agency.company_id,
        "mode": agency.mode,
        "state": agency.state,
        "reason": agency.state_reason,
        "signed_in_at": agency.config.get("signed_in_at"),
        "connect_future": bool(agency.config.get("connect_future")),
        "missing_scopes": agency.config.get("missing_scopes") or [],
        "locations": agencies.names_of(places),
    }
