"""The kill switch over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.core.clock import Clock
from orderbridge.engine import brake
from orderbridge.store.database import Database

_RESPONSES: dict[int | str, dict[str, Any]] = {401: problems.RESPONSE}


class PauseShown(BaseModel):
    """Whether all writes are paused.

    Attributes:
        by: Who paused them; null where they are not, or where that was not kept.
        since: When.
    """

    writes_paused: bool
    by: str | None
    since: datetime | None


def router(db: Database, clock: Clock, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        db: The database.
        clock: Says when writes were paused.
        guard: Asked before anything is done.
    """
    routes = APIRouter(prefix="/api", tags=["kill switch"])

    @routes.get(
        "/pause",
        summary="Are all writes paused, and by whom?",
        dependencies=[Depends(guard)],
        responses=_RESPONSES | {200: {"model": PauseShown}},
    )
    async def paused() -> Response:
        async with db.read() as tx:
            found = await brake.standing(tx)
        return bodies.answer(
            {
                "writes_paused": found is not None,
                "by": found.by if found else None,
                "since": found.at if found else None,
            }
        )

    @routes.post(
        "/pause",
        summary="Stop all writes within two seconds",
        description="Everything that comes in is still taken, and waits. What was about to be written is written "
        "after the resume, once.",
        responses=_RESPONSES,
    )
    async def pause(by: str = Depends(guard)) -> Response:
        async with db.begin() as tx:
            changed = await brake.pause(tx, by=by, at=clock.now())
        return bodies.answer({"writes_paused": True, "changed": changed})

    @routes.post("/resume", summary="Let writes go on", dependencies=[Depends(guard)], responses=_RESPONSES)
    async def resume() -> Response:
        async with db.begin() as tx:
            changed = await brake.resume(tx)
        return bodies.answer({"writes_paused": False, "changed": changed})

    return routes
