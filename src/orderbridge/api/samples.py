"""``/api/flows/{flow}/samples``: real values for whoever maps."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.automation import samples
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import redact
from orderbridge.engine.runtime import Runtime

_MOST = 20


class SampleShown(BaseModel):
    """What mappings would see of an event; without ``event_id`` it is the trigger's own example."""

    event_id: str | None
    record_id: str
    type: str
    accepted_at: datetime | None
    fires: bool
    scope: JsonObject


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the route.

    Args:
        runtime: The database.
        guard: Asked before anything is shown.
    """
    routes = APIRouter(
        prefix="/api/flows",
        dependencies=[Depends(guard)],
        tags=["flows"],
        responses=dict.fromkeys((401, 404, 422), problems.RESPONSE),
    )

    @routes.get(
        "/{flow}/samples",
        summary="Show what a flow's mappings would see of the newest events",
        description="Of stored events only: no account is asked. Secrets are hidden.",
        responses={200: {"model": list[SampleShown]}},
    )
    async def of_flow(
        flow: str,
        trigger: Annotated[str | None, Query(description="Another trigger than the flow's.")] = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 5,
    ) -> Response:
        found = await samples.of_flow(runtime, flow, trigger=trigger, limit=limit)
        return bodies.answer([redact(item.as_json()) for item in found])

    return routes
