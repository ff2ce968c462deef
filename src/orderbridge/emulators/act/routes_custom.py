"""Records of custom tables: own columns at the top level, parents in arrays, no PATCH.

Source: Act! Web API notes, section 11.8. The array of opportunities is called ``opportunity``.
"""

from __future__ import annotations

from collections.abc import Callable

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import access, crud
from orderbridge.emulators.act.answers import Answer, created, no_content, ok
from orderbridge.emulators.act.binding import Bound, bind, bind_columns
from orderbridge.emulators.act.errors import invalid, not_found
from orderbridge.emulators.act.odata import page, read_options
from orderbridge.emulators.act.odata_match import Names
from orderbridge.emulators.act.records import Record
from orderbridge.emulators.act.routes_history import PARENTS
from orderbridge.emulators.act.routes_links import linked
from orderbridge.emulators.act.routing import Call, Router
from orderbridge.emulators.act.shapes import CUSTOM_RECORD
from orderbridge.emulators.act.state import CustomTable
from orderbridge.emulators.act.views import rendered

_PARENT_NAMES = {
    "contact": "Contacts",
    "company": "Companies",
    "group": "Groups",
    "opportunity": "Opportunities",
}


def _table(call: Call) -> CustomTable:
    name = call.params["entityName"]
    table = call.world.custom_tables.get(name.lower())
    if table is None or call.world.faults.no_custom_tables:
        raise not_found("Entity", name)
    return table


def _kind(table: CustomTable) -> str:
    return f"custom:{table.name.lower()}"


def _names(call: Call, table: CustomTable) -> Names:
    kinds = dict(CUSTOM_RECORD.fields)
    if call.world.faults.custom_table_filter == "works":
        kinds |= {key: column.kind for key, column in table.columns.items()}
    return crud.names_of(call.world, {name.lower(): name for name in kinds}, kinds)


def _record(call: Call) -> Record:
    return crud.found(call, _kind(_table(call)), call.params["id"], what="Entity")


def _list(call: Call) -> Answer:
    world, table = call.world, _table(call)
    options = read_options(call.query, _names(call, table), world.faults)
    candidates = crud.narrowed(world, _kind(table), options)
    rows = [rendered(world, r) for r in candidates if access.visible(world, call.user, r)]
    return ok(page(rows, options, world.faults, world.random))


def _post(call: Call) -> Answer:
    world, table, user = call.world, _table(call), call.user
    now = world.now()
    record = Record(world.new_id(), _kind(table), {}, {}, user.id, user.id, user.id, now, now)
    _keep(call, table, record)
    return created(rendered(world, record))


def _put(call: Call) -> Answer:
    record = _record(call)
    _keep(call, _table(call), record)
    return ok(rendered(call.world, record))


def _keep(call: Call, table: CustomTable, record: Record) -> None:
    """Take the body over; what it leaves out becomes blank."""
    world, body = call.world, call.object("CustomEntity")
    sent = next((value for key, value in body.items() if key.lower() == "id"), None)
    if sent and str(sent).lower() != record.id and call.request.method == crud.PUT:
        raise invalid(f"The id in the body ({sent}) is not the id in the path ({record.id}).")
    bound = bind(CUSTOM_RECORD, body, world.faults)
    own = _own_fields(body, table, call)
    _check_parents(call, table, bound)
    keep = call.request.method == crud.PUT and world.faults.put_omitted == "keep"
    record.custom = (record.custom if keep else {}) | own
    for key, kind in CUSTOM_RECORD.links.items():
        if key in bound.links or not keep:
            world.links.replace(record.kind, record.id, kind, bound.links.get(key, []))
    crud.touch(call, record)


def _own_fields(body: JsonObject, table: CustomTable, call: Call) -> JsonObject:
    dropped = {name.lower() for name in call.world.faults.ignore_fields}
    known = set(CUSTOM_RECORD.canonical) | {"id"}
    sent = {key.lower(): value for key, value in body.items() if key.lower() not in dropped | known}
    return bind_columns(sent, table.columns, call.world.faults)


def _check_parents(call: Call, table: CustomTable, bound: Bound) -> None:
    for key, ids in bound.links.items():
        kind = CUSTOM_RECORD.links[key]
        if ids and _PARENT_NAMES[kind] not in table.parents:
            raise invalid(f"The entity {table.name} has no parent {_PARENT_NAMES[kind]}.")
        for other in ids:
            if call.world.table(kind).get(other) is None:
                raise invalid(f"{kind.capitalize()} {other} could not be found.")


def _delete(call: Call) -> Answer:
    crud.remove(call.world, _record(call))
    return no_content()


def _parents(name: str) -> Callable[[Call], Answer]:
    kind = PARENTS[name]

    def handler(call: Call) -> Answer:
        records = linked(call, _record(call), kind)
        return ok([rendered(call.world, r) for r in records if access.visible(call.world, call.user, r)])

    return handler


def add(router: Router) -> None:
    """Register the routes."""
    path = "/api/custom/entities/{entityName}"
    router.add("GET", path, _list)
    router.add("POST", path, _post)
    router.add("GET", f"{path}/{{id}}", lambda call: ok(rendered(call.world, _record(call))))
    router.add("PUT", f"{path}/{{id}}", _put)
    router.add("DELETE", f"{path}/{{id}}", _delete)
    for name in PARENTS:
        router.add("GET", f"/api/{{entityName}}/{{id}}/associated-{name}", _parents(name))
