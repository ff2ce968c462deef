"""/invoices/schedule: invoices that come again and again; the twin makes none of them by itself."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import invoices
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import bad_request
from orderbridge.emulators.ghl.routes import invoice_bodies as bodies
from orderbridge.emulators.ghl.routes.queries import ALT, PAGED
from orderbridge.emulators.ghl.wire import plain

_LIST = PAGED.extended(required="limit offset")


def _find(call: Call) -> JsonObject:
    row = call.world.invoice_schedules.get(call.params["scheduleId"])
    if row is None:
        raise bad_request("Unable to find a schedule with the given schedule id")
    return call.owned(row)


def _content(call: Call) -> JsonObject:
    body, world = call.body, call.world
    contact = world.contacts.get(body["contactDetails"]["id"])
    if contact is None or contact["locationId"] != body["altId"]:
        raise bad_request(f"Contact not found for the given id {body['contactDetails']['id']}")
    subtotal, discount, tax = invoices.totals(body["items"], body["discount"], body["currency"])
    return body | {"total": plain(subtotal - discount + tax), "updatedAt": world.now()}


def _create(call: Call) -> Answer:
    world = call.world
    row: JsonObject = {
        "_id": world.object_id(),
        "status": "draft",
        "invoices": [],
        "title": "INVOICE",
        "termsNotes": "",
        "compiledTermsNotes": "",
        "createdAt": world.now(),
        **_content(call),
    }
    return Answer(world.invoice_schedules.add(row))


def _list(call: Call) -> Answer:
    offset, limit = call.page(10)
    needle, status = call.query.get("search", "").lower(), call.query.get("status")
    rows, total = call.world.invoice_schedules.page(
        equal={"altId": call.query["altId"]},
        keep=lambda row: needle in row["name"].lower() and status in (None, row["status"]),
        offset=offset,
        limit=limit,
    )
    return Answer({"schedules": rows, "total": total})


def _get(call: Call) -> Answer:
    return Answer(_find(call))


def _update(call: Call) -> Answer:
    row = _find(call)
    if row["status"] != "draft":
        raise bad_request(f"Can not update {row['status']} schedule")
    return Answer(call.world.invoice_schedules.update(row, **_content(call)))


def _delete(call: Call) -> Answer:
    row = _find(call)
    if row["status"] == "scheduled":
        raise bad_request("Can not delete scheduled schedule, cancel it first")
    call.world.invoice_schedules.remove(row)
    return Answer({"success": True})


def _begin(call: Call) -> Answer:
    row = _find(call)
    if row["status"] != "draft":
        raise bad_request(f"Can not schedule {row['status']} schedule")
    # From now on the customer gets each invoice.
    call.world.messages.append({"kind": "schedule", "schedule_id": row["_id"]})
    return Answer(call.world.invoice_schedules.update(row, status="scheduled", updatedAt=call.world.now()))


def _cancel(call: Call) -> Answer:
    row = _find(call)
    if row["status"] != "scheduled":
        raise bad_request(f"Can not cancel {row['status']} schedule")
    return Answer(call.world.invoice_schedules.update(row, status="cancelled", updatedAt=call.world.now()))


_ALL = "/invoices/schedule"
_ONE = f"{_ALL}/{{scheduleId}}"

ROUTES = [
    Route("POST", _ALL, _create, body=bodies.SCHEDULE),
    Route("GET", _ALL, _list, query=_LIST),
    Route("GET", _ONE, _get, query=ALT),
    Route("PUT", _ONE, _update, body=bodies.SCHEDULE_CHANGES),
    Route("DELETE", _ONE, _delete, query=ALT),
    Route("POST", f"{_ONE}/schedule", _begin, body=bodies.BEGIN),
    Route("POST", f"{_ONE}/cancel", _cancel, body=bodies.ALT_BODY),
]
