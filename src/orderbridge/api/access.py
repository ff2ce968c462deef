"""``/api/session`` and ``/api/join``: signing in and out, one's own password, and the use of a one-time link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Depends, Request, params
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from orderbridge.access import invitations
from orderbridge.access.errors import NotSignedInError
from orderbridge.access.sessions import SignedIn
from orderbridge.api import bodies, problems
from orderbridge.api.entry import Entry
from orderbridge.api.exact import ExactRoute
from orderbridge.api.guard import COOKIE
from orderbridge.store import users

Role = Literal["owner", "bookkeeper"]
_FIRST_RUN = (
    "nobody can sign in yet, because there is no owner: open the link that 'orderbridge serve' prints when it starts, "
    "or make one with 'orderbridge users invite NAME --role owner'"
)


def _why_not(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return dict.fromkeys(statuses, problems.RESPONSE)


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Credentials(_Given):
    """A name and a password, as typed."""

    name: str
    password: SecretStr


class Joining(_Given):
    """The use of a one-time link.

    Attributes:
        token: What stands behind the # in the link.
        name: Needed for the first owner's account; else it may be left out.
        password: The new one, at least 12 characters.
    """

    token: str
    name: str | None = None
    password: SecretStr


class Ticket(_Given):
    """A one-time link.

    Attributes:
        token: What stands behind the # in it.
    """

    token: str


class NewPassword(_Given):
    """Another password."""

    old: SecretStr
    new: SecretStr


class SessionShown(BaseModel):
    """Who is signed in.

    Attributes:
        csrf_token: For the header X-CSRF-Token of every request that is not GET.
        expires_at: When the session ends unless it is used before.
        first_run: False: somebody is signed in, so there is an owner.
    """

    name: str
    role: Role
    csrf_token: str
    expires_at: datetime
    first_run: bool = False


class LinkShown(BaseModel):
    """What a one-time link is good for.

    Attributes:
        name: Of the account; null for the first owner, who chooses it.
        sets: ``account``: a new account; ``password``: the password of an account anew.
    """

    name: str | None
    role: Role
    sets: Literal["account", "password"]
    expires_at: datetime


class EndedShown(BaseModel):
    """What was ended."""

    ended: int = Field(description="How many other sessions of yours ended.")


def router(entry: Entry, *, named: Sequence[params.Depends]) -> APIRouter:
    """Make the routes.

    Args:
        entry: Decides who gets in.
        named: Checks the name under which this server is asked.
    """
    routes = APIRouter(prefix="/api", dependencies=list(named), tags=["access"], route_class=ExactRoute)
    _add_session(routes, entry)
    _add_own(routes, entry)
    _add_joining(routes, entry)
    return routes


def _add_session(routes: APIRouter, entry: Entry) -> None:
    sessions, origins = entry.sessions, entry.origins

    @routes.post(
        "/session",
        summary="Sign in",
        description="After five failures in a row, under one name or from one address, the next try waits: 429.",
        dependencies=[Depends(origins)],
        responses={200: {"model": SessionShown}, **_why_not(401, 403, 422, 429)},
    )
    async def sign_in(given: Credentials, request: Request) -> Response:
        signed_in = await sessions.sign_in(
            given.name, given.password.get_secret_value(), address=origins.address(request)
        )
        return await _begun(entry, request, signed_in)

    @routes.get(
        "/session", summary="Who is signed in?", responses={200: {"model": SessionShown}, **_why_not(401)}
    )
    async def who(request: Request) -> Response:
        try:
            return _shown(await entry.guard.person(request, request.cookies.get(COOKIE)))
        except NotSignedInError as error:
            async with entry.db.read() as tx:
                first = not await users.any_owner(tx)
            if first:
                raise NotSignedInError(_FIRST_RUN, cause="session.first_run", first_run=True) from error
            raise NotSignedInError(str(error), cause=error.cause, first_run=False) from error

    @routes.delete("/session", summary="Sign out", status_code=204, responses=_why_not(401, 403))
    async def sign_out(request: Request, person: SignedIn = Depends(entry.guard.person)) -> Response:
        await sessions.sign_out(person.word)
        answer = Response(status_code=204)
        _set(answer, entry, request, "", seconds=0)
        return answer


def _add_own(routes: APIRouter, entry: Entry) -> None:
    @routes.post(
        "/session/password",
        summary="Change one's own password",
        description="All other sessions of the user end.",
        responses={200: {"model": EndedShown}, **_why_not(401, 403, 422, 429)},
    )
    async def change(
        given: NewPassword, request: Request, person: SignedIn = Depends(entry.guard.person)
    ) -> Response:
        ended = await entry.sessions.change_password(
            person,
            given.old.get_secret_value(),
            given.new.get_secret_value(),
            address=entry.origins.address(request),
        )
        return bodies.answer({"ended": ended})

    @routes.delete(
        "/sessions",
        summary="End all one's other sessions",
        responses={200: {"model": EndedShown}, **_why_not(401, 403)},
    )
    async def end_others(person: SignedIn = Depends(entry.guard.person)) -> Response:
        return bodies.answer({"ended": await entry.sessions.end_others(person)})


def _add_joining(routes: APIRouter, entry: Entry) -> None:
    @routes.post(
        "/join",
        summary="Use a one-time link, and sign in",
        description="An account is made, or the password of one set anew and all its sessions ended.",
        dependencies=[Depends(entry.origins)],
        responses={200: {"model": SessionShown}, **_why_not(403, 409, 422)},
    )
    async def join(given: Joining, request: Request) -> Response:
        signed_in = await invitations.join(
            entry.db,
            entry.clock,
            entry.passwords,
            word=given.token,
            name=given.name,
            password=given.password.get_secret_value(),
        )
        return await _begun(entry, request, signed_in)

    @routes.post(
        "/join/look",
        summary="What is a one-time link good for?",
        description="It is not used by this.",
        dependencies=[Depends(entry.origins)],
        responses={200: {"model": LinkShown}, **_why_not(403, 422)},
    )
    async def look(given: Ticket) -> Response:
        found = await invitations.look(entry.db, entry.clock, given.token)
        return bodies.answer(
            {
                "name": found.name,
                "role": found.role,
                "sets": "account" if found.user_id is None else "password",
                "expires_at": found.expires_at,
            }
        )


async def _begun(entry: Entry, request: Request, signed_in: SignedIn) -> Response:
    # Nobody can get at an earlier session of this browser any more.
    if earlier := request.cookies.get(COOKIE):
        await entry.sessions.sign_out(earlier)
    answer = _shown(signed_in)
    lasts = signed_in.cookie_until - entry.clock.now()
    _set(answer, entry, request, signed_in.word, seconds=int(lasts.total_seconds()))
    return answer


def _set(answer: Response, entry: Entry, request: Request, word: str, *, seconds: int) -> None:
    answer.set_cookie(
        COOKIE,
        word,
        max_age=seconds,
        path="/",
        secure=entry.origins.secure(request),
        httponly=True,
        samesite="strict",
    )


def _shown(signed_in: SignedIn) -> Response:
    answer = bodies.answer(
        {
            "name": signed_in.name,
            "role": signed_in.role,
            "csrf_token": signed_in.csrf,
            "expires_at": signed_in.expires_at,
            "first_run": False,
        }
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
