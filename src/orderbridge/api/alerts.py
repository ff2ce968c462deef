"""Alerts over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.automation import alerting
from orderbridge.core.redact import redact
from orderbridge.engine.runtime import Runtime
from orderbridge.store import alerts

_RESPONSES: dict[int | str, dict[str, Any]] = {401: problems.RESPONSE, 422: problems.RESPONSE}
_ROWS = {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}


class Told(BaseModel):
    """Who is told of alerts.

    Attributes:
        decided: False as long as nobody has decided.
        channel: Null where nobody is told.
    """

    decided: bool
    channel: str | None


class ToTell(BaseModel):
    """Who is to be told of alerts.

    Attributes:
        channel: Name of a channel, through which a test message goes first; null for nobody.
    """

    model_config = ConfigDict(extra="forbid")

    channel: str | None


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

    @routes.get("/channel", summary="Who is told of alerts?", responses=_RESPONSES | {200: {"model": Told}})
    async def told() -> Response:
        async with runtime.db.read() as tx:
            found = await alerting.used(tx)
        return bodies.answer({"decided": found is not None, "channel": found["name"] if found else None})

    @routes.put(
        "/channel",
        summary="Choose who is told of alerts",
        description="A test message goes through the channel first; where it is not taken, nothing is changed.",
        responses=_RESPONSES | {200: {"model": Told}},
    )
    async def tell(given: ToTell) -> Response:
        if given.channel is None:
            await alerting.use_none(runtime)
        else:
            await alerting.use(runtime, given.channel)
        return bodies.answer({"decided": True, "channel": given.channel})

    return routes
