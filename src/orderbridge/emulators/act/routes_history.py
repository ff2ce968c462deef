"""History and notes: what happened, on contacts, companies, groups and opportunities.

Rows always belong to the authenticating user, whatever a write says. Source: Act! Web API notes, 11.5.
"""

from __future__ import annotations

from collections.abc import Callable

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import access, crud, times
from orderbridge.emulators.act.answers import Answer, no_content, ok
from orderbridge.emulators.act.binding import Bound
from orderbridge.emulators.act.errors import dotnet, invalid, not_found
from orderbridge.emulators.act.records import Record
from orderbridge.emulators.act.richtext import rendered as rich
from orderbridge.emulators.act.routes_processes import simple_list
from orderbridge.emulators.act.routing import Call, Router
from orderbridge.emulators.act.shapes import BOOL, HISTORY, INT, NOTE, TEXT

CALL_ATTEMPTED = 0
GENERAL_NOTE = 100
_ATTRIBUTION = (
    "recordManagerID", "recordManager", "createUserID", "createUserName", "editUserID", "editUserName",
)  # fmt: skip
_FORMATS = ("", "auto", "rtf", "text", "html")
_TYPE_FIELDS = dict.fromkeys(("name", "activityTypeId", "activityTypeName", "description"), TEXT) | {
    "id": INT, "isActive": BOOL, "isCustom": BOOL, "isDefault": BOOL, "isUserRecordable": BOOL,
}  # fmt: skip
PARENTS = {
    "contacts": "contact",
    "companies": "company",
    "groups": "group",
    "opportunities": "opportunity",
}


def rich_text(field: str) -> crud.Present:
    """Return what puts ``field`` into the representation that the call asks for, HTML without one."""

    def present(call: Call, row: JsonObject) -> JsonObject:
        if row.get(field) is None:
            return row
        form = call.option("format").lower()
        if form not in _FORMATS:
            raise invalid(f"The value '{form}' is not valid for format.")
        return row | {field: rich(row[field], form or "html")}

    return present


def _finish_history(call: Call, record: Record, bound: Bound, _method: str) -> None:
    world, values = call.world, record.values
    type_id = values.get("historyTypeID")
    values["historyTypeID"] = CALL_ATTEMPTED if type_id is None else type_id
    if values["historyTypeID"] not in world.history_types:
        raise invalid(f"The history type {type_id} is not valid.")
    now = times.wire(world.now())
    values["startTime"] = values.get("startTime") or now
    values["endTime"] = values.get("endTime") or values["startTime"]
    if world.faults.history_attribution == "stored":
        given = {name: value for name, value in bound.ignored.items() if name in _ATTRIBUTION}
        values["attribution"] = (values.get("attribution") or {}) | given


def _finish_note(call: Call, record: Record, bound: Bound, method: str) -> None:
    values = record.values
    if method == crud.PUT and bound.values.get("noteTypeID") is None:
        raise invalid("The noteTypeID field is required.")
    if values.get("noteTypeID") is None:
        values["noteTypeID"] = GENERAL_NOTE
    if values["noteTypeID"] != GENERAL_NOTE:
        raise invalid(f"The note type {values['noteTypeID']} is not valid.")
    values["displayDate"] = values.get("displayDate") or times.wire(call.world.now())


_KEPT = frozenset({"attachment"})
HISTORY_ROWS = crud.Resource(HISTORY, finish=_finish_history, present=rich_text("details"), kept=_KEPT)
NOTES = crud.Resource(NOTE, finish=_finish_note, present=rich_text("noteText"), kept=_KEPT)


def children(resource: crud.Resource, parent_kind: str, parameter: str = "id") -> Callable[[Call], Answer]:
    """Return the handler that lists the rows of one parent."""
    kind = resource.shape.kind

    def handler(call: Call) -> Answer:
        parent = crud.found(call, parent_kind, call.params[parameter])
        table = call.world.table(kind)
        ids = call.world.links.ids(parent_kind, parent.id, kind)
        return crud.listing(call, resource, [row for row in map(table.get, ids) if row is not None])

    return handler


def _link_contact(resource: crud.Resource, *, link: bool) -> Callable[[Call], Answer]:
    kind = resource.shape.kind

    def handler(call: Call) -> Answer:
        record = crud.found(call, kind, call.params["id"])
        contact = crud.found(call, "contact", call.params["contactId"])
        if link:
            call.world.links.add(kind, record.id, "contact", contact.id)
        else:
            call.world.links.remove(kind, record.id, "contact", contact.id)
        crud.touch(call, record)
        return ok(crud.detail(call, resource, record)) if link else no_content()

    return handler


def _delete_contact_note(call: Call) -> Answer:
    contact = crud.found(call, "contact", call.params["contactId"])
    note = crud.found(call, "note", call.params["id"])
    if contact.id not in call.world.links.ids("note", note.id, "contact"):
        raise not_found("Note", note.id)
    access.require_delete(call.world, call.user, note)
    crud.remove(call.world, note)
    return no_content()


def _history_type(call: Call) -> Answer:
    type_id = call.params["id"]
    if not type_id.isdigit():
        raise dotnet(400, f"The value '{type_id}' is not valid for Int32.", message="The request is invalid.")
    known = call.world.history_types.get(int(type_id))
    if known is None:
        raise not_found("History type", type_id)
    return ok(known)


def _list_history_types(call: Call) -> Answer:
    return simple_list(call, call.world.history_types.values(), _TYPE_FIELDS)


def _task_type_histories(call: Call) -> Answer:
    task_type = call.params["id"]
    rows = [row for row in call.world.history_types.values() if row["activityTypeId"] == task_type]
    return simple_list(call, rows, _TYPE_FIELDS)


def add(router: Router) -> None:
    """Register the routes."""
    for path, resource in (("/api/History", HISTORY_ROWS), ("/api/notes", NOTES)):
        one = f"{path}/{{id}}"
        router.add("GET", path, crud.list_of(resource))
        router.add("POST", path, crud.post_to(resource))
        router.add("GET", one, crud.get_one(resource, "id"))
        router.add("PUT", one, crud.change(resource, "id", crud.PUT))
        router.add("PATCH", one, crud.change(resource, "id", crud.PATCH))
        router.add("DELETE", one, crud.delete_one(resource, "id"))
        contact = f"{one}/contacts/{{contactId}}"
        router.add("PUT", contact, _link_contact(resource, link=True))
        router.add("DELETE", contact, _link_contact(resource, link=False))
    # The old spelling: POST takes the link away.
    router.add("POST", "/api/notes/{id}/contacts/{contactId}", _link_contact(NOTES, link=False))
    router.add("DELETE", "/api/contacts/{contactId}/notes/{id}", _delete_contact_note)
    for parents, kind in PARENTS.items():
        router.add("GET", f"/api/{parents}/{{id}}/history", children(HISTORY_ROWS, kind))
        router.add("GET", f"/api/{parents}/{{id}}/notes", children(NOTES, kind))
    router.add("GET", "/api/history-types", _list_history_types)
    router.add("GET", "/api/history-types/{id}", _history_type)
    router.add("GET", "/api/task-types/{id}/history-types", _task_type_histories)
