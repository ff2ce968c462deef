"""``/api/orders``: each order with both sides next to each other, where it came from, and what every write proved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from orderbridge.api import problems
from orderbridge.api.guard import Guard
from orderbridge.catalogue import registry
from orderbridge.catalogue.operation import WRITES
from orderbridge.core import list_positions
from orderbridge.core.errors import NotFoundError
from orderbridge.core.redact import redact
from orderbridge.engine.found_by import words_of
from orderbridge.engine.runtime import Runtime
from orderbridge.flows import origins
from orderbridge.flows.model import Flow
from orderbridge.proof.shown import amount
from orderbridge.store import connections, orders
from orderbridge.store.connections import Connection
from orderbridge.store.orders import OrderRow, Wanted

_MOST = 200
_MOST_UNREAD = 50
# Of a list; what is further came from the same places.
_MOST_ITEMS = 20
_ANSWERS: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 404, 422), problems.RESPONSE)
AGREES, DIFFERS, MOVING, STOPPED, ONE_SIDED = "agrees", "differs", "moving", "stopped", "one_sided"


class SideShown(BaseModel):
    """One currency of an order on one side; null is what that side has not said."""

    currency: str
    ordered: str | None
    paid: str | None
    refunded: str | None


class OrderSummary(BaseModel):
    """An order in the list.

    ``standing`` is ``agrees``, ``moving`` (on its way), ``stopped`` (needs a person), ``one_sided`` (nothing carries it
    to the other side) or ``differs``.
    """

    id: str
    connection: str
    act_connection: str | None
    opportunity_id: str | None
    person: str
    email: str | None
    status: str | None
    payment_status: str | None
    fulfilment_status: str | None
    source: str | None
    live: bool
    created_at: datetime | None
    changed_at: datetime
    standing: str
    highlevel: list[SideShown]
    act: list[SideShown]


class UnreadShown(BaseModel):
    """An order that could not be read at all, and why; ``delivery`` is what came of it last."""

    id: str
    connection: str
    delivery: int
    reason: str | None
    cause: str | None
    received_at: datetime


class OrdersShown(BaseModel):
    """A page of orders, the last changed first; ``after`` asks for the next one.

    ``unread`` stands on the first page only. ``looked_to`` is there where very many orders were looked at and the
    search ended before the oldest one: when the last of them had changed. What is older may fit as well.
    """

    orders: list[OrderSummary]
    unread: list[UnreadShown]
    after: str | None
    looked_to: datetime | None


class MoneyLineShown(BaseModel):
    """A line of an order's money on both sides; null where that side has none."""

    record: str
    entry: str
    line: str
    name: str | None
    currency: str
    highlevel: str | None
    act: str | None


class RunOfOrder(BaseModel):
    """A run in an order's history."""

    id: str
    flow: str | None
    state: str
    reason: str | None
    started_at: datetime


class HappenedShown(BaseModel):
    """A change that came, the way it came by, and what was done about it."""

    event: str
    type: str
    kind: str
    record: str
    revision: int
    way: str
    at: datetime
    outcome: str
    reason: str | None
    changed: list[str]
    runs: list[RunOfOrder]


class WriteShown(BaseModel):
    """A write with what reading it back proved."""

    run: str
    connection: str
    kind: str
    reference: str
    target: str | None
    verdict: str
    at: datetime
    before: Any = None
    sent: Any = None
    read_back: Any = None
    differences: list[Any]


class RelatedShown(BaseModel):
    """A payment, fulfilment or subscription of the order."""

    kind: str
    id: str
    changed_at: datetime
    state: dict[str, Any]


class OriginShown(BaseModel):
    """A field that was written, and the places that it came from; no ``sources`` means that the flow fixes it.

    ``step`` is the step's path in the run; ``items`` says for which item of each list around it. ``computed`` says that
    an expression made the value; ``further`` counts items of the same list that are not shown.
    """

    flow: str | None
    version: int
    run: str
    step: str
    action: str
    field: str
    sources: list[str]
    computed: bool
    items: list[int]
    further: int
    value: Any = None


class OrderShown(OrderSummary):
    """Everything that is known of an order."""

    state: dict[str, Any]
    money: list[MoneyLineShown]
    related: list[RelatedShown]
    history: list[HappenedShown]
    writes: list[WriteShown]
    origins: list[OriginShown]


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Checked before anything is shown.
    """
    routes = APIRouter(prefix="/api/orders", dependencies=[Depends(guard)], tags=["pages"])

    @routes.get("", summary="List orders with both sides' money, the last changed first", responses=_ANSWERS)
    async def every(
        q: Annotated[
            str | None, Query(description="An order number, e-mail, name or id; all words must be met.")
        ] = None,
        after: Annotated[str | None, Query(description="'after' of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 50,
    ) -> OrdersShown:
        words = [word for part in (q or "").split() for word in words_of(part)]
        async with runtime.db.begin() as tx:
            found = await orders.listed(
                tx, Wanted(words=words, after=list_positions.read(after)), limit=limit + 1
            )
            unread = [] if after else await orders.unread(tx, words, limit=_MOST_UNREAD)
            known = {item.id: item for item in await connections.every(tx)}
        shown = found.rows[:limit]
        further = found.looked_to
        if len(found.rows) > limit:
            further = (shown[-1].changed_at, shown[-1].record_id)
        return OrdersShown(
            orders=[OrderSummary(**_summary(row, known)) for row in shown],
            unread=[_unread(item, known) for item in unread],
            after=list_positions.shown(*further) if further else None,
            looked_to=found.looked_to[0] if found.looked_to else None,
        )

    @routes.get("/{order_id}", summary="Everything that is known of an order", responses=_ANSWERS)
    async def one(order_id: str) -> OrderShown:
        async with runtime.db.begin() as tx:
            found = (await orders.listed(tx, Wanted(order_id=order_id), limit=1)).rows
            if not found:
                raise NotFoundError(
                    f"no order {order_id} has come in; look for it by e-mail, name or number in the list of orders, "
                    "or carry history over with a backfill",
                    cause="order.unknown",
                )
            row = found[0]
            known = {item.id: item for item in await connections.every(tx)}
            pair = [row.connection_id, *([row.target_connection] if row.target_connection else [])]
            money = await orders.money(tx, pair, order_id)
            related = await orders.related(tx, row.connection_id, order_id)
            history = await orders.history(tx, row.connection_id, order_id)
            writes = await orders.writes_of(tx, row.connection_id, order_id)
            carried = await orders.carried(tx, row.connection_id, order_id)
        return OrderShown(
            **_summary(row, known),
            state=redact(row.state),
            money=_money(money, row, _names(writes)),
            related=[
                RelatedShown(
                    kind=item["kind"],
                    id=item["record_id"],
                    changed_at=item["changed_at"],
                    state=redact(item["state"]),
                )
                for item in related
            ],
            history=[_happened(item) for item in history],
            writes=[_write(item, known) for item in writes],
            origins=[origin for item in carried for origin in _origins(item)],
        )

    return routes


def _unread(item: dict[str, Any], known: dict[str, Connection]) -> UnreadShown:
    connection = known.get(item["connection_id"])
    return UnreadShown(
        id=item["order_id"],
        connection=connection.name if connection else item["connection_id"],
        delivery=item["delivery_id"],
        reason=redact(item["reason"]),
        cause=item["cause"],
        received_at=item["received_at"],
    )


def _summary(row: OrderRow, known: dict[str, Connection]) -> dict[str, Any]:
    state, contact = row.state, row.state.get("contact") or {}
    here = _side(row.sides.get(row.connection_id, {}))
    there = _side(row.sides.get(row.target_connection or "", {}))
    name = " ".join(part for part in (contact.get("first_name"), contact.get("last_name")) if part)
    target = known.get(row.target_connection or "")
    return {
        "id": row.record_id,
        "connection": known[row.connection_id].name if row.connection_id in known else row.connection_id,
        "act_connection": target.name if target else None,
        "opportunity_id": row.target_id,
        "person": name or contact.get("company") or contact.get("email") or contact.get("phone") or "",
        "email": contact.get("email"),
        "status": state.get("status"),
        "payment_status": state.get("payment_status"),
        "fulfilment_status": state.get("fulfilment_status"),
        "source": state.get("source_name"),
        "live": bool(state.get("live")),
        "created_at": state.get("created_at"),
        "changed_at": row.changed_at,
        "standing": _standing(row, here, there),
        "highlevel": here,
        "act": there,
    }


def _standing(row: OrderRow, here: list[SideShown], there: list[SideShown]) -> str:
    if row.stopped:
        return STOPPED
    if row.moving:
        return MOVING
    if row.target_id is None:
        return ONE_SIDED
    return AGREES if _compared(here) == _compared(there) else DIFFERS


def _compared(side: list[SideShown]) -> dict[str, tuple[str, str, str]]:
    # What a side has not said is nothing: an order that was not paid has no line for it.
    return {item.currency: (item.ordered or "", _some(item.paid), _some(item.refunded)) for item in side}


def _some(value: str | None) -> str:
    return "" if value is None or not value.strip("0.") else value


def _side(side: dict[str, dict[str, Any]]) -> list[SideShown]:
    return [
        SideShown(
            currency=currency,
            **{name: None if value is None else amount(value, currency) for name, value in money.items()},
        )
        for currency, money in sorted(side.items())
    ]


def _money(rows: list[dict[str, Any]], row: OrderRow, names: dict[str, str]) -> list[MoneyLineShown]:
    """Put both sides' lines next to each other: those of the order by their key, payments by theirs."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for item in rows:
        payment = item["record_kind"] not in ("order", "opportunity")
        key = (item["record_id"] if payment else "", item["entry"], item["line"], item["currency"])
        side = "highlevel" if item["connection_id"] == row.connection_id else "act"
        found.setdefault(key, {})[side] = amount(item["amount"], item["currency"])
    return [
        MoneyLineShown(
            record=record or row.record_id,
            entry=entry,
            line=line,
            name=names.get(line),
            currency=currency,
            highlevel=sides.get("highlevel"),
            act=sides.get("act"),
        )
        for (record, entry, line, currency), sides in found.items()
    ]


def _names(writes: list[dict[str, Any]]) -> dict[str, str]:
    for write in writes:
        lines = (write["sent"] or {}).get("lines")
        if isinstance(lines, dict):
            return {
                key: str(line["name"])
                for key, line in lines.items()
                if isinstance(line, dict) and line.get("name")
            }
    return {}


def _happened(item: dict[str, Any]) -> HappenedShown:
    before = (item["change"] or {}).get("before") or {}
    return HappenedShown(
        event=item["id"],
        type=item["type"],
        kind=item["kind"],
        record=item["record_id"],
        revision=item["revision"],
        way=item["source"],
        at=item["accepted_at"],
        outcome=item["outcome"],
        reason=item["reason"],
        changed=sorted(before),
        runs=[RunOfOrder(**run) for run in item["runs"]],
    )


def _write(item: dict[str, Any], known: dict[str, Connection]) -> WriteShown:
    connection = known.get(item["connection_id"])
    return WriteShown(
        run=item["run_id"],
        connection=connection.name if connection else item["connection_id"],
        kind=item["kind"],
        reference=item["reference"],
        target=item["target_id"],
        verdict=item["verdict"],
        at=item["settled_at"],
        before=redact(item["before"]),
        sent=redact(item["sent"]),
        read_back=redact(item["read_back"]),
        differences=redact(item["differences"]),
    )


def _origins(carried: dict[str, Any]) -> Iterator[OriginShown]:
    """Yield where the fields came from that the steps of a run wrote; a step that was left out wrote nothing."""
    every = registry.every()
    for field in origins.origins(Flow.model_validate(carried["definition"])):
        action = every.get(field.action)
        if action is None or WRITES not in action.effects:
            continue
        found = sorted(
            (items, path, given)
            for path, given in carried["inputs"].items()
            if isinstance(given, dict) and (items := field.items_of(path)) is not None
        )
        shown = found[:_MOST_ITEMS]
        for number, (items, path, given) in enumerate(shown, start=1):
            yield OriginShown(
                flow=carried["flow"],
                version=carried["flow_version"],
                run=carried["run_id"],
                step=path,
                action=field.action,
                field=field.field,
                sources=list(field.sources),
                computed=field.computed,
                items=list(items),
                further=len(found) - len(shown) if number == len(shown) else 0,
                value=redact({field.field: given.get(field.field)})[field.field],
            )
