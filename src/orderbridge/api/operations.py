"""``/api/operations``: the catalogue, and calling what is in it; the same as ``orderbridge ops``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.catalogue import listing
from orderbridge.catalogue.fields import flag, object_of, owners_fields, text, texts
from orderbridge.catalogue.operation import NEEDS_CONSENT
from orderbridge.catalogue.registry import operation
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import redact
from orderbridge.engine import operations
from orderbridge.engine.runtime import Runtime

_CALL = object_of(
    {
        "input": owners_fields("What the operation takes."),
        "ghl": text("Name of the HighLevel connection, where there are several."),
        "act": text("Name of the Act! connection, where there are several."),
        "allow": texts(
            "Effects that you agree to; nothing of the kind happens without.",
            items={"type": "string", "enum": sorted(NEEDS_CONSENT)},
        ),
        "preview": flag("Whether to say only what would be written."),
        "call_id": text(
            "Your name for this call: repeated under the same name it does nothing twice.",
            minLength=1,
            maxLength=200,
        ),
    }
)
_EXAMPLE: JsonObject = {"input": {"name": "Spring"}, "preview": True}
_PROBLEM = problems.RESPONSE
_RESPONSES: dict[int | str, dict[str, Any]] = {401: _PROBLEM, 404: _PROBLEM, 422: _PROBLEM}
_CALL_RESPONSES = _RESPONSES | dict.fromkeys((403, 409, 413, 429, 503), _PROBLEM)
_OBJECT = {"application/json": {"schema": {"type": "object"}}}
_ROWS = {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}


def router(runtime: Runtime, guard: Guard, *, max_body_bytes: int) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown or done.
        max_body_bytes: The largest call that is read.
    """
    routes = APIRouter(prefix="/api/operations", dependencies=[Depends(guard)], tags=["operations"])

    @routes.get("", summary="List the operations", responses=_RESPONSES | {200: {"content": _ROWS}})
    async def every(
        system: Annotated[Literal["ghl", "act", "core"] | None, Query()] = None,
        kind: Annotated[Literal["trigger", "action"] | None, Query()] = None,
        tier: Annotated[Literal["curated", "api", "denied"] | None, Query()] = None,
        search: Annotated[str | None, Query(description="Words that must all occur.")] = None,
    ) -> Response:
        return bodies.answer(list(listing.rows(system=system, kind=kind, tier=tier, search=search)))

    @routes.get("/{ref}", summary="Show an operation", responses=_RESPONSES | {200: {"content": _OBJECT}})
    async def one(ref: str) -> Response:
        return bodies.answer(listing.whole(operation(ref)))

    @routes.post(
        "/{ref}/call",
        summary="Call an operation",
        description="Checked, journalled and proved like a step of a flow. The answer is the operation's output, or "
        "with preview what it would write.",
        responses=_CALL_RESPONSES | {200: {"content": _OBJECT}},
        openapi_extra=bodies.described(_CALL, required=True),
    )
    async def call(ref: str, request: Request) -> Response:
        found = operation(ref)
        given = await bodies.read(request, _CALL, most=max_body_bytes, example=_EXAMPLE)
        values = given.get("input", {})
        # What cannot be called, or does not fit, is said before any account is opened.
        allowed = sorted(NEEDS_CONSENT) if given.get("preview") else given.get("allow", [])
        operations.permit(found, values, allowed)
        accounts = await operations.chosen(runtime, found, ghl=given.get("ghl"), act=given.get("act"))
        if given.get("preview"):
            return bodies.answer(redact((await operations.preview(runtime, ref, values, accounts)).as_json()))
        return bodies.answer(
            redact(
                await operations.call(
                    runtime, ref, values, accounts, allowed=allowed, call_id=given.get("call_id")
                )
            )
        )

    return routes
