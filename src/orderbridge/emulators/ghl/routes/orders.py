"""/payments/orders: list, by id, record a payment, fulfilments, notes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import events, payments, shapes
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import bad_request, payments_not_found, unprocessable
from orderbridge.emulators.ghl.routes.queries import ALT, LOCATION, days, equal, live_mode
from orderbridge.emulators.ghl.validation import (
    Shape,
    an_object,
    boolean,
    list_of,
    number,
    numeric_text,
    one_of,
    text,
)
from orderbridge.emulators.ghl.wire import exact

_LIST = Shape(
    required="altId",
    loose=True,
    altId=text,
    altType=LOCATION,
    paymentStatus=one_of("paid", "unpaid", "refunded", "partially_paid"),
    limit=numeric_text,
    offset=numeric_text,
)
_BY_ID = Shape(required="altId", loose=True, altId=text)
_RECORD = Shape(
    required="altId altType mode",
    altId=text,
    altType=LOCATION,
    mode=one_of("cash", "card", "cheque", "bank_transfer", "other"),
    card=Shape(required="type last4", type=one_of("visa", "mastercard", "other"), last4=text),
    cheque=Shape(required="number", number=text),
    notes=text,
    amount=number,
    meta=an_object,
    isPartialPayment=boolean,
)
_FULFIL = Shape(
    required="altId altType trackings items notifyCustomer",
    altId=text,
    altType=LOCATION,
    trackings=list_of(Shape(trackingNumber=text, shippingCarrier=text, trackingUrl=text)),
    items=list_of(Shape(required="priceId qty", priceId=text, qty=number), filled=True),
    notifyCustomer=boolean,
)


def find_order(call: Call) -> JsonObject:
    """The order that the path names.

    Raises:
        Refusal: 404 in the payments service's own shape, or 403.
    """
    row = call.world.orders.get(call.params["orderId"])
    if row is None:
        raise payments_not_found("Order", call.world.uuid())
    return call.owned(row)


def _list(call: Call) -> Answer:
    world = call.world
    if world.faults["alt_type_refused_on_orders"] and "altType" in call.query:
        raise unprocessable(["property altType should not exist"])
    start, end = days(call)
    offset, limit = call.page(10)
    cap = world.faults["list_limit_max"]
    wanted = equal(call, "status", "contactId") | live_mode(call) | {"altId": call.query["altId"]}
    by_update = world.faults["date_filter_on"] == "updatedAt"
    rows, total = world.orders.page(
        equal=wanted,
        start=None if by_update else start,
        end=None if by_update else end,
        keep=_kept(call, start if by_update else None, end if by_update else None),
        offset=offset,
        limit=min(limit, cap) if cap else limit,
    )
    return Answer({"data": [shapes.order_row(world, row) for row in rows], "totalCount": total})


def _kept(call: Call, start: str | None, end: str | None) -> Callable[[JsonObject], bool] | None:
    """The filters that need a look at each row; None when there are none."""
    world, query = call.world, call.query
    missing = world.faults["orders_missing_from_list"]
    payment_status, needle = query.get("paymentStatus"), query.get("search", "").lower()
    source_id = query.get("sourceId")
    products = set(filter(None, query.get("funnelProductIds", "").split(",")))
    if not (missing or payment_status or needle or source_id or products or start or end):
        return None

    def keep(row: JsonObject) -> bool:
        if missing and _is_missing(row, missing):
            return False
        if (start and row.get("updatedAt", "") < start) or (end and row.get("updatedAt", "") >= end):
            return False
        if payment_status and shapes.payment_status(world, row) != payment_status:
            return False
        if source_id and row.get("source", {}).get("id") != source_id:
            return False
        if products and not products & {item["product"]["_id"] for item in row["items"]}:
            return False
        return not needle or needle in _words(row)

    return keep


def _is_missing(row: JsonObject, missing: int | list[str]) -> bool:
    if isinstance(missing, list):
        return row["_id"] in missing
    # By the id and not by the place in the list, so that the same orders stay missing.
    return bool(sum(row["_id"].encode()) % missing == 0)


def _words(row: JsonObject) -> str:
    snapshot, source = row.get("contactSnapshot") or {}, row.get("source") or {}
    words = (row["_id"], shapes.full_name(snapshot), snapshot.get("email"), source.get("name"))
    return " ".join(word for word in words if word).lower()


def _get(call: Call) -> Answer:
    return Answer(shapes.order_detail(call.world, find_order(call)))


def _record_payment(call: Call) -> Answer:
    world, body = call.world, call.body
    if world.faults.take("order_record_payment_404"):
        raise payments_not_found("Order", world.uuid())
    order = find_order(call)
    paid, _refunded = shapes.paid_and_refunded(world, order["_id"])
    rest = exact(order["amount"]) - paid
    amount = exact(body["amount"]) if "amount" in body else rest
    if rest <= 0 or amount <= 0 or amount > rest:
        raise bad_request(f"Order can not take a payment of {amount}; open is {max(rest, Decimal(0))}")
    payments.charge(world, order, amount, mode=body["mode"], recorded=True, meta=body.get("meta"))
    if payments.settle(world, order):
        world.webhooks.submit([events.order(world, "OrderStatusUpdate", order)])
    return Answer({"success": True})


def _fulfil(call: Call) -> Answer:
    world, order = call.world, find_order(call)
    left = payments.left_to_fulfil(world, order)
    wanted: dict[str, Decimal] = {}
    for item in call.body["items"]:
        wanted[item["priceId"]] = wanted.get(item["priceId"], Decimal(0)) + exact(item["qty"])
    for price_id, quantity in wanted.items():
        if price_id not in left:
            raise bad_request(f"Price {price_id} is not part of the order")
        if quantity <= 0 or quantity > left[price_id]:
            raise bad_request(f"Can not fulfill {quantity} of price {price_id}; open is {left[price_id]}")
    row = payments.fulfil(world, order, wanted, call.body["trackings"])
    if call.body["notifyCustomer"]:
        world.messages.append({"kind": "fulfilment", "order_id": order["_id"]})
    return Answer({"status": True, "data": shapes.fulfilment(row)})


def _fulfilments(call: Call) -> Answer:
    rows = call.world.fulfilments.where("orderId", find_order(call)["_id"])
    return Answer({"status": True, "data": [shapes.fulfilment(row) for row in reversed(rows)]})


def _notes(call: Call) -> Answer:
    # The real answer has no published schema.
    find_order(call)
    return Answer({"notes": [], "traceId": call.world.uuid()})


_ONE = "/payments/orders/{orderId}"

ROUTES = [
    Route("GET", "/payments/orders", _list, query=_LIST),
    Route("GET", _ONE, _get, query=_BY_ID),
    Route("POST", f"{_ONE}/record-payment", _record_payment, body=_RECORD),
    Route("POST", f"{_ONE}/fulfillments", _fulfil, body=_FULFIL),
    Route("GET", f"{_ONE}/fulfillments", _fulfilments, query=ALT),
    Route("GET", f"{_ONE}/notes", _notes, query=ALT),
]
