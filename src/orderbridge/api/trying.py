"""Dry runs over HTTP."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ValidationError

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.automation import trying
from orderbridge.automation.trying import Wish
from orderbridge.catalogue.fields import anything, flag, group, needing, object_of, text, whole
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import redact
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.steps import scope_of
from orderbridge.flows.model import Flow

_RECORD = needing(
    {"kind": text("order, contact, …", minLength=1), "id": text("The provider's id.", minLength=1)},
    "kind",
    "id",
)
_BODY: JsonObject = object_of(
    {
        "event": text("The id of a stored event, or its beginning.", minLength=1),
        "record": group("A record, which is read now.", _RECORD),
        "sample": flag("Any record of the account, or else the trigger's example."),
        "recent": whole("That many records that changed last.", minimum=1, maximum=trying.MOST_RECENT),
        "source": text("The connection whose changes start it; needed with a definition.", minLength=1),
        "target": text("The connection that it works on; needed with a definition.", minLength=1),
        "definition": anything("A flow that is not published, such as a draft.", type="object"),
    }
)
_EXAMPLE: JsonObject = {"recent": 3}
_RESPONSES: dict[int | str, dict[str, Any]] = dict.fromkeys(
    (401, 403, 404, 409, 413, 422, 429, 503), problems.RESPONSE
)


def router(runtime: Runtime, guard: Guard, *, max_body_bytes: int) -> APIRouter:
    """Make the route.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown or read; whom it names is remembered as who looked.
        max_body_bytes: The largest definition that is read.
    """
    routes = APIRouter(prefix="/api/flows", tags=["flows"])

    @routes.post(
        "/{name}/try",
        summary="Show what a flow would do, without doing it",
        description="Step by step: the input, and the exact difference over there. Reads are made, writes are not. "
        "With a definition, the flow need not be published.",
        responses=_RESPONSES | {200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
        openapi_extra=bodies.described(_BODY),
    )
    async def attempt(name: str, request: Request, by: str = Depends(guard)) -> Response:
        given = await bodies.read(request, _BODY, most=max_body_bytes, example=_EXAMPLE)
        if "definition" in given:
            subject = await trying.unpublished(
                runtime,
                _flow(given["definition"]),
                source=_needed(given, "source"),
                target=_needed(given, "target"),
            )
        else:
            subject = await trying.published(
                runtime, name, source=given.get("source"), target=given.get("target")
            )
        record = given.get("record")
        wish = Wish(
            event_id=given.get("event"),
            record=(record["kind"], record["id"]) if record else None,
            sample=given.get("sample", False),
            recent=given.get("recent", trying.RECENT),
        )
        trial = await trying.attempt(runtime, subject, wish, by=by)
        shown = trial.as_json()
        # What the mappings saw at the start, so that they can be looked at with the same event.
        results = [
            one | {"scope": {name: value for name, value in scope_of(item.event).items() if name != "steps"}}
            for one, item in zip(shown["results"], trial.results, strict=True)
        ]
        return bodies.answer(redact(shown | {"results": results}))

    return routes


def _needed(given: JsonObject, name: str) -> str:
    if name not in given:
        raise FlowError(
            f"a definition is tried between two connections: {name} is missing", cause="request.malformed"
        )
    return str(given[name])


def _flow(definition: JsonObject) -> Flow:
    try:
        return Flow.model_validate(definition)
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(map(str, item['loc']))}: {item['msg'].lower()}" for item in error.errors()
        )
        raise FlowError(f"the definition is not a flow: {said}", cause="flow.not_a_flow") from error
