"""/contacts/{contactId}/tasks."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import not_found
from orderbridge.emulators.ghl.routes.contacts import find_contact
from orderbridge.emulators.ghl.validation import Shape, boolean, date, filled_text, text

_TASK = Shape(title=filled_text, body=text, dueDate=date, completed=boolean, assignedTo=text)
_NEW_TASK = _TASK.extended(required="title dueDate completed")
_COMPLETED = Shape(required="completed", completed=boolean)


def _find(call: Call) -> JsonObject:
    contact = find_contact(call)
    row = call.world.tasks.get(call.params["taskId"])
    if row is None or row["contactId"] != contact["id"]:
        raise not_found(f"Task with id {call.params['taskId']} not found")
    return row


def _shown(call: Call, row: JsonObject, status: int = 200) -> Answer:
    shown = {name: value for name, value in row.items() if name != "dateAdded"}
    return Answer({"task": shown, "traceId": call.world.uuid()}, status)


def _list(call: Call) -> Answer:
    rows = call.world.tasks.where("contactId", find_contact(call)["id"])
    tasks = [{name: value for name, value in row.items() if name != "dateAdded"} for row in rows[::-1]]
    return Answer({"tasks": tasks, "traceId": call.world.uuid()})


def _add(call: Call) -> Answer:
    world, contact = call.world, find_contact(call)
    row = {"id": world.short_id(), "contactId": contact["id"], "dateAdded": world.now(), **call.body}
    return _shown(call, world.tasks.add(row), 201)


def _get(call: Call) -> Answer:
    return _shown(call, _find(call))


def _change(call: Call) -> Answer:
    return _shown(call, call.world.tasks.update(_find(call), **call.body))


def _delete(call: Call) -> Answer:
    call.world.tasks.remove(_find(call))
    return Answer({"succeded": True, "traceId": call.world.uuid()})


_ALL = "/contacts/{contactId}/tasks"
_ONE = f"{_ALL}/{{taskId}}"

ROUTES = [
    Route("GET", _ALL, _list),
    Route("POST", _ALL, _add, body=_NEW_TASK),
    Route("GET", _ONE, _get),
    Route("PUT", _ONE, _change, body=_TASK),
    Route("DELETE", _ONE, _delete),
    Route("PUT", f"{_ONE}/completed", _change, body=_COMPLETED),
]
