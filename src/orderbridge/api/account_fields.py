"""``/api/connections/{name}/fields/{kind}``: what an account has that a flow can fill."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from orderbridge.api import problems
from orderbridge.api.tokens import BearerToken
from orderbridge.automation.account_fields import fields_of
from orderbridge.core import jsonio
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections

_PROBLEM = {"description": "Why not", "content": {problems.MEDIA_TYPE: {"schema": problems.SCHEMA}}}


def router(runtime: Runtime, token: BearerToken) -> APIRouter:
    """Make the route.

    Args:
        runtime: The opened accounts.
        token: Checked before anything is read.
    """
    routes = APIRouter(prefix="/api/connections", dependencies=[Depends(token)], tags=["flows"])

    @routes.get(
        "/{name}/fields/{kind}",
        summary="List the fields that mappings can name",
        responses={
            200: {
                "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}
            },
            **dict.fromkeys((401, 409, 422, 429, 503), _PROBLEM),
        },
    )
    async def fields(name: str, kind: str) -> Response:
        async with runtime.db.begin() as tx:
            found = await connections.named(tx, name)
        every = await fields_of(runtime, found.id, kind)
        return Response(jsonio.encode([item.as_json() for item in every]), media_type="application/json")

    return routes
