"""What people do at their desks while the integration runs: edits by another user, outside its control.

An edit takes the same handlers as the API, as that person and without the faults that strike writes.
"""

from __future__ import annotations

from dataclasses import replace

from orderbridge.core.jsonio import JsonObject, decode, encode
from orderbridge.emulators.act import times
from orderbridge.emulators.act.faults import ActFaults
from orderbridge.emulators.act.records import User
from orderbridge.emulators.act.routing import Call, Request, Router
from orderbridge.emulators.act.state import ActWorld

_PATHS = {
    "contacts": ("/api/contacts", "contact"),
    "companies": ("/api/companies", "company"),
    "groups": ("/api/groups", "group"),
    "opportunities": ("/api/opportunities", "opportunity"),
    "products": ("/api/Products", "product"),
    "history": ("/api/History", "history"),
    "notes": ("/api/notes", "note"),
    "tasks": ("/api/tasks", "task"),
}
_METHODS = {"create": "POST", "edit": "PATCH", "hide": "PATCH", "delete": "DELETE", "clear": "PUT"}


def edit(world: ActWorld, router: Router, order: JsonObject) -> JsonObject:
    """Let a person create, edit, hide, delete or clear a record.

    Args:
        world: The twin's state.
        router: The routes of the emulated API.
        order: ``entity`` (``contacts``, ``opportunities``, ``lines`` together with ``opportunity``,
            ``tasks``, ``custom/<Table>``, …), ``id`` except for a new record, ``fields``, and optionally
            ``action``, ``user`` (display or user name), ``edited``: the edit time that a remote copy
            delivers late, and ``created``: a new record is as old as that.

    Raises:
        KeyError: There is no such entity, user or action.
        ActError: The record does not exist or the edit is refused.
    """
    entity, record_id = str(order["entity"]), order.get("id")
    action = order.get("action") or ("edit" if record_id else "create")
    person = _person(world, order.get("user"))
    path, kind = _place(entity, order)
    fields = dict(order.get("fields") or {})
    if action == "hide":
        fields |= {"isPrivate": True, "recordManagerID": person.id}
    method = _METHODS[action]
    target = f"{path}/{record_id}" if record_id else path
    if action == "clear":
        target = f"{target}/clear"
    if kind.startswith("custom:") and method == "PATCH":
        method, fields = "PUT", _called(world, router, person, "GET", target, {}) | fields
    elif method == "PATCH":
        fields["id"] = record_id
    faults = world.faults
    world.faults = _without_write_faults(faults)
    try:
        answer = _called(world, router, person, method, target, fields)
    finally:
        world.faults = faults
    for name in ("edited", "created"):
        if order.get(name) and kind != "line":
            _set_time(world, kind, str(record_id or answer["id"]), name, str(order[name]))
    return answer


def _called(
    world: ActWorld, router: Router, person: User, method: str, path: str, fields: JsonObject
) -> JsonObject:
    route, params = router.find(method, path)
    # What a desktop user may do is no concern of the sandbox: any record can be edited in anybody's name.
    anybody = replace(person, role="Administrator")
    call = Call(world, Request(method, path, "", {}, encode(fields)), route.template, params, anybody)
    body = route.handler(call).body
    result: JsonObject = decode(body) if body else {}
    return result


def _place(entity: str, order: JsonObject) -> tuple[str, str]:
    if entity.lower().startswith("custom/"):
        name = entity.partition("/")[2]
        return f"/api/custom/entities/{name}", f"custom:{name.lower()}"
    if entity.lower() == "lines":
        return f"/api/opportunities/{order['opportunity']}/products", "line"
    return _PATHS[entity.lower()]


def _person(world: ActWorld, name: str | None) -> User:
    for user in world.users.values():
        if (
            user.role == "Administrator"
            if name is None
            else name in (user.display_name, user.username, user.id)
        ):
            return user
    raise KeyError(f"user {name}")


def _without_write_faults(faults: ActFaults) -> ActFaults:
    return replace(
        faults,
        ignore_fields=[],
        rewrite_fields={},
        refuse_negative_price=False,
        permissions_removed=[],
        no_custom_tables=False,
        line_item_put="plain",
        patch_without_id="accepted",
    )


def _set_time(world: ActWorld, kind: str, record_id: str, name: str, value: str) -> None:
    table = world.table(kind)
    record = table.get(record_id) or table.get(record_id[:36])
    if record is not None:
        setattr(record, f"{name}_at", times.parsed(value).replace(microsecond=0))
        record.rendered = None
        table.put(record)
