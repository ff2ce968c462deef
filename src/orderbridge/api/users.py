"""``/api/users``: who may use the web app; the same as ``orderbridge users``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from orderbridge.access import invitations, people
from orderbridge.access.invitations import Link
from orderbridge.api import bodies, problems
from orderbridge.api.access import Role
from orderbridge.api.entry import Entry
from orderbridge.api.exact import ExactRoute
from orderbridge.store import users

_WHY_NOT: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 403, 404, 409, 422), problems.RESPONSE)


class Invited(BaseModel):
    """Who shall get an account."""

    model_config = ConfigDict(extra="forbid")

    name: str
    role: Role


class RoleGiven(BaseModel):
    """Another role."""

    model_config = ConfigDict(extra="forbid")

    role: Role


class UserRow(BaseModel):
    """A user, or somebody who is invited.

    Attributes:
        created_at: Null for somebody who is invited only.
        signed_in_at: When last; null for never.
        invited_until: When a one-time link that waits for its use ends; null without one.
    """

    name: str
    role: Role
    created_at: datetime | None
    signed_in_at: datetime | None
    invited_until: datetime | None


class LinkMade(BaseModel):
    """A one-time link, which is shown this once.

    Attributes:
        link: To be opened by the one it is for.
    """

    link: str
    expires_at: datetime


class UserShown(BaseModel):
    """A user."""

    name: str
    role: Role


def router(entry: Entry) -> APIRouter:
    """Make the routes.

    Args:
        entry: Decides who gets in.
    """
    routes = APIRouter(
        prefix="/api/users",
        dependencies=[Depends(entry.guard)],
        tags=["access"],
        route_class=ExactRoute,
        responses=_WHY_NOT,
    )
    _add_links(routes, entry)
    _add_users(routes, entry)
    return routes


def _add_links(routes: APIRouter, entry: Entry) -> None:
    def made(link: Link, request: Request) -> Response:
        answer = bodies.answer(
            {"link": link.at(entry.origins.base_url(request)), "expires_at": link.expires_at}, status=201
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @routes.post(
        "/invitations",
        summary="Invite somebody by a one-time link",
        description="It works once, for 24 hours; an earlier one for the same name stops working.",
        status_code=201,
        responses={201: {"model": LinkMade}},
    )
    async def invite(given: Invited, request: Request) -> Response:
        return made(await invitations.invite(entry.db, entry.clock, given.name, given.role), request)

    @routes.post(
        "/{name}/password-link",
        summary="Make a one-time link that sets a forgotten password anew",
        description="When it is used, all sessions of the user end.",
        status_code=201,
        responses={201: {"model": LinkMade}},
    )
    async def reset(name: str, request: Request) -> Response:
        return made(await invitations.reset(entry.db, entry.clock, name), request)


def _add_users(routes: APIRouter, entry: Entry) -> None:
    @routes.get("", summary="List the users", responses={200: {"model": list[UserRow]}})
    async def every() -> Response:
        async with entry.db.read() as tx:
            return bodies.answer(await users.every(tx, now=entry.clock.now()))

    @routes.patch("/{name}", summary="Give a user another role", responses={200: {"model": UserShown}})
    async def change(name: str, given: RoleGiven) -> Response:
        user = await people.change_role(entry.db, name, given.role)
        return bodies.answer({"name": user.name, "role": user.role})

    @routes.delete(
        "/{name}", summary="Remove a user with all sessions, or withdraw an invitation", status_code=204
    )
    async def remove(name: str) -> Response:
        await people.remove(entry.db, name)
        return Response(status_code=204)
