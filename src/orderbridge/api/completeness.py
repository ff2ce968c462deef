"""Statements of completeness over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.core.business_day import day_of
from orderbridge.core.redact import redact
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.time_zones import time_zone
from orderbridge.proof.completeness import completeness
from orderbridge.store import arrivals, connections
from orderbridge.store.connections import Connection

_RESPONSES: dict[int | str, dict[str, Any]] = {
    401: problems.RESPONSE,
    409: problems.RESPONSE,
    422: problems.RESPONSE,
}
Day = Annotated[date | None, Query(description="In the account's time zone; today where it is left out.")]
Name = Annotated[str | None, Query(description="Name of one account; every account where it is left out.")]
_ROWS = {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown.
    """
    routes = APIRouter(prefix="/api/completeness", dependencies=[Depends(guard)], tags=["completeness"])

    @routes.get(
        "",
        summary="Show what was stated of a day: what came, by which way, and what is missing",
        responses=_RESPONSES | {200: {"content": _ROWS}},
    )
    async def stated(
        day: Day = None,
        connection: Name = None,
        earlier: Annotated[
            bool, Query(description="Show the earlier statements of that day too, newest first.")
        ] = False,
    ) -> Response:
        rows = []
        for item in await _accounts(connection):
            async with runtime.db.read() as tx:
                kept = await arrivals.statements(
                    tx, item.id, await _day(item, day), limit=None if earlier else 1
                )
            rows += [statement.statement for statement in kept]
        return bodies.answer(redact(rows))

    @routes.post(
        "",
        summary="Ask the accounts' lists of a day, and state what is missing",
        responses=_RESPONSES | {200: {"content": _ROWS}},
    )
    async def state(
        day: Day = None,
        connection: Name = None,
        fulfilments: Annotated[
            bool, Query(description="Ask for fulfilments too: a call for each order that was handed over.")
        ] = True,
    ) -> Response:
        made = [
            await completeness(runtime, item, await _day(item, day), with_fulfilments=fulfilments)
            for item in await _accounts(connection)
        ]
        return bodies.answer(redact([one.as_json() for one in made]))

    async def _accounts(name: str | None) -> list[Connection]:
        async with runtime.db.read() as tx:
            return [await connections.named(tx, name)] if name else await connections.every(tx)

    async def _day(item: Connection, given: date | None) -> date:
        return given or day_of(runtime.clock.now(), (await time_zone(runtime, item)).zone)

    return routes
