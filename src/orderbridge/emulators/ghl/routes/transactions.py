"""/payments/transactions and /payments/subscriptions."""

from __future__ import annotations

from collections.abc import Callable

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import shapes
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import payments_not_found
from orderbridge.emulators.ghl.routes.queries import ALT, PAGED, days, equal, live_mode
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.table import Table


def _page(
    call: Call, table: Table, names: tuple[str, ...], shape: Callable[[GhlWorld, JsonObject], JsonObject]
) -> Answer:
    world = call.world
    start, end = days(call)
    offset, limit = call.page(10)
    cap = world.faults["list_limit_max"]
    wanted = equal(call, *names) | live_mode(call) | {"altId": call.query["altId"]}
    if call.query.get("id"):
        wanted["_id"] = call.query["id"]
    by_update = world.faults["date_filter_on"] == "updatedAt"
    rows, total = table.page(
        equal=wanted,
        start=None if by_update else start,
        end=None if by_update else end,
        keep=_kept(call, start if by_update else None, end if by_update else None),
        offset=offset,
        limit=min(limit, cap) if cap else limit,
    )
    return Answer({"data": [shape(world, row) for row in rows], "totalCount": total})


def _kept(call: Call, start: str | None, end: str | None) -> Callable[[JsonObject], bool] | None:
    source = call.query.get("entitySourceType")
    sub_source = call.query.get("entitySourceSubType")
    needle = call.query.get("search", "").lower()
    if not (source or sub_source or needle or start or end):
        return None

    def keep(row: JsonObject) -> bool:
        if (start and row["updatedAt"] < start) or (end and row["updatedAt"] >= end):
            return False
        if source and row["entitySource"]["type"] != source:
            return False
        if sub_source and row["entitySource"].get("subType") != sub_source:
            return False
        snapshot = row["contactSnapshot"]
        words = (row["_id"], row["entityId"], row.get("chargeId"), snapshot.get("email"))
        return needle in " ".join(filter(None, (*words, shapes.full_name(snapshot)))).lower()

    return keep


def _transactions(call: Call) -> Answer:
    names = ("entityId", "subscriptionId", "contactId")
    return _page(call, call.world.transactions, names, shapes.transaction_row)


def _transaction(call: Call) -> Answer:
    row = call.world.transactions.get(call.params["transactionId"])
    if row is None:
        raise payments_not_found("Transaction", call.world.uuid())
    detail = shapes.transaction_detail(call.world, call.owned(row))
    return Answer([detail] if call.world.faults.take("transaction_as_array") else detail)


def _subscriptions(call: Call) -> Answer:
    return _page(call, call.world.subscriptions, ("entityId", "contactId"), shapes.subscription_row)


def _subscription(call: Call) -> Answer:
    row = call.world.subscriptions.get(call.params["subscriptionId"])
    if row is None:
        raise payments_not_found("Subscription", call.world.uuid())
    return Answer(shapes.subscription_detail(call.world, call.owned(row)))


ROUTES = [
    Route("GET", "/payments/transactions", _transactions, query=PAGED),
    Route("GET", "/payments/transactions/{transactionId}", _transaction, query=ALT),
    Route("GET", "/payments/subscriptions", _subscriptions, query=PAGED),
    Route("GET", "/payments/subscriptions/{subscriptionId}", _subscription, query=ALT),
]
