"""``/api/tokens``: which programs may use this API; the same as ``orderbridge tokens``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from orderbridge.api import bodies, problems
from orderbridge.api.exact import ExactRoute
from orderbridge.api.guard import Guard
from orderbridge.core.ids import random_id
from orderbridge.store import api_tokens
from orderbridge.store.database import Database

_WHY_NOT: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 403, 404, 409, 422), problems.RESPONSE)


class TokenWanted(BaseModel):
    """A token to be made.

    Attributes:
        name: What it is for, such as the program that uses it.
    """

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class TokenMade(BaseModel):
    """A token, which is shown this once."""

    name: str
    token: str


class TokenRow(BaseModel):
    """A token, never its text.

    Attributes:
        last_used_at: To the minute; null for never.
    """

    name: str
    created_at: datetime
    last_used_at: datetime | None


def router(db: Database, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        db: Holds the tokens' hashes.
        guard: Asked before anything is shown or done.
    """
    routes = APIRouter(
        prefix="/api/tokens",
        dependencies=[Depends(guard)],
        tags=["access"],
        route_class=ExactRoute,
        responses=_WHY_NOT,
    )

    @routes.get(
        "",
        summary="List the API tokens and when each was used last",
        responses={200: {"model": list[TokenRow]}},
    )
    async def every() -> Response:
        async with db.read() as tx:
            return bodies.answer(await api_tokens.every(tx))

    @routes.post(
        "",
        summary="Make an API token",
        description="It is shown in this answer and never again; only its hash is kept.",
        status_code=201,
        responses={201: {"model": TokenMade}},
    )
    async def make(given: TokenWanted) -> Response:
        async with db.begin() as tx:
            token = await api_tokens.create(tx, random_id, name=given.name)
        answer = bodies.answer({"name": given.name, "token": token}, status=201)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @routes.delete(
        "/{name:path}", summary="Take an API token back; calls with it are refused at once", status_code=204
    )
    async def revoke(name: str) -> Response:
        async with db.begin() as tx:
            await api_tokens.revoke(tx, name)
        return Response(status_code=204)

    return routes
