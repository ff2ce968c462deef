"""Going live over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.automation import going_live
from orderbridge.automation.going_live import Checker
from orderbridge.catalogue.fields import flag, object_of, text
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import redact
from orderbridge.engine.runtime import Runtime

_BODY: JsonObject = object_of(
    {
        "source": text("A live connection; left out, that of the flow itself.", minLength=1),
        "target": text("The other live connection.", minLength=1),
        "check": flag("Only check; nothing is switched on."),
    }
)
_EXAMPLE: JsonObject = {"source": "shop", "target": "crm"}
_MOST_BYTES = 64 * 1024
_RESPONSES: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 409, 413, 422, 429, 503), problems.RESPONSE)
_OBJECT = {"application/json": {"schema": {"type": "object"}}}
_ROWS = {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}


class LiveRow(BaseModel):
    """A flow.

    Attributes:
        live_since: Null where it is not live.
        version_before: What runs again when it is taken back; null where nothing does.
    """

    name: str
    title: str
    version: int
    enabled: bool
    mode: str
    source: str
    target: str
    live_since: datetime | None
    live_by: str | None
    version_before: int | None


class WrittenRow(BaseModel):
    """How many records of a kind came out with a verdict, and the first ten of them."""

    kind: str
    verdict: str
    records: int
    first_ids: list[str | None]


def router(runtime: Runtime, guard: Guard, checkers: Sequence[Checker]) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown or switched; whom it names is kept as who switched.
        checkers: What has to be so.
    """
    routes = APIRouter(prefix="/api", tags=["flows"])

    @routes.post(
        "/flows/{name}/go-live",
        summary="Check what has to be so, and let a flow work on live accounts",
        description="Answers with every check; where one fails, `ready` is false and nothing was switched on.",
        responses=_RESPONSES | {200: {"content": _OBJECT}},
        openapi_extra=bodies.described(_BODY),
    )
    async def go_live(name: str, request: Request, by: str = Depends(guard)) -> Response:
        given = await bodies.read(request, _BODY, most=_MOST_BYTES, example=_EXAMPLE)
        wanted = await going_live.candidates(
            runtime, name, source=given.get("source"), target=given.get("target")
        )
        result = await going_live.go_live(
            runtime, wanted, checkers, by=by, only_check=given.get("check", False)
        )
        return bodies.answer(redact(result.as_json()))

    @routes.get(
        "/live-flows",
        summary="List the flows and which of them are live",
        dependencies=[Depends(guard)],
        responses=_RESPONSES | {200: {"model": list[LiveRow]}},
    )
    async def every() -> Response:
        return bodies.answer(await going_live.standing(runtime))

    @routes.get(
        "/live-flows/{name}/written",
        summary="What a live flow has written since it went live",
        dependencies=[Depends(guard)],
        responses=_RESPONSES | {200: {"model": list[WrittenRow]}},
    )
    async def written(name: str) -> Response:
        return bodies.answer(await going_live.written_while_live(runtime, name))

    @routes.post(
        "/flows/{name}/take-back",
        summary="Let a flow be live no more, and say what it wrote meanwhile",
        responses=_RESPONSES | {200: {"content": _ROWS}},
    )
    async def take_back(name: str, by: str = Depends(guard)) -> Response:
        found = await going_live.take_back(runtime, name, by=by)
        return bodies.answer(redact([item.as_json() for item in found]))

    return routes
