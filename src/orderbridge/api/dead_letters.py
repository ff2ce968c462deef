"""``/api/dead-letters``: the same as ``orderbridge dead-letters``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.automation import dead_letters, replaying
from orderbridge.catalogue.fields import object_of, text
from orderbridge.core.ranking import RULE
from orderbridge.core.redact import redact
from orderbridge.engine.runtime import Runtime
from orderbridge.store import inbox, run_history

_REPLAY = object_of({"cause": text("Only this cause; all without it.")})
_RESPONSES: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 404, 409, 413, 422), problems.RESPONSE)
_OBJECT = {200: {"content": {"application/json": {"schema": {"type": "object"}}}}}
_EXAMPLES = 20


def router(runtime: Runtime, guard: Guard, *, max_body_bytes: int) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown or done.
        max_body_bytes: The largest body that is read.
    """
    routes = APIRouter(prefix="/api/dead-letters", dependencies=[Depends(guard)], tags=["runs"])
    answers = _RESPONSES | _OBJECT

    @routes.get("", summary="What waits for a person, by cause, with its money", responses=answers)
    async def dead() -> Response:
        async with runtime.db.begin() as tx:
            return _json({"groups": await run_history.dead_groups(tx), "deliveries": await inbox.dead(tx)})

    @routes.get(
        "/groups",
        summary="The same with what happened, what to do, and the request that repairs it",
        responses=answers,
    )
    async def groups() -> Response:
        found = await dead_letters.groups(runtime.db)
        return _json({"order": RULE, "causes": [item.as_object() for item in found]})

    @routes.get("/groups/{cause}", summary="What waits for one cause, with the oldest", responses=answers)
    async def group(cause: str) -> Response:
        return _json((await dead_letters.group(runtime.db, cause, examples=_EXAMPLES)).as_object())

    @routes.post(
        "/replay",
        summary="Let dead letters go on from where they stopped",
        description="Answers once all are taken up; the report of the replay says how they end.",
        responses=answers,
        openapi_extra=bodies.described(_REPLAY),
    )
    async def replay(request: Request, by: str = Depends(guard)) -> Response:
        example = {"cause": "contact.several_matches"}
        given = await bodies.read(request, _REPLAY, most=max_body_bytes, example=example)
        begun = await replaying.start(runtime, cause=given.get("cause"), by=by)
        found = await replaying.report(runtime, begun)
        return _json({"records": found.taken, "replay": begun.id})

    @routes.get(
        "/replays/{replay_id}",
        summary="How a replay ended, or how it stands: done with proof, stopped again, released money",
        responses=answers,
    )
    async def report(replay_id: str) -> Response:
        return _json(await replaying.shown(runtime, replay_id))

    return routes


def _json(value: Any) -> Response:
    return bodies.answer(redact(value))
