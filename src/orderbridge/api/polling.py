"""Polling over HTTP: what is promised, what it costs, changing it, and confirming what vanished."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.sync import poll, promises
from orderbridge.sync.ages import INTERVALS, LONGEST_S

_MOST = 10_000
_SECONDS = {"type": "number", "minimum": 5, "maximum": LONGEST_S}
_WANTED: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "required": ["connection"],
    "properties": {
        "connection": {"type": "string", "description": "Its name."},
        **{name: _SECONDS | {"description": "Seconds."} for name in INTERVALS},
        "share": {
            "type": "number",
            "minimum": 0.01,
            "maximum": 1,
            "description": "Of the permitted calls of a day.",
        },
    },
}
_EXAMPLE: JsonObject = {"connection": "highlevel", "recent_s": 60, "share": 0.4}
_CONFIRMED: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "required": ["connection", "list"],
    "properties": {
        "connection": {"type": "string", "description": "Its name."},
        "list": {"type": "string", "description": "A list that GET /api/polling names."},
    },
}
_VANISHED: JsonObject = {"connection": "act", "list": "contacts"}
_RESPONSES: dict[int | str, dict[str, Any]] = {401: problems.RESPONSE, 422: problems.RESPONSE}
_ROWS = {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}
_ROW = {"application/json": {"schema": {"type": "object"}}}


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown.
    """
    routes = APIRouter(prefix="/api/polling", dependencies=[Depends(guard)], tags=["polling"])

    @routes.get(
        "",
        summary="Show by connection, list and age what polling promises and costs",
        responses=_RESPONSES | {200: {"content": _ROWS}},
    )
    async def every() -> Response:
        async with runtime.db.read() as tx:
            found = await promises.overviews(tx, runtime)
        return bodies.answer([item.as_object() for item in found])

    @routes.patch(
        "",
        summary="Change how often a connection's lists are looked at",
        responses=_RESPONSES | {200: {"content": _ROW}},
        openapi_extra=bodies.described(_WANTED, required=True),
    )
    async def change(request: Request) -> Response:
        given = await bodies.read(request, _WANTED, most=_MOST, example=_EXAMPLE)
        wanted = {name: float(value) for name, value in given.items() if name != "connection"}
        async with runtime.db.begin() as tx:
            found = await promises.change(tx, runtime, str(given["connection"]), wanted)
        return bodies.answer(found.as_object())

    @routes.post(
        "/look",
        summary="Look at the whole history of every account now, for what changed or was deleted",
        description="It may take minutes, and is finished also where the caller goes away meanwhile. What is found "
        "the worker carries over.",
        responses={401: problems.RESPONSE, 200: {"content": _ROWS}},
    )
    async def look() -> Response:
        found = await poll.poll_all(runtime, everything=True)
        return bodies.answer([item.as_object() for item in found])

    @routes.post(
        "/confirm",
        summary="Say that the records that vanished from a list at once were deleted, not only hidden",
        description="Each of them that is not found by its id in the next look at the list counts as deleted.",
        responses=_RESPONSES | {200: {"content": _ROW}},
        openapi_extra=bodies.described(_CONFIRMED, required=True),
    )
    async def confirm(request: Request) -> Response:
        given = await bodies.read(request, _CONFIRMED, most=_MOST, example=_VANISHED)
        name, stream = str(given["connection"]), str(given["list"])
        async with runtime.db.begin() as tx:
            missing = await promises.confirm_deleted(tx, runtime, name, stream)
        return bodies.answer({"connection": name, "list": stream, "missing": missing})

    return routes
