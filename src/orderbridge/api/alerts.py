"""Alerts over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.automation import alerting
from orderbridge.core.redact import redact
from orderbridge.engine.runtime import Runtime
from orderbridge.store import alerts

_RESPONSES: dict[int | str, dict[str, Any]] = {401: problems.RESPONSE, 422: problems.RESPONSE}
_ROWS = {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the route.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown.
    """
    routes = APIRouter(prefix="/api/alerts", dependencies=[Depends(guard)], tags=["alerts"])

    @routes.get(
        "", summary="List the alerts that are raised", responses=_RESPONSES | {200: {"content": _ROWS}}
    )
    async def every(
        cleared_days: Annotated[
            int, Query(ge=0, le=365, description="Also those that were over within that many days.")
        ] = 0,
    ) -> Response:
        since = runtime.clock.now() - timedelta(days=cleared_days) if cleared_days else None
        async with runtime.db.read() as tx:
            found = await alerts.every(tx, cleared_since=since)
        rows = redact([alerting.shown(item) for item in found])
        return bodies.answer(rows)

    return routes
