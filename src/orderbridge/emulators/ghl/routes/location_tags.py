"""/locations/{locationId}/tags: the words that contacts carry."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import bad_request, not_found
from orderbridge.emulators.ghl.validation import Shape, filled_text

_TAG = Shape(required="name", name=filled_text)


def _all(call: Call) -> list[JsonObject]:
    """The location's tags; a word that a contact got in passing has become one."""
    world, place = call.world, call.params["locationId"]
    known = {row["name"] for row in world.tags.where("locationId", place)}
    for name in sorted(_words(call) - known):
        _new(call, name)
    return sorted(world.tags.where("locationId", place), key=lambda row: str(row["name"]))


def _words(call: Call) -> set[str]:
    place = call.params["locationId"]
    return {tag for row in call.world.contacts if row["locationId"] == place for tag in row["tags"]}


def _new(call: Call, name: str) -> JsonObject:
    return call.world.tags.add(
        {"id": call.world.short_id(), "name": name, "locationId": call.params["locationId"]}
    )


def _find(call: Call) -> JsonObject:
    row = next((row for row in _all(call) if row["id"] == call.params["tagId"]), None)
    if row is None:
        raise not_found("Tag not found")
    return row


def _wanted(call: Call) -> str:
    # Tags are kept in lower case, whatever was sent.
    name = str(call.body["name"]).lower()
    if any(row["name"] == name for row in _all(call)):
        raise bad_request("The tag name is already exist.")
    return name


def _in_contacts(call: Call, old: str, new: list[str]) -> None:
    for row in call.world.contacts:
        if row["locationId"] == call.params["locationId"] and old in row["tags"]:
            tags = [word for tag in row["tags"] for word in (new if tag == old else [tag])]
            call.world.contacts.update(row, tags=tags)


def _list(call: Call) -> Answer:
    return Answer({"tags": _all(call), "traceId": call.world.uuid()})


def _add(call: Call) -> Answer:
    return Answer({"tag": _new(call, _wanted(call)), "traceId": call.world.uuid()})


def _get(call: Call) -> Answer:
    return Answer({"tag": _find(call), "traceId": call.world.uuid()})


def _change(call: Call) -> Answer:
    row = _find(call)
    name = _wanted(call)
    _in_contacts(call, row["name"], [name])
    return Answer({"tag": call.world.tags.update(row, name=name), "traceId": call.world.uuid()})


def _delete(call: Call) -> Answer:
    row = _find(call)
    _in_contacts(call, row["name"], [])
    call.world.tags.remove(row)
    return Answer({"succeded": True, "traceId": call.world.uuid()})


_ALL = "/locations/{locationId}/tags"
_ONE = f"{_ALL}/{{tagId}}"

ROUTES = [
    Route("GET", _ALL, _list),
    Route("POST", _ALL, _add, body=_TAG),
    Route("GET", _ONE, _get),
    Route("PUT", _ONE, _change, body=_TAG),
    Route("DELETE", _ONE, _delete),
]
