"""/payments/coupon."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import bad_request, payments_not_found, unprocessable
from orderbridge.emulators.ghl.routes.queries import ALT, LOCATION, PAGED
from orderbridge.emulators.ghl.validation import Shape, boolean, date, list_of, number, one_of, text

_CREATE = Shape(
    required="altId altType name code discountType discountValue startDate",
    altId=text,
    altType=LOCATION,
    name=text,
    code=text,
    discountType=one_of("percentage", "amount"),
    discountValue=number,
    startDate=date,
    endDate=date,
    usageLimit=number,
    productIds=list_of(text),
    applyToFuturePayments=boolean,
    applyToFuturePaymentsConfig=Shape(
        required="type", type=one_of("forever", "fixed"), duration=number, durationType=one_of("months")
    ),
    limitPerCustomer=boolean,
    priceIds=list_of(text),
    variantIds=list_of(text),
)
# Only v3 knows these.
_V3_NAMES = ("priceIds", "variantIds")
_UPDATE = _CREATE.extended(required="id", id=text)
_DELETE = Shape(required="altId altType id", altId=text, altType=LOCATION, id=text)


def _status(call: Call, row: JsonObject) -> str:
    now = call.world.now()
    if row["startDate"] > now:
        return "scheduled"
    return "expired" if row.get("endDate") and row["endDate"] < now else "active"


def _view(call: Call, row: JsonObject) -> JsonObject:
    shown = row | {"status": _status(call, row)}
    if not call.v3:
        for name in _V3_NAMES:
            shown.pop(name, None)
    return shown


def _fields(call: Call) -> JsonObject:
    if not call.v3:
        unknown = [f"property {name} should not exist" for name in _V3_NAMES if name in call.body]
        if unknown:
            raise unprocessable(unknown)
    fields = {name: value for name, value in call.body.items() if name != "id"}
    # A boolean goes in and a number comes out.
    fields["limitPerCustomer"] = int(bool(call.body.get("limitPerCustomer", False)))
    return fields


def _find(call: Call, coupon_id: str | None, code: str | None = None) -> JsonObject:
    row = call.world.coupons.get(coupon_id)
    if row is None and code:
        row = next((one for one in call.world.coupons if one["code"] == code), None)
    if row is None:
        raise payments_not_found("Coupon", call.world.uuid())
    return call.owned(row)


def _list(call: Call) -> Answer:
    offset, limit = call.page(100)
    needle, status = call.query.get("search", "").lower(), call.query.get("status")
    rows, total = call.world.coupons.page(
        equal={"altId": call.query["altId"]},
        keep=lambda row: (
            needle in f"{row['name']} {row['code']}".lower() and status in (None, _status(call, row))
        ),
        offset=offset,
        limit=limit,
    )
    shown = [_view(call, row) for row in rows]
    return Answer({"data": shown, "totalCount": total, "traceId": call.world.uuid()})


def _create(call: Call) -> Answer:
    world, code = call.world, call.body["code"]
    if any(row["code"] == code for row in world.coupons):
        raise bad_request(f"Coupon code {code} exists already")
    row: JsonObject = {
        "_id": world.object_id(),
        "usageCount": 0,
        "applyToFuturePayments": True,
        "applyToFuturePaymentsConfig": {"type": "forever"},
        "userId": call.user_id,
    }
    row |= _fields(call) | {"createdAt": world.now(), "updatedAt": world.now()}
    return Answer(_view(call, world.coupons.add(row)) | {"traceId": world.uuid()}, 201)


def _update(call: Call) -> Answer:
    row = _find(call, call.body["id"])
    call.world.coupons.update(row, **_fields(call), updatedAt=call.world.now())
    return Answer(_view(call, row) | {"traceId": call.world.uuid()})


def _delete(call: Call) -> Answer:
    call.world.coupons.remove(_find(call, call.body["id"]))
    return Answer({"success": True, "traceId": call.world.uuid()})


def _get(call: Call) -> Answer:
    row = _find(call, call.query.get("id"), call.query.get("code"))
    return Answer(_view(call, row) | {"traceId": call.world.uuid()})


ROUTES = [
    Route("GET", "/payments/coupon/list", _list, query=PAGED.extended(search=text)),
    Route("POST", "/payments/coupon", _create, body=_CREATE),
    Route("PUT", "/payments/coupon", _update, body=_UPDATE),
    Route("DELETE", "/payments/coupon", _delete, body=_DELETE),
    # Both id and code are declared as required although either is meant.
    Route("GET", "/payments/coupon", _get, query=ALT),
]
