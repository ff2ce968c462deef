"""``/api/flows/…/start`` and ``/hook``: flows that a person or another program starts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from orderbridge.api import bodies, problems
from orderbridge.api.entry import Entry
from orderbridge.automation import flow_starts
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime

_WHY_NOT: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 403, 404, 409, 413, 422), problems.RESPONSE)
_START: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "input": {"description": "What the flow gets as event.input; an empty object without it."}
    },
}
_HOOK: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "replace": {
            "type": "boolean",
            "description": "Make another address where there is one, which is not answered any more then.",
        }
    },
}


class HookShown(BaseModel):
    """Whether other programs can start a flow; the address itself is never shown again."""

    exists: bool


class HookMade(BaseModel):
    """An address at which other programs start a flow.

    Attributes:
        url: Secret, and shown this once.
    """

    url: str


class Started(BaseModel):
    """A flow was started; the worker runs it."""

    started: bool


def router(runtime: Runtime, entry: Entry, *, max_body_bytes: int) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        entry: Decides who gets in, and knows under which address others reach this server.
        max_body_bytes: The largest body that is read.
    """
    routes = APIRouter(
        prefix="/api/flows", dependencies=[Depends(entry.guard)], tags=["flows"], responses=_WHY_NOT
    )

    @routes.post(
        "/{flow}/start",
        summary="Start a flow that listens to core.manual.started; the worker runs it",
        responses={200: {"model": Started}},
        openapi_extra=bodies.described(_START),
    )
    async def start(flow: str, request: Request) -> Response:
        example: JsonObject = {"input": {"order": "4711"}}
        given = await bodies.read(request, _START, most=max_body_bytes, example=example)
        await flow_starts.start(runtime, flow, given.get("input", {}))
        return bodies.answer({"started": True})

    @routes.get(
        "/{flow}/hook",
        summary="Whether other programs can start a flow by an address",
        responses={200: {"model": HookShown}},
    )
    async def hook(flow: str) -> Response:
        return bodies.answer({"exists": await flow_starts.has_address(runtime, flow)})

    @routes.post(
        "/{flow}/hook",
        summary="Make the address at which other programs start a flow",
        description="It is shown this once: whoever knows it can start the flow.",
        responses={200: {"model": HookMade}},
        openapi_extra=bodies.described(_HOOK),
    )
    async def make_hook(flow: str, request: Request) -> Response:
        given = await bodies.read(request, _HOOK, most=max_body_bytes, example={"replace": True})
        path = await flow_starts.make_address(runtime, flow, replace=given.get("replace", False))
        answer = bodies.answer({"url": f"{entry.origins.base_url(request)}{path}"})
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return routes
