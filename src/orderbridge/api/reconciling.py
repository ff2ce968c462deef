"""``/api/reconcile``: both sides as their APIs show them now; the same as ``orderbridge reconcile``."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import redact
from orderbridge.engine.runtime import Runtime
from orderbridge.proof.reconcile import reconcile_all
from orderbridge.proof.shown import reconciliation_object

_RESPONSES: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 409, 422, 503), problems.RESPONSE)
_OBJECT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}}
}


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the route.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is read.
    """
    routes = APIRouter(prefix="/api/reconcile", dependencies=[Depends(guard)], tags=["closes"])
    comparisons = _Comparisons(runtime)

    @routes.get(
        "",
        summary="Compare both sides now; changes nothing on either",
        description="Both accounts are read whole, about a call for every hundred records, so it may take minutes. "
        "Whoever asks while the same comparison is under way is given its result.",
        responses=_RESPONSES | _OBJECT,
    )
    async def compare(
        lines: Annotated[
            bool,
            Query(
                description="Compare discount, tax, shipping and each line too; a call more for each sale."
            ),
        ] = False,
    ) -> Response:
        return bodies.answer(redact(await comparisons.result(lines=lines)))

    return routes


class _Comparisons:
    """One comparison at a time of each kind: everybody who asks meanwhile waits for the same."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._under_way: dict[bool, asyncio.Task[JsonObject]] = {}

    async def result(self, *, lines: bool) -> JsonObject:
        task = self._under_way.get(lines)
        if task is None or task.done():
            task = asyncio.create_task(self._compare(lines), name="compare both sides")
            self._under_way[lines] = task
        # Whoever goes away takes it from nobody else.
        return await asyncio.shield(task)

    async def _compare(self, lines: bool) -> JsonObject:
        found = await reconcile_all(self._runtime, lines=lines)
        return {
            "compared_at": self._runtime.clock.now().isoformat(timespec="seconds"),
            "pairs": [reconciliation_object(item) for item in found],
        }
