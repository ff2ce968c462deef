"""``/api/runs``: the same as ``orderbridge runs``."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.automation import bulk, repair, run_search
from orderbridge.automation.repair import Selection, Wish
from orderbridge.catalogue.fields import choice, flag, instant, object_of, owners_fields, text, texts, whole
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import redact
from orderbridge.engine.runtime import Runtime

_VERSION = choice("The version that it ran in, or the newest one.", ("pinned", "newest"))
_SEND_AGAIN = flag("Whether calls that cannot be proved are made once more.")
_RESUME = object_of({"input": owners_fields("What the failed step gets instead of the flow's input.")})
_CANCEL = object_of({"reason": text("Kept with the run.", maxLength=500)})
_REPLAY = object_of(
    {
        "run": text("One run, by its id."),
        "from_step": text("With run: where to begin; what is before it stays as it was."),
        "event": text("Everything that a stored event starts."),
        "unheard": flag("All that came in before a flow was there that listens to it."),
        "flow": text("All runs of this flow."),
        "cause": text("All dead runs that stopped for this cause."),
        "since": instant("Begun at or after."),
        "until": instant("Begun before."),
        "limit": whole("At most so many.", minimum=1),
        "version": _VERSION,
        "send_again": _SEND_AGAIN,
        "again": flag("Also what an equal request has done once more before."),
    }
)
_BULK = object_of(
    {
        "action": choice("What is done with each of them.", bulk.ACTIONS, required=True),
        "runs": texts("Ids of runs.", required=True, minItems=1, maxItems=bulk.MOST),
        "reason": text("Of cancelling; kept with the runs.", maxLength=500),
    }
)
_RESPONSES: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 404, 409, 413, 422), problems.RESPONSE)
_OBJECT = {200: {"content": {"application/json": {"schema": {"type": "object"}}}}}


def router(runtime: Runtime, guard: Guard, *, max_body_bytes: int) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown or done.
        max_body_bytes: The largest body that is read.
    """
    routes = APIRouter(prefix="/api", dependencies=[Depends(guard)], tags=["runs"])
    answers = _RESPONSES | _OBJECT

    async def read(request: Request, wanted: JsonObject, example: JsonObject) -> JsonObject:
        return await bodies.read(request, wanted, most=max_body_bytes, example=example)

    @routes.get("/runs", summary="Find runs, newest first", responses=answers)
    async def find(
        q: Annotated[str | None, Query(description="Words that must all be met.")] = None,
        state: Literal["done", "nothing", "running", "waiting", "dead", "cancelled"] | None = None,
        flow: str | None = None,
        kind: Annotated[str | None, Query(description="Of the record, such as 'order'.")] = None,
        cause: str | None = None,
        amount: Annotated[str | None, Query(description="498.00 or '498.00 USD'")] = None,
        email: str | None = None,
        order: str | None = None,
        record: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: Annotated[str | None, Query(description="'after' of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=run_search.MOST)] = 50,
    ) -> Response:
        asked = run_search.sought(
            q, amount=amount, words=(email, order, record), state=state, flow=flow, kind=kind, cause=cause,
            since=_aware(since), until=_aware(until), after=after,
        )  # fmt: skip
        page = await run_search.find(runtime.db, asked, limit=limit)
        return _json({"runs": page.rows, "after": page.after, "looked_to": page.looked_to})

    @routes.get(
        "/runs/{run_id}", summary="Show a run with its steps, attempts and receipts", responses=answers
    )
    async def one(
        run_id: str,
        most: Annotated[
            int | None,
            Query(
                description="Characters of JSON; of a larger input, output, record or receipt only the beginning is "
                "shown, as {'beginning': …, 'characters': …, 'cut': true}.",
                ge=1,
            ),
        ] = None,
    ) -> Response:
        found = await run_search.one(runtime.db, await _whole(runtime, run_id))
        # Megabytes take a moment, in which others must not wait.
        return bodies.answer(await asyncio.to_thread(run_search.shown, found, most))

    @routes.post(
        "/runs/{run_id}/resume",
        summary="Let a run go on from the step at which it stopped",
        responses=answers,
        openapi_extra=bodies.described(_RESUME),
    )
    async def resume(run_id: str, request: Request, by: str = Depends(guard)) -> Response:
        given = await read(request, _RESUME, {"input": {"name": "Spring"}})
        found = await repair.resume(runtime, run_id, by=by, input_=given.get("input"))
        return _json({"run": found})

    @routes.post(
        "/runs/{run_id}/cancel",
        summary="End a run for good",
        responses=answers,
        openapi_extra=bodies.described(_CANCEL),
    )
    async def cancel(run_id: str, request: Request, by: str = Depends(guard)) -> Response:
        given = await read(request, _CANCEL, {"reason": "entered by hand"})
        state = await repair.cancel(runtime, run_id, by=by, reason=given.get("reason"))
        return _json({"state": state})

    @routes.post(
        "/runs/replay",
        summary="Do runs once more from their start",
        description="One run, everything that an event starts, all that nobody listened to when it came, or a choice "
        "by flow, cause and time. Every write looks up first what is there. The same request for many runs, given "
        "twice, adds nothing.",
        responses=answers,
        openapi_extra=bodies.described(_REPLAY),
    )
    async def replay(request: Request, by: str = Depends(guard)) -> Response:
        return _json(
            await _replay(runtime, await read(request, _REPLAY, {"flow": "order-to-opportunity"}), by)
        )

    @routes.post(
        "/runs/bulk",
        summary="Replay, resume or cancel several runs, and say how it went with each",
        description="Each by itself: what is not possible for one of them keeps none of the others from it.",
        responses=answers,
        openapi_extra=bodies.described(_BULK, required=True),
    )
    async def many(request: Request, by: str = Depends(guard)) -> Response:
        given = await read(request, _BULK, {"action": "resume", "runs": ["0af3…"]})
        report = await bulk.carry_out(
            runtime, given["action"], given["runs"], by=by, reason=given.get("reason")
        )
        return _json(report.as_object())

    return routes


async def _replay(runtime: Runtime, given: JsonObject, by: str) -> JsonObject:
    wish = Wish(
        by=by,
        version=given.get("version", "pinned"),
        send_again=given.get("send_again", False),
        from_step=given.get("from_step"),
    )
    unheard = given.get("unheard", False)
    if len({"run", "event"} & set(given)) + unheard + bool({"flow", "cause", "since"} & set(given)) != 1:
        raise FlowError(
            "give one of: run, event, unheard, or a choice by flow, cause and since",
            cause="request.malformed",
        )
    if unheard:
        return {"added": await repair.replay_unheard(runtime, wish)}
    if "run" in given:
        run_id, new = await repair.replay_run(runtime, given["run"], wish)
        return {"runs": [run_id], "added": int(new), "already": int(not new)}
    if "event" in given:
        added = await repair.replay_event(runtime, given["event"], wish)
        return {"runs": added, "added": len(added)}
    chosen = Selection(
        flow=given.get("flow"), cause=given.get("cause"), since=_moment(given.get("since")),
        until=_moment(given.get("until")), limit=given.get("limit"),
    )  # fmt: skip
    tally = await repair.replay_many(runtime, chosen, wish, again=given.get("again", False))
    return {"added": tally.added, "already": tally.already, "switched_off": tally.off}


async def _whole(runtime: Runtime, given: str) -> str:
    async with runtime.db.read() as tx:
        return await repair.whole_id(tx, given)


def _moment(given: str | None) -> datetime | None:
    return _aware(datetime.fromisoformat(given)) if given else None


def _aware(given: datetime | None) -> datetime | None:
    return given if given is None or given.tzinfo else given.replace(tzinfo=UTC)


def _json(value: Any) -> Response:
    return bodies.answer(redact(value))
