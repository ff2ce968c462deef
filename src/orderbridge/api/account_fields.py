"""``/api/connections/{name}/fields/{kind}``: what an account has that a flow can fill."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.automation.account_fields import fields_of
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the route.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is read.
    """
    routes = APIRouter(prefix="/api/connections", dependencies=[Depends(guard)], tags=["flows"])

    @routes.get(
        "/{name}/fields/{kind}",
        summary="List the fields that mappings can name",
        responses={
            200: {
                "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}
            },
            **dict.fromkeys((401, 409, 422, 429, 503), problems.RESPONSE),
        },
    )
    async def fields(name: str, kind: str) -> Response:
        async with runtime.db.begin() as tx:
            found = await connections.named(tx, name)
        every = await fields_of(runtime, found.id, kind)
        return bodies.answer([item.as_json() for item in every])

    return routes
