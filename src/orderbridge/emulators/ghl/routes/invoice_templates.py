"""/invoices/template: what invoices of one kind begin with."""

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
    row = call.world.invoice_templates.get(call.params["templateId"])
    if row is None:
        raise bad_request("Unable to find a template with the given template id")
    return call.owned(row)


def _content(call: Call) -> JsonObject:
    body = call.body
    subtotal, discount, tax = invoices.totals(body["items"], body.get("discount") or {}, body["currency"])
    return body | {"total": plain(subtotal - discount + tax), "updatedAt": call.world.now()}


def _create(call: Call) -> Answer:
    world = call.world
    row = {"_id": world.object_id(), "createdAt": world.now(), **_content(call)}
    return Answer(world.invoice_templates.add(row))


def _list(call: Call) -> Answer:
    offset, limit = call.page(10)
    needle = call.query.get("search", "").lower()
    rows, total = call.world.invoice_templates.page(
        equal={"altId": call.query["altId"]},
        keep=lambda row: needle in row["name"].lower(),
        offset=offset,
        limit=limit,
    )
    return Answer({"data": rows, "totalCount": total})


def _get(call: Call) -> Answer:
    return Answer(_find(call))


def _update(call: Call) -> Answer:
    return Answer(call.world.invoice_templates.update(_find(call), **_content(call)))


def _delete(call: Call) -> Answer:
    row = _find(call)
    call.world.invoice_templates.remove(row)
    return Answer({"success": True})


_ALL = "/invoices/template"
_ONE = f"{_ALL}/{{templateId}}"

ROUTES = [
    Route("POST", _ALL, _create, body=bodies.TEMPLATE),
    Route("GET", _ALL, _list, query=_LIST),
    Route("GET", _ONE, _get, query=ALT),
    Route("PUT", _ONE, _update, body=bodies.TEMPLATE_CHANGES),
    Route("DELETE", _ONE, _delete, query=ALT),
]
