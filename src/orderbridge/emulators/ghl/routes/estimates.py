"""/invoices/estimate: quotes and turning them into invoices; no webhook tells of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import events, invoices
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import bad_request, refused
from orderbridge.emulators.ghl.routes import invoice_bodies as bodies
from orderbridge.emulators.ghl.routes.queries import ALT, PAGED, equal
from orderbridge.emulators.ghl.validation import one_of
from orderbridge.emulators.ghl.wire import plain, stamp

_STATUSES = ("all", "draft", "sent", "accepted", "declined", "invoiced", "viewed")
_VALID_DAYS = 7


def _find(call: Call) -> JsonObject:
    row = call.world.estimates.get(call.params["estimateId"])
    if row is None:
        raise bad_request("Unable to find an estimate with the given estimate id")
    return call.owned(row)


def _day_edge(call: Call, day: Any, *, end: bool) -> str:
    """The start or the end of a day in the location's zone, as the service gives dates back."""
    location = call.world.locations.get(call.location_id) or {}
    zone = ZoneInfo(location.get("timezone", "UTC"))
    local = datetime.fromisoformat(str(day)[:10]).replace(tzinfo=zone)
    return stamp(local + timedelta(days=1) - timedelta(milliseconds=1) if end else local)


def _content(call: Call) -> JsonObject:
    world, body = call.world, call.body
    if "title" not in body:
        # The database's own check leaks through in place of a 422.
        raise refused(500, "Estimate validation failed: title: Path `title` is required.")
    issued = body.get("issueDate") or world.now()
    expires = body.get("expiryDate") or stamp(world.clock.now() + timedelta(days=_VALID_DAYS))
    subtotal, discount, tax = invoices.totals(body["items"], body["discount"], body["currency"])
    total = plain(subtotal - discount + tax)
    kept = {name: value for name, value in body.items() if name not in ("sendEstimateDetails", "userId")}
    rule = {"intervalType": "monthly", "interval": 1, "startDate": issued[:10]}
    schedule = {"schedule": {"executeAt": issued, "rrule": rule}}
    return kept | {
        "frequencySettings": schedule | body["frequencySettings"],
        "total": total,
        "issueDate": _day_edge(call, issued, end=False),
        "expiryDate": _day_edge(call, expires, end=True),
        "updatedAt": world.now(),
    }


def _create(call: Call) -> Answer:
    world = call.world
    content = _content(call)
    world.estimate_numbers += 1
    row: JsonObject = {
        "_id": world.object_id(),
        "altType": "location",
        "estimateStatus": "draft",
        "liveMode": False,
        "deleted": False,
        "estimateNumber": world.estimate_numbers,
        "companyId": world.company_id,
        "automaticTaxesEnabled": False,
        "automaticTaxesCalculated": False,
        "meta": {},
        "estimateActionHistory": [],
        "sentTo": {"email": [], "emailCc": [], "emailBcc": [], "phoneNo": []},
        "termsNotes": "",
        "createdAt": world.now(),
        "lastVisitedAt": world.now(),
        "totalamountInUSD": content["total"] if content["currency"] == "USD" else 0,
        "__v": 0,
    }
    row |= content
    return _shown(call, world.estimates.add(row), 201)


def _shown(call: Call, row: JsonObject, status: int = 200) -> Answer:
    return Answer(row | {"traceId": call.world.uuid()}, status)


def _list(call: Call) -> Answer:
    offset, limit = call.page(10)
    wanted = {"estimateStatus": call.query["status"]} if call.query.get("status", "all") != "all" else {}
    contact_id = call.query.get("contactId")
    rows, total = call.world.estimates.page(
        equal=wanted | equal(call, "altId"),
        keep=lambda row: not contact_id or row["contactDetails"]["id"] == contact_id,
        offset=offset,
        limit=limit,
    )
    return Answer({"estimates": rows, "total": total, "traceId": call.world.uuid()})


def _update(call: Call) -> Answer:
    return _shown(call, call.world.estimates.update(_find(call), **_content(call)))


def _delete(call: Call) -> Answer:
    row = _find(call)
    call.world.estimates.remove(row)
    return _shown(call, row | {"deleted": True})


def _number(call: Call) -> Answer:
    return Answer({"estimateNumber": call.world.estimate_numbers + 1, "traceId": call.world.uuid()})


def _send(call: Call) -> Answer:
    row = _find(call)
    if call.body["action"] != "send_manually":
        call.world.messages.append({"kind": "estimate", "estimate_id": row["_id"]})
    return _shown(
        call, call.world.estimates.update(row, estimateStatus="sent", updatedAt=call.world.now()), 201
    )


def _to_invoice(call: Call) -> Answer:
    world, row = call.world, _find(call)
    given: JsonObject = {
        name: row[name]
        for name in ("name", "currency", "items", "discount", "contactDetails", "businessDetails", "title")
        if name in row
    }
    given |= {
        "altId": row["altId"],
        "issueDate": world.now()[:10],
        "sentTo": row["sentTo"],
        "liveMode": row["liveMode"],
    }
    invoice = invoices.create(world, given)
    if call.body["markAsInvoiced"]:
        world.estimates.update(row, estimateStatus="invoiced", updatedAt=world.now())
    world.webhooks.submit([events.invoice(world, "InvoiceCreate", invoice)])
    estimate = row | {"traceId": world.uuid()}
    return Answer({"estimate": estimate, "invoice": invoices.view(invoice)})


_ONE = "/invoices/estimate/{estimateId}"

ROUTES = [
    Route("POST", "/invoices/estimate", _create, body=bodies.ESTIMATE),
    Route(
        "GET",
        "/invoices/estimate/list",
        _list,
        query=PAGED.extended(required="limit offset", status=one_of(*_STATUSES)),
    ),
    Route("PUT", _ONE, _update, body=bodies.ESTIMATE),
    Route("DELETE", _ONE, _delete, body=bodies.ALT_BODY),
    Route("GET", "/invoices/estimate/number/generate", _number, query=ALT),
    Route("POST", f"{_ONE}/send", _send, body=bodies.SEND_ESTIMATE),
    Route("POST", f"{_ONE}/invoice", _to_invoice, body=bodies.TO_INVOICE),
]
