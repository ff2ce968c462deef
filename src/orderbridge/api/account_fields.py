"""What an account has that a flow can fill, and that a setting can name: ``/api/connections/{name}/fields/{kind}``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.automation.account_choices import choices_of
from orderbridge.automation.account_fields import fields_of
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections


class ChoiceShown(BaseModel):
    """Something that can be picked: what is written, and what people call it."""

    value: str
    label: str


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

    @routes.get(
        "/{name}/choices/{kind}",
        summary="List what can be picked where a setting or a field names a record",
        description="Read from the account when it is asked for; a name of a few hundred, the others are typed.",
        responses={
            200: {"model": list[ChoiceShown]},
            **dict.fromkeys((401, 409, 422, 429, 503), problems.RESPONSE),
        },
    )
    async def choices(
        name: str,
        kind: str,
        of: Annotated[str | None, Query(description="Whose: prices are a product's.", min_length=1)] = None,
    ) -> Response:
        async with runtime.db.begin() as tx:
            found = await connections.named(tx, name)
        return bodies.answer([item.as_json() for item in await choices_of(runtime, found.id, kind, of=of)])

    return routes
