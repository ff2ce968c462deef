"""The kill switch over HTTP."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.engine import brake
from orderbridge.store.database import Database

_RESPONSES: dict[int | str, dict[str, Any]] = {401: problems.RESPONSE}


def router(db: Database, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        db: The database.
        guard: Asked before anything is done.
    """
    routes = APIRouter(prefix="/api", dependencies=[Depends(guard)], tags=["kill switch"])

    @routes.post(
        "/pause",
        summary="Stop all writes within two seconds",
        description="Everything that comes in is still taken, and waits. What was about to be written is written "
        "after the resume, once.",
        responses=_RESPONSES,
    )
    async def pause() -> Response:
        async with db.begin() as tx:
            changed = await brake.pause(tx)
        return bodies.answer({"writes_paused": True, "changed": changed})

    @routes.post("/resume", summary="Let writes go on", responses=_RESPONSES)
    async def resume() -> Response:
        async with db.begin() as tx:
            changed = await brake.resume(tx)
        return bodies.answer({"writes_paused": False, "changed": changed})

    return routes
