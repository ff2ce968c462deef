"""/contacts/{contactId}/tasks, and the search over all of them."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import not_found
from orderbridge.emulators.ghl.routes.contacts import find_contact
from orderbridge.emulators.ghl.validation import Shape, boolean, date, filled_text, list_of, number, text

_TASK = Shape(title=filled_text, body=text, dueDate=date, completed=boolean, assignedTo=text)
_NEW_TASK = _TASK.extended(required="title dueDate completed")
_COMPLETED = Shape(required="completed", completed=boolean)

_SEARCH = Shape(
    contactId=list_of(text),
    completed=boolean,
    assignedTo=list_of(text),
    query=text,
    limit=number,
    skip=number,
    businessId=text,
)


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


def _search(call: Call) -> Answer:
    body, world = call.body, call.world
    needle = str(body.get("query", "")).lower()

    def keep(row: JsonObject) -> bool:
        contact = world.contacts.get(row["contactId"]) or {}
        return (
            contact.get("locationId") == call.params["locationId"]
            and needle in row["title"].lower()
            and body.get("completed") in (None, row["completed"])
            and row["contactId"] in body.get("contactId", [row["contactId"]])
            and row.get("assignedTo") in body.get("assignedTo", [row.get("assignedTo")])
        )

    skip, limit = int(body.get("skip", 0)), int(body.get("limit", 25))
    rows, _total = world.tasks.page(equal={}, keep=keep, offset=skip, limit=limit)
    # The search calls the id otherwise than all else does.
    shown = [{"_id": row["id"]} | {name: row[name] for name in row if name != "id"} for row in rows]
    return Answer({"tasks": shown, "traceId": world.uuid()})


_ALL = "/contacts/{contactId}/tasks"
_ONE = f"{_ALL}/{{taskId}}"

ROUTES = [
    Route("POST", "/locations/{locationId}/tasks/search", _search, body=_SEARCH),
    Route("GET", _ALL, _list),
    Route("POST", _ALL, _add, body=_NEW_TASK),
    Route("GET", _ONE, _get),
    Route("PUT", _ONE, _change, body=_TASK),
    Route("DELETE", _ONE, _delete),
    Route("PUT", f"{_ONE}/completed", _change, body=_COMPLETED),
]
