"""Tasks: 44-character ids, at least one contact, and clearing, which writes a history row."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import access, crud
from orderbridge.emulators.act.answers import Answer, created, no_content, ok
from orderbridge.emulators.act.binding import Bound, bind, fit
from orderbridge.emulators.act.errors import dotnet, invalid, not_found, simple
from orderbridge.emulators.act.records import Record
from orderbridge.emulators.act.routes_history import HISTORY_ROWS, rich_text
from orderbridge.emulators.act.routes_processes import simple_list
from orderbridge.emulators.act.routes_recurring import add as add_recurring
from orderbridge.emulators.act.routes_recurring import occurrences
from orderbridge.emulators.act.routing import Call, Router
from orderbridge.emulators.act.shapes import BOOL, INT, OBJECT, TASK, TEXT, TIME
from orderbridge.emulators.act.views import rendered
from orderbridge.emulators.act.views_log import PRIORITIES, history_type_ref

_GUID_LENGTH = 36
_TYPE_FIELDS = {"id": INT, "name": TEXT, "description": TEXT, "isActive": BOOL, "isCustom": BOOL}
_TYPE_FIELDS |= {
    "isDeletable": BOOL,
    "taskTypeGuid": TEXT,
    "historyTypes": OBJECT,
    "defaultPreferences": OBJECT,
}
_PRIORITY_FIELDS = {"id": INT, "name": TEXT, "description": TEXT, "isActive": BOOL}


def _finish(call: Call, record: Record, bound: Bound, method: str) -> None:
    world, values = call.world, record.values
    contacts = bound.links.get("contacts")
    if contacts is None and method != crud.PATCH:
        contacts = []
    if contacts == []:
        raise invalid("A task needs at least one contact.")
    values.setdefault("activityTypeId", 0)
    values["activityTypeId"] = values["activityTypeId"] or 0
    if values["activityTypeId"] not in world.task_types:
        raise invalid(f"The activity type {values['activityTypeId']} is not valid.")
    values["activityPriorityId"] = values.get("activityPriorityId") or 0
    values["leadMinutes"] = values.get("leadMinutes") or 0
    if not values.get("startTime"):
        raise invalid("The startTime field is required.")
    values["endTime"] = values.get("endTime") or values["startTime"]
    values["scheduledForId"] = values.get("scheduledForId") or record.manager_id
    if values["scheduledForId"] not in world.users:
        raise invalid(f"User {values['scheduledForId']} could not be found.")


TASKS = crud.Resource(
    TASK,
    finish=_finish,
    present=rich_text("details"),
    rows=occurrences,
    kept=frozenset({"isCleared", "scheduledForId", "activityTypeId", "attachment", "isRecurring"}),
)


def _task(call: Call, public_id: str | None = None) -> Record:
    given = call.params["taskId"] if public_id is None else public_id
    series = given[:_GUID_LENGTH]
    dated = call.world.faults.task_id == "guid_and_date"
    if (len(given) == _GUID_LENGTH) is dated:
        raise not_found("Activity", given)
    return crud.found(call, "task", series, what="Activity")


def _shown(call: Call, record: Record) -> JsonObject:
    return crud.detail(call, TASKS, record)


def _occurrence(call: Call) -> Answer:
    record = _task(call)
    if not record.values.get("recurSpec"):
        return ok(_shown(call, record))
    for row in occurrences(record, rendered(call.world, record)):
        if row["id"] == call.params["taskId"].lower():
            return ok(TASKS.present(call, row))
    raise not_found("Activity", call.params["taskId"])


def _change(method: str, call: Call) -> Answer:
    record = _task(call)
    body = crud.identified(call, call.params["taskId"], TASK, method)
    crud.write(call, TASKS, record, bind(TASK, body, call.world.faults), method)
    return ok(_shown(call, record))


def _delete(call: Call) -> Answer:
    record = _task(call)
    if record.values.get("recurSpec"):
        record.values.setdefault("deletedDays", []).append(call.params["taskId"][_GUID_LENGTH:])
        crud.touch(call, record)
    else:
        crud.remove(call.world, record)
    return no_content()


def _ids_in_body(call: Call, body: JsonObject) -> list[Record]:
    ids = body.get("tasks") or []
    return [_task(call, public_id) for public_id in ids if isinstance(public_id, str)]


def _delete_many(call: Call) -> Answer:
    for record in _ids_in_body(call, call.object("TaskListRequest")):
        crud.remove(call.world, record)
    return no_content()


def clear(call: Call, record: Record, body: JsonObject) -> JsonObject:
    """Complete a task and write its history row; ``result.id`` decides the row's type."""
    world, faults = call.world, call.world.faults
    if record.values.get("recurSpec"):
        raise simple(501, "The Act! twin does not emulate clearing one occurrence of a series.")
    details = body.get("history") or {}
    result = fit(INT, (body.get("result") or {}).get("id"), "result.id", faults)
    type_id = _usual_result(call, record) if result is None else result
    if type_id not in world.history_types:
        raise invalid(f"The history type {type_id} is not valid.")
    start = fit(TIME, details.get("startTime"), "history.startTime", faults) or record.values["startTime"]
    end = fit(TIME, details.get("endTime"), "history.endTime", faults) or record.values["endTime"]
    with_details = details.get("includeDetailsToHistory") is not False
    text = details.get("details") or record.values.get("details")
    row: JsonObject = {
        "regarding": details.get("subject") or record.values.get("subject"),
        "details": text if with_details else None,
        "historyTypeID": type_id,
        "startTime": start,
        "endTime": end,
        "isPrivate": bool(details.get("isPrivate")),
        **{
            key: [{"id": other} for other in world.links.ids("task", record.id, kind)]
            for key, kind in TASK.links.items()
        },
    }
    history = crud.create(call, HISTORY_ROWS, row)
    history.manager_id = _owner_of_result(call, record)
    history.rendered = None
    record.values["isCleared"] = True
    crud.touch(call, record)
    return {
        "historyType": history_type_ref(world, type_id),
        "startTime": start,
        "endTime": end,
        "includeDetailsToHistory": with_details,
        "details": text,
        "subject": row["regarding"],
        "isPrivate": row["isPrivate"],
        "attachment": None,
    }


def _usual_result(call: Call, record: Record) -> int:
    kind = str(record.values["activityTypeId"])
    types = call.world.history_types.values()
    fitting = [row for row in types if row["activityTypeId"] == kind and row["isDefault"]]
    return int(fitting[0]["id"]) if fitting else 0


def _owner_of_result(call: Call, record: Record) -> str:
    # A contact who is also an Act! user takes the row over.
    for contact_id in call.world.links.ids("task", record.id, "contact"):
        contact = call.world.contacts.get(contact_id)
        if contact is not None and contact.values.get("contactType") == "User":
            return contact.manager_id
    return str(record.values["scheduledForId"])


def _clear_one(call: Call) -> Answer:
    return ok(clear(call, _task(call), call.object("TaskClearRequest")))


def _clear_many(call: Call) -> Answer:
    body = call.object("TaskListClearRequest")
    cleared = [clear(call, record, body) for record in _ids_in_body(call, body)]
    if not cleared:
        raise invalid("The tasks field is required.")
    return ok(cleared[-1])


def _unclear(call: Call, records: list[Record]) -> Answer:
    for record in records:
        record.values["isCleared"] = False
        crud.touch(call, record)
    return no_content()


def _organizer(call: Call) -> str:
    user = call.world.users.get(call.params["userId"].lower())
    if user is None:
        raise not_found("User", call.params["userId"])
    return user.id


def _post_for(call: Call) -> Answer:
    user_id = _organizer(call)
    body = call.object("Task") | {"scheduledForId": user_id}
    record = crud.create(call, TASKS, body)
    return created(_shown(call, record))


def _reassign(call: Call) -> Answer:
    record = _task(call)
    record.values["scheduledForId"] = _organizer(call)
    crud.touch(call, record)
    return no_content()


def _clear_alarm(call: Call) -> Answer:
    record = _task(call, call.params["id"])
    record.values["isAlarmCleared"] = True
    crud.touch(call, record)
    return no_content()


def _task_type(call: Call) -> Answer:
    type_id = call.params["id"]
    if not type_id.isdigit():
        raise dotnet(400, f"The value '{type_id}' is not valid for Int32.", message="The request is invalid.")
    known = call.world.task_types.get(int(type_id))
    if known is None:
        raise not_found("Task type", type_id)
    return ok(known)


def _duplicate(call: Call) -> Answer:
    source = _task(call)
    body: JsonObject = dict(source.values) | {"isCleared": False}
    for key, kind in TASK.links.items():
        body[key] = [{"id": other} for other in call.world.links.ids("task", source.id, kind)]
    return ok([_shown(call, crud.create(call, TASKS, body))])


def _parent_link(call: Call, *, link: bool) -> Answer:
    record = _task(call)
    contact = crud.found(call, "contact", call.params["contactId"])
    others = [other for other in call.world.links.ids("task", record.id, "contact") if other != contact.id]
    if not link and not others:
        raise invalid("A task needs at least one contact.")
    call.world.links.replace("task", record.id, "contact", [*others, contact.id] if link else others)
    crud.touch(call, record)
    return ok(_shown(call, record)) if link else no_content()


def _list_types(call: Call) -> Answer:
    return simple_list(call, call.world.task_types.values(), _TYPE_FIELDS)


def _list_priorities(call: Call) -> Answer:
    rows = [{"id": n, "name": name, "description": name, "isActive": True} for n, name in PRIORITIES]
    return simple_list(call, rows, _PRIORITY_FIELDS)


def _companies_of(call: Call) -> Answer:
    record = _task(call, call.params["activityId"])
    ids = call.world.links.ids("task", record.id, "company")
    rows = [row for row in map(call.world.companies.get, ids) if row is not None]
    return ok([rendered(call.world, row) for row in rows if access.visible(call.world, call.user, row)])


def add(router: Router) -> None:
    """Register the routes."""
    one = "/api/tasks/{taskId}"
    for path in ("/api/tasks", "/api/tasks-lists", "/api/activities"):
        router.add("GET", path, crud.list_of(TASKS))
    router.add("POST", "/api/tasks", crud.post_to(TASKS))
    router.add("DELETE", "/api/tasks", _delete_many)
    router.add("GET", "/api/tasks/priorities", _list_priorities)
    router.add("PUT", "/api/tasks/clear", _clear_many)
    router.add(
        "DELETE",
        "/api/tasks/clear",
        lambda call: _unclear(call, _ids_in_body(call, call.object("TaskListRequest"))),
    )
    router.add("GET", one, _occurrence)
    router.add("PUT", one, lambda call: _change(crud.PUT, call))
    router.add("PATCH", one, lambda call: _change(crud.PATCH, call))
    router.add("DELETE", one, _delete)
    router.add("PUT", f"{one}/clear", _clear_one)
    router.add("DELETE", f"{one}/clear", lambda call: _unclear(call, [_task(call)]))
    router.add("PUT", f"{one}/duplicate", _duplicate)
    router.add("PUT", "/api/tasks/{id}/clear-alarms", _clear_alarm)
    router.add("POST", "/api/organizers/{userId}/tasks", _post_for)
    router.add("PUT", "/api/organizers/{userId}/tasks/{taskId}", _reassign)
    router.add("GET", "/api/task-types", _list_types)
    router.add("GET", "/api/task-types/{id}", _task_type)
    link = "/api/contacts/{contactId}/associated-tasks/{taskId}"
    router.add("PUT", link, lambda call: _parent_link(call, link=True))
    router.add("DELETE", link, lambda call: _parent_link(call, link=False))
    router.add("GET", "/api/activities/{activityId}/associated-companies", _companies_of)
    add_recurring(router, TASKS)
