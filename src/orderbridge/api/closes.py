"""``/api/closes``: the daily close; the same as ``orderbridge close``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.catalogue.fields import object_of, text
from orderbridge.core.errors import NotFoundError
from orderbridge.engine.runtime import Runtime
from orderbridge.proof import closing
from orderbridge.proof.close_views import as_object, day_of_text, one_day
from orderbridge.proof.pairs import joined_connections
from orderbridge.store import closes

_RESPONSES: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 404, 409, 413, 422, 503), problems.RESPONSE)
_ROWS = {200: {"content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}}}
_CLOSE = object_of({"day": text("Such as 2026-01-31; the last day that is over without it.")})
_MOST_BYTES = 10_000


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown or done.
    """
    routes = APIRouter(prefix="/api/closes", dependencies=[Depends(guard)], tags=["closes"])
    answers = _RESPONSES | _ROWS

    @routes.get("", summary="List the closed days, the latest first", responses=answers)
    async def every() -> Response:
        async with runtime.db.read() as tx:
            found = await closes.newest(tx)
        return bodies.answer([as_object(item) for item in found])

    @routes.get("/{day}", summary="A closed day with its reasons, and what changed since", responses=answers)
    async def one(day: str) -> Response:
        async with runtime.db.read() as tx:
            found = await closes.newest(tx, day=day_of_text(day))
        if not found:
            raise NotFoundError(f"{day} was not closed; POST /api/closes closes it", cause="close.unknown")
        return bodies.answer([await one_day(runtime.db, item) for item in found])

    @routes.post("", summary="Close a day", responses=answers, openapi_extra=bodies.described(_CLOSE))
    async def close(request: Request) -> Response:
        given = await bodies.read(request, _CLOSE, most=_MOST_BYTES, example={"day": "2026-01-31"})
        day = day_of_text(given.get("day"))
        done = [
            await closing.close_day(runtime, source, target, day=day)
            for source, target in await joined_connections(runtime.db)
        ]
        return bodies.answer(
            [
                await one_day(runtime.db, item.close)
                | {"reopened": [earlier.isoformat() for earlier in item.reopened]}
                for item in done
            ]
        )

    return routes
