"""/locations/{locationId}/customValues: texts that pages and mails of a location share."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import not_found
from orderbridge.emulators.ghl.validation import Shape, filled_text, text

_VALUE = Shape(required="name value", name=filled_text, value=text)


def _find(call: Call) -> JsonObject:
    row = call.world.custom_values.get(call.params["id"])
    if row is None:
        raise not_found("Custom value not found")
    return call.owned(row)


def _key(name: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in name.lower()).split()
    return "{{ custom_values." + "_".join(words) + " }}"


def _list(call: Call) -> Answer:
    rows = call.world.custom_values.where("locationId", call.params["locationId"])
    return Answer({"customValues": rows, "traceId": call.world.uuid()})


def _add(call: Call) -> Answer:
    world, place = call.world, call.params["locationId"]
    row = {"id": world.short_id(), "fieldKey": _key(call.body["name"]), "locationId": place, **call.body}
    return Answer({"customValue": world.custom_values.add(row), "traceId": world.uuid()}, 201)


def _get(call: Call) -> Answer:
    return Answer({"customValue": _find(call), "traceId": call.world.uuid()})


def _change(call: Call) -> Answer:
    row = call.world.custom_values.update(_find(call), **call.body)
    return Answer({"customValue": row, "traceId": call.world.uuid()})


def _delete(call: Call) -> Answer:
    call.world.custom_values.remove(_find(call))
    return Answer({"succeded": True, "traceId": call.world.uuid()})


_ALL = "/locations/{locationId}/customValues"
_ONE = f"{_ALL}/{{id}}"

ROUTES = [
    Route("GET", _ALL, _list),
    Route("POST", _ALL, _add, body=_VALUE),
    Route("GET", _ONE, _get),
    Route("PUT", _ONE, _change, body=_VALUE),
    Route("DELETE", _ONE, _delete),
]
