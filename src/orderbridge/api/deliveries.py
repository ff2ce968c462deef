"""``/api/deliveries``: what came in, by which way, and what became of it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel

from orderbridge.api import problems
from orderbridge.api.guard import Guard
from orderbridge.automation import run_search
from orderbridge.core import jsonio
from orderbridge.core.errors import NotFoundError
from orderbridge.core.redact import redact, redact_text
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections, deliveries
from orderbridge.store.connections import Connection
from orderbridge.store.deliveries import Asked

_MOST = 200
_MOST_RUNS = run_search.MOST
# A page can show so much at once without stopping; the rest is downloaded.
SHOWN_CHARACTERS = 50_000
_ANSWERS: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 404, 422), problems.RESPONSE)
_FILE: dict[int | str, dict[str, Any]] = _ANSWERS | {200: {"content": {"text/plain": {}}}}


class DeliveryRow(BaseModel):
    """Something that came: ``source`` is the way, ``outcome`` what became of it; ``size`` in bytes."""

    id: int
    connection: str
    source: str
    type: str
    kind: str
    record: str | None
    received_at: datetime
    outcome: str
    reason: str | None
    cause: str | None
    settled_at: datetime | None
    backfill: str | None
    size: int | None


class DeliveriesShown(BaseModel):
    """A page, the newest first.

    ``looked_to`` says that very many were looked at and the search ended there; ``most_runs`` that more runs meet the
    words than were asked for their records, so that what belongs to older ones is left out.
    """

    deliveries: list[DeliveryRow]
    after: int | None
    looked_to: int | None
    most_runs: int | None


class RunOfChange(BaseModel):
    """A run that a change set off."""

    id: str
    flow: str | None
    state: str


class ChangeShown(BaseModel):
    """A change that was found in the record, and what it set off."""

    event: str
    type: str
    kind: str
    record: str
    revision: int
    way: str
    at: datetime
    outcome: str
    reason: str | None
    runs: list[RunOfChange]


class DeliveryShown(DeliveryRow):
    """One of them; ``body`` is the beginning of what came, its secrets hidden, and ``cut`` says that there is more."""

    provider_id: str
    lane: str | None
    body: str | None
    cut: bool
    changes: list[ChangeShown]


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Checked before anything is shown.
    """
    routes = APIRouter(prefix="/api/deliveries", dependencies=[Depends(guard)], tags=["runs"])

    @routes.get("", summary="List what came in, the newest first", responses=_ANSWERS)
    async def every(
        kind: Annotated[str | None, Query(description="Of the record, such as 'order'.")] = None,
        outcome: Literal["pending", "waiting", "done", "nothing", "dead"] | None = None,
        source: Annotated[
            str | None, Query(description="The way: 'webhook', 'poll', 'backfill', 'manual'.")
        ] = None,
        record: Annotated[str | None, Query(description="The record's id.")] = None,
        q: Annotated[
            str | None,
            Query(
                description="An id, or words by which the runs are found that came of it: an order number, an e-mail "
                "address, an amount."
            ),
        ] = None,
        after: Annotated[
            int | None, Query(description="'after' of the page before.", ge=1, le=2**63 - 1)
        ] = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 50,
    ) -> DeliveriesShown:
        records, many = [record] if record else None, False
        if q is not None and q.strip():
            ids, many = await run_search.records(runtime.db, q, most=_MOST_RUNS)
            records = [item for item in ids if record in (None, item)]
        asked = Asked(kind=kind, outcome=outcome, source=source, records=records, after=after)
        async with runtime.db.begin() as tx:
            found = await deliveries.listed(tx, asked, limit=limit + 1)
            known = {item.id: item for item in await connections.every(tx)}
        shown = found.rows[:limit]
        further = shown[-1]["id"] if len(found.rows) > limit else found.looked_to
        return DeliveriesShown(
            deliveries=[DeliveryRow(**_row(item, known)) for item in shown],
            after=further,
            looked_to=found.looked_to,
            most_runs=_MOST_RUNS if many else None,
        )

    @routes.get("/{delivery_id}", summary="What came, and what it led to", responses=_ANSWERS)
    async def one(delivery_id: int) -> DeliveryShown:
        found = await _found(runtime, delivery_id)
        async with runtime.db.begin() as tx:
            changes = [] if found["lane"] is None else await deliveries.changes(tx, found["lane"])
            known = {item.id: item for item in await connections.every(tx)}
        text = await _readable(found["body"])
        return DeliveryShown(
            **_row(found, known),
            provider_id=redact_text(found["delivery_id"]),
            lane=found["lane"],
            body=text and text[:SHOWN_CHARACTERS],
            cut=text is not None and len(text) > SHOWN_CHARACTERS,
            changes=[_change(item) for item in changes],
        )

    @routes.get(
        "/{delivery_id}/body",
        summary="All of what came as a file, its secrets hidden",
        response_class=Response,
        responses=_FILE,
    )
    async def body(delivery_id: int) -> Response:
        text = await _readable((await _found(runtime, delivery_id))["body"])
        return Response(
            text or "",
            media_type="text/plain; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="delivery-{delivery_id}.txt"'},
        )

    return routes


async def _found(runtime: Runtime, delivery_id: int) -> dict[str, Any]:
    found = None
    if 0 < delivery_id < 2**63:
        async with runtime.db.read() as tx:
            found = await deliveries.one(tx, delivery_id)
    if found is None:
        raise NotFoundError(f"there is no delivery {delivery_id}", cause="delivery.unknown")
    return found


async def _readable(body: bytes | None) -> str | None:
    # Megabytes take a moment, in which others must not wait.
    return None if body is None else await asyncio.to_thread(readable, body)


def readable(body: bytes) -> str:
    """Return what came as text that can be read, its secrets hidden: JSON with a line for each field."""
    try:
        value = jsonio.decode(body)
    except ValueError:
        return redact_text(body.decode("utf-8", errors="replace"))
    return jsonio.indented(redact(value))


def _row(item: dict[str, Any], known: dict[str, Connection]) -> dict[str, Any]:
    connection = known.get(item["connection_id"])
    same = ("id", "source", "type", "kind", "received_at", "outcome", "cause", "settled_at", "size")
    return {name: item[name] for name in same} | {
        "connection": connection.name if connection else item["connection_id"],
        "record": item["record_id"],
        "reason": redact(item["reason"]),
        "backfill": item["backfill_id"],
    }


def _change(item: dict[str, Any]) -> ChangeShown:
    same = ("type", "kind", "revision", "outcome")
    return ChangeShown(
        **{name: item[name] for name in same},
        event=item["id"],
        record=item["record_id"],
        way=item["source"],
        at=item["accepted_at"],
        reason=redact(item["reason"]),
        runs=[RunOfChange(**run) for run in item["runs"]],
    )
