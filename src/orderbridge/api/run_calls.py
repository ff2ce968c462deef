"""``/api/runs/{run}/exchanges``: what a run said to the accounts, and what they answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.automation import repair
from orderbridge.core.redact import redact
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.transcripts import Kept
from orderbridge.store import exchanges


class TryShown(BaseModel):
    """One sending: ``waited_s`` for the allowance, ``took_s`` for the answer; no ``status`` means that none came."""

    at: datetime
    waited_s: float
    took_s: float
    status: int | None
    problem: str | None


class BodyShown(BaseModel):
    """A body; ``cut`` says that only its beginning was kept, ``absent`` that only its size was."""

    body: Any = None
    bytes: int
    cut: bool
    absent: bool


class CallShown(BaseModel):
    """A call with its tries; no bodies where it only read, or was one of very many.

    ``refused_parts`` counts what was refused within a batch, which is accepted as a whole all the same.
    """

    method: str
    url: str
    tries: list[TryShown]
    refused_parts: int
    request: BodyShown | None
    answer: BodyShown | None


class AttemptCalls(BaseModel):
    """The calls of an attempt of a step; ``left_out`` further ones were only counted."""

    step: str
    attempt: int
    kept_at: datetime
    calls: list[CallShown]
    left_out: int


class RunCalls(BaseModel):
    """What was kept of a run's calls; ``keeps`` and ``days`` say what is kept now, and for how long."""

    attempts: list[AttemptCalls]
    keeps: Kept
    days: int


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown.
    """
    routes = APIRouter(prefix="/api/runs", dependencies=[Depends(guard)], tags=["runs"])

    @routes.get(
        "/{run_id}/exchanges",
        summary="What a run said to the accounts and what they answered, without secrets",
        response_model=RunCalls,
        responses=dict.fromkeys((401, 404, 422), problems.RESPONSE),
    )
    async def of_run(run_id: str) -> Response:
        async with runtime.db.read() as tx:
            found = await exchanges.of_run(tx, await repair.whole_id(tx, run_id))
        attempts = [
            {"step": item["path"], "attempt": item["attempt"], "kept_at": item["kept_at"]} | item["calls"]
            for item in found
        ]
        # Exact numbers, which the model alone would make texts of.
        return bodies.answer(
            redact({"attempts": attempts, "keeps": runtime.http_kept, "days": runtime.http_kept_days})
        )

    return routes
