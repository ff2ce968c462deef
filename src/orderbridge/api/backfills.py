"""Backfills over HTTP: begun here, carried on by the worker."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import redact
from orderbridge.engine.quiet import Quiet
from orderbridge.engine.runtime import Runtime
from orderbridge.store import backfills
from orderbridge.sync.backfill import service
from orderbridge.sync.backfill.planning import SAMPLE, planned
from orderbridge.sync.backfill.selection import KINDS, MOST_IDS, selection
from orderbridge.sync.backfill.service import Wanted

_TEXT: JsonObject = {"type": "string", "minLength": 1}
_FLAG: JsonObject = {"type": "boolean"}
_BODY: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "required": ["ghl"],
    "properties": {
        "ghl": _TEXT | {"description": "Name of the HighLevel connection whose history is wanted."},
        "act": _TEXT | {"description": "Name of the Act! connection that its flows must lead to."},
        "kinds": {"type": "array", "minItems": 1, "items": {"enum": list(KINDS)}},
        "since": _TEXT | {"description": "First UTC day of creation: 2026-03-01."},
        "until": _TEXT | {"description": "Last UTC day of creation."},
        "ids": {"type": "array", "minItems": 1, "maxItems": MOST_IDS, "items": _TEXT},
        "mode": {"enum": ["live", "test"]},
        "with_tasks": _FLAG | {"description": "Also do the steps that make tasks."},
        "with_messages": _FLAG
        | {"description": "Also do the steps that notify or message people, with their flow's consent."},
    },
}
_MOST_SAMPLED = 500
_PLAN_BODY: JsonObject = _BODY | {
    "properties": _BODY["properties"]
    | {
        "sample": {
            "type": "integer",
            "minimum": 0,
            "maximum": _MOST_SAMPLED,
            "description": f"So many records of each kind are read and tried without writing; {SAMPLE} without it.",
        }
    }
}
_EXAMPLE: JsonObject = {"ghl": "shop", "since": "2026-01-01"}
_MOST_BYTES = 4 * 1024 * 1024
_RESPONSES: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 409, 413, 422), problems.RESPONSE)
_OBJECT = {"application/json": {"schema": {"type": "object"}}}
_ROWS = {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown or begun; whom it names is kept as who began it.
    """
    routes = APIRouter(prefix="/api/backfills", tags=["backfills"])

    @routes.get(
        "",
        summary="Plans and backfills, newest first",
        responses=_RESPONSES | {200: {"content": _ROWS}},
        dependencies=[Depends(guard)],
    )
    async def every() -> Response:
        async with runtime.db.read() as tx:
            rows = [await service.shown(tx, item) for item in await backfills.every(tx)]
        return bodies.answer(redact(rows))

    @routes.get(
        "/{backfill_id}",
        summary="A backfill: its plan, how far it is, what could not be read",
        responses=_RESPONSES | {200: {"content": _OBJECT}},
        dependencies=[Depends(guard)],
    )
    async def one(backfill_id: str) -> Response:
        async with runtime.db.read() as tx:
            shown = await service.shown_whole(tx, await backfills.one(tx, backfill_id))
        return bodies.answer(redact(shown))

    @routes.post(
        "",
        summary="Begin a backfill; the worker of 'serve' carries it on",
        responses=_RESPONSES | {200: {"content": _OBJECT}},
        openapi_extra=bodies.described(_BODY, required=True),
    )
    async def begin(request: Request, by: str = Depends(guard)) -> Response:
        wanted = await _wanted(runtime, await bodies.read(request, _BODY, most=_MOST_BYTES, example=_EXAMPLE))
        begun = await service.start(runtime, wanted, by=by)
        async with runtime.db.read() as tx:
            return bodies.answer(redact(await service.shown(tx, begun)))

    @routes.post(
        "/plan",
        summary="Say what a backfill would do, and keep that to begin it by its id; nothing is written",
        description="Its lists are counted page by page and a sample of its records is tried, which may take minutes; "
        "'POST /api/backfills/{backfill_id}/resume' then begins it.",
        responses=_RESPONSES | {200: {"content": _OBJECT}},
        openapi_extra=bodies.described(_PLAN_BODY, required=True),
    )
    async def plan(request: Request, by: str = Depends(guard)) -> Response:
        given = await bodies.read(request, _PLAN_BODY, most=_MOST_BYTES, example=_EXAMPLE)
        wanted = await _wanted(runtime, given)
        found = await planned(runtime, wanted, by=by, sample=given.get("sample", SAMPLE))
        return bodies.answer(redact(found))

    @routes.post(
        "/{backfill_id}/pause",
        summary="Let a backfill wait",
        responses=_RESPONSES | {200: {"content": _OBJECT}},
    )
    async def pause(backfill_id: str, by: str = Depends(guard)) -> Response:
        return await _stopped(runtime, backfill_id, backfills.PAUSED, by)

    @routes.post(
        "/{backfill_id}/cancel",
        summary="End a backfill for good; what it has written stays",
        responses=_RESPONSES | {200: {"content": _OBJECT}},
    )
    async def cancel(backfill_id: str, by: str = Depends(guard)) -> Response:
        return await _stopped(runtime, backfill_id, backfills.CANCELLED, by)

    @routes.post(
        "/{backfill_id}/resume",
        summary="Let a planned or paused backfill go on",
        responses=_RESPONSES | {200: {"content": _OBJECT}},
        dependencies=[Depends(guard)],
    )
    async def resume(backfill_id: str) -> Response:
        found = await service.resume(runtime, backfill_id)
        async with runtime.db.read() as tx:
            return bodies.answer(redact(await service.shown(tx, found)))

    return routes


async def _wanted(runtime: Runtime, given: JsonObject) -> Wanted:
    """Find the connection, and check the selection."""
    chosen = selection(
        kinds=given.get("kinds"),
        since=given.get("since"),
        until=given.get("until"),
        ids=given.get("ids", ()),
        today=runtime.clock.now().astimezone(UTC).date(),
    )
    (connection,) = await service.sources(
        runtime, names=[given["ghl"]], act=given.get("act"), mode=given.get("mode")
    )
    quiet = Quiet(with_tasks=given.get("with_tasks", False), with_messages=given.get("with_messages", False))
    return Wanted(connection=connection, chosen=chosen, quiet=quiet)


async def _stopped(runtime: Runtime, backfill_id: str, state: str, by: str) -> Response:
    found = await service.stop(runtime, backfill_id, state=state, by=by)
    async with runtime.db.read() as tx:
        return bodies.answer(redact(await service.shown(tx, found)))
