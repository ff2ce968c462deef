"""``/api/conflicts``: what a person has to decide between the two sides; the same as ``orderbridge conflicts``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.engine import tray
from orderbridge.engine.runtime import Runtime
from orderbridge.store import conflicts

_RESPONSES: dict[int | str, dict[str, Any]] = dict.fromkeys(
    (401, 403, 404, 409, 422, 429, 503), problems.RESPONSE
)


class Decision(BaseModel):
    """What a person decided.

    Attributes:
        take: ``act`` or ``ghl``: whose value both get; of a deletion ``keep``, ``delete`` or ``recreate``.
        value: A value that both get instead.
        allow: ``deletes`` where something shall be deleted.
    """

    model_config = ConfigDict(extra="forbid")

    take: str | None = None
    value: str | bool | int | list[str] | None = None
    allow: list[str] = Field(default=[])

    @model_validator(mode="after")
    def _one(self) -> Decision:
        if (self.take is None) == ("value" not in self.model_fields_set):
            raise ValueError("give either take or value")
        return self


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown or done.
    """
    routes = APIRouter(prefix="/api/conflicts", dependencies=[Depends(guard)], tags=["conflicts"])

    @routes.get("", summary="List the conflicts", responses=_RESPONSES)
    async def every(
        resolved: Annotated[bool, Query(description="Those that were decided.")] = False,
        limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    ) -> Response:
        async with runtime.db.begin() as tx:
            found = await conflicts.listed(tx, resolved=resolved, limit=limit)
        return bodies.answer([row | {"choices": tray.choices(row)} for row in found])

    @routes.post("/{conflict_id}/resolve", summary="Resolve a conflict", responses=_RESPONSES)
    async def resolve(conflict_id: str, decision: Decision) -> Response:
        take: Any = decision.take if decision.take is not None else {"value": decision.value}
        return bodies.answer(await tray.resolve(runtime, conflict_id, take=take, allowed=decision.allow))

    return routes
