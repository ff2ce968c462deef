"""Descriptions of the database: tables, fields, data types.

Source: Act! Web API notes, sections 11.8 and 11.9.
"""

from __future__ import annotations

import re

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import access, crud, times
from orderbridge.emulators.act.answers import Answer, created, no_content, ok
from orderbridge.emulators.act.binding import fit
from orderbridge.emulators.act.columns import TYPES, Column, default_length, internal_name
from orderbridge.emulators.act.errors import invalid, not_found, simple
from orderbridge.emulators.act.records import User
from orderbridge.emulators.act.routes_processes import simple_list
from orderbridge.emulators.act.routing import Call, Router
from orderbridge.emulators.act.shapes import BOOL, INT, OBJECT, TEXT, TIME
from orderbridge.emulators.act.state import ActWorld, CustomTable

STOCK = {"contact": "Contact", "company": "Company", "group": "Group", "opportunity": "Opportunity"}
_PARENTS = {name.lower(): name for name in ("Contacts", "Groups", "Companies", "Opportunities")}
_ENTITY_FIELDS = dict.fromkeys(("id", "name", "displayName", "recordType", "parents", "createUserID"), TEXT)
_ENTITY_FIELDS |= {"isCustom": BOOL, "createDate": TIME}
_MAX_NAME, _MAX_DISPLAY, _MAX_DESCRIPTION = 27, 32, 128


def new_table(
    world: ActWorld,
    user: User,
    *,
    name: str,
    display_name: str,
    description: str | None = None,
    parents: list[str],
) -> CustomTable:
    """Make a custom table."""
    table = CustomTable(world.new_id(), name, display_name, description, parents, user.id, world.now())
    world.custom_tables[name.lower()] = table
    return table


def new_column(
    world: ActWorld, record_type: str, *, label: str, type_name: str, length: int | None = None
) -> Column:
    """Add a field to a custom table or to a stock record type."""
    table = world.custom_tables.get(record_type.lower())
    numbered = table is None or world.faults.custom_table_columns == "numbered"
    internal = internal_name(label)
    if numbered:
        # Act! builds the internal name itself, so nobody can know it without asking.
        internal = f"CUST_{internal}_{world.random.randrange(10**5, 10**9)}"
    now = times.wire(world.now())
    column = Column(
        id=world.new_id(),
        key=internal.lower(),
        column_name=internal,
        label=label,
        record_type=table.name if table else STOCK[record_type.lower()],
        table_name=f"CUST_{table.name.upper()}" if table else f"TBL_{record_type.upper()}",
        type=type_name,
        kind=TYPES[type_name],
        length=length or default_length(type_name),
        is_custom=True,
        is_read_only=type_name == "Calculated",
        created=now,
        edited=now,
    )
    _columns(world, record_type)[column.key] = column
    world.names_revision += 1
    return column


def change_column(world: ActWorld, order: JsonObject) -> JsonObject:
    """Let somebody redefine a field, as the administrator's program does it.

    Args:
        world: The twin's state.
        order: ``record_type`` with the ``key`` of a field, or the ``label`` and ``type`` of a new one; then any of
            ``removed``, ``read_only``, ``length``, and ``drop_down`` (name of a list) with ``list_only`` and
            ``several``.

    Raises:
        KeyError: There is no such field or list.
    """
    record_type = str(order["record_type"])
    if "label" in order:
        column = new_column(
            world, record_type, label=order["label"], type_name=order.get("type", "Character")
        )
    else:
        known = {item.key: item for item in _all_columns(world, record_type)}
        column = known[str(order["key"]).lower()]
    if order.get("removed"):
        _columns(world, record_type).pop(column.key, None)
    column.is_read_only = order.get("read_only", column.is_read_only)
    column.length = order.get("length", column.length)
    if "drop_down" in order:
        lists = {row["name"]: row for row in world.drop_downs.values()}
        column.picklist = {
            **{name: lists[order["drop_down"]][name] for name in ("id", "name", "description")},
            "isLimitToList": order.get("list_only", False),
            "isMultiSelect": order.get("several", False),
            "isTypeAhead": False,
            "showDescription": False,
        }
    world.names_revision += 1
    return column.described()


def _columns(world: ActWorld, record_type: str) -> dict[str, Column]:
    table = world.custom_tables.get(record_type.lower())
    if table is not None:
        return table.columns
    return world.custom_columns.setdefault(record_type.lower(), {})


def _all_columns(world: ActWorld, record_type: str) -> list[Column]:
    lowered = record_type.lower()
    if lowered in world.custom_tables:
        return list(world.custom_tables[lowered].columns.values())
    return [*world.columns.get(lowered, {}).values(), *world.custom_columns.get(lowered, {}).values()]


def _check_tables(call: Call) -> None:
    if call.world.faults.no_custom_tables:
        raise simple(404, f"No HTTP resource was found that matches the request URI '{call.request.path}'.")


def _entity(table: CustomTable) -> JsonObject:
    return {
        "id": table.id,
        "name": table.name,
        "displayName": table.display_name,
        "isCustom": True,
        "recordType": table.name,
        "parents": ",".join(table.parents),
        "createUserID": table.creator_id,
        "createDate": times.wire(table.created_at),
    }


def _list_entities(call: Call) -> Answer:
    _check_tables(call)
    stock = [
        dict.fromkeys(_ENTITY_FIELDS)
        | {"id": f"stock-{key}", "name": name, "displayName": name, "isCustom": False, "recordType": name}
        for key, name in STOCK.items()
    ]
    return simple_list(call, [*stock, *map(_entity, call.world.custom_tables.values())], _ENTITY_FIELDS)


def _post_entity(call: Call) -> Answer:
    _check_tables(call)
    access.require(call.world, call.user, access.DEFINE_FIELDS)
    body = {key.lower(): value for key, value in call.object("NewCustomTable").items()}
    faults = call.world.faults
    name = fit(TEXT, body.get("name"), "name", faults) or ""
    display_name = fit(TEXT, body.get("displayname"), "displayName", faults) or ""
    description = fit(TEXT, body.get("description"), "description", faults)
    if len(name) > _MAX_NAME or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise invalid(f"The name '{name}' is not valid: at most 27 letters, digits and underscores.")
    if not display_name or len(display_name) > _MAX_DISPLAY:
        raise invalid("The displayName field is required and takes at most 32 characters.")
    if description and len(description) > _MAX_DESCRIPTION:
        raise invalid("The description takes at most 128 characters.")
    if name.lower() in call.world.custom_tables or name.lower() in STOCK:
        raise simple(409, f"An entity with the name '{name}' already exists.")
    parents = [_PARENTS.get(str(item).lower()) for item in body.get("parententities") or []]
    known = [item for item in parents if item is not None]
    if len(known) != len(parents):
        raise invalid("parentEntities takes Contacts, Groups, Companies and Opportunities.")
    table = new_table(
        call.world, call.user, name=name, display_name=display_name, description=description, parents=known
    )
    return created(_entity(table))


def _delete_entity(call: Call) -> Answer:
    _check_tables(call)
    access.require(call.world, call.user, access.DEFINE_FIELDS)
    table = call.world.custom_tables.get(call.params["recordType"].lower())
    if table is None:
        raise not_found("Entity", call.params["recordType"])
    for record in list(table.rows):
        crud.remove(call.world, record)
    del call.world.custom_tables[table.name.lower()]
    return no_content()


def _fields_of(call: Call) -> Answer:
    columns = _all_columns(call.world, call.params["recordType"])
    if not columns and call.world.faults.metadata_without_fields == "404":
        raise not_found("Record type", call.params["recordType"])
    return _described(call, columns)


def _described(call: Call, columns: list[Column]) -> Answer:
    rows = [column.described() for column in columns]
    return simple_list(call, rows, dict.fromkeys(_COLUMN_NAMES, OBJECT))


_COLUMN_NAMES = tuple(Column("", "", "", "", "", "", "", "", None, False, False, "", "").described())


def _every_column(call: Call) -> list[Column]:
    return [
        column for name in (*STOCK, *call.world.custom_tables) for column in _all_columns(call.world, name)
    ]


def _field(call: Call) -> Answer:
    candidates = (
        _all_columns(call.world, call.params["recordType"])
        if "recordType" in call.params
        else _every_column(call)
    )
    for column in candidates:
        if call.params["id"].lower() in (column.id, column.key):
            return ok(column.described())
    raise not_found("Field", call.params["id"])


def _post_field(call: Call) -> Answer:
    access.require(call.world, call.user, access.DEFINE_FIELDS)
    record_type, body = call.params["recordType"], call.object("NewColumn")
    if record_type.lower() not in (*STOCK, *call.world.custom_tables):
        raise not_found("Record type", record_type)
    label, type_name = body.get("name"), body.get("type")
    if not isinstance(label, str) or not label:
        raise invalid("The Name field is required.")
    if type_name not in TYPES:
        raise invalid(f"The type '{type_name}' is not valid.")
    details = {
        name: fit(kind, body.get(sent), sent, call.world.faults)
        for name, sent, kind in (
            ("length", "length", INT), ("precision", "precision", INT), ("scale", "scale", INT),
            ("default_value", "defaultValue", TEXT),
        )
    }  # fmt: skip
    if any(label.lower() == column.label.lower() for column in _columns(call.world, record_type).values()):
        raise invalid(f"A field with the name '{label}' already exists.")
    length = details.pop("length")
    column = new_column(call.world, record_type, label=label, type_name=type_name, length=length)
    for name, value in details.items():
        setattr(column, name, value)
    return created(body)


def _delete_field(call: Call) -> Answer:
    access.require(call.world, call.user, access.DEFINE_FIELDS)
    columns = _columns(call.world, call.params["recordType"])
    for key, column in columns.items():
        if call.params["id"].lower() in (column.id, key):
            del columns[key]
            call.world.names_revision += 1
            return no_content()
    raise not_found("Field", call.params["id"])


def _rename_field(call: Call) -> Answer:
    """Change a field's label; its key stays."""
    access.require(call.world, call.user, access.DEFINE_FIELDS)
    label = fit(TEXT, call.object("Column").get("displayName"), "displayName", call.world.faults)
    for column in _columns(call.world, call.params["recordType"]).values():
        if call.params["id"].lower() in (column.id, column.key):
            column.label = label or column.label
            column.edited = times.wire(call.world.now())
            return ok(column.described())
    raise not_found("Field", call.params["id"])


def add(router: Router) -> None:
    """Register the routes."""
    entities, fields = "/api/metadata/entities", "/api/metadata/{recordType}/fields"
    router.add("GET", entities, _list_entities)
    router.add("POST", entities, _post_entity)
    router.add("DELETE", f"{entities}/{{recordType}}", _delete_entity)
    router.add("GET", fields, _fields_of)
    router.add("POST", fields, _post_field)
    router.add("GET", f"{fields}/{{id}}", _field)
    router.add("PUT", f"{fields}/{{id}}", _rename_field)
    router.add("DELETE", f"{fields}/{{id}}", _delete_field)
    router.add("GET", "/api/metadata/fields", lambda call: _described(call, _every_column(call)))
    router.add("GET", "/api/metadata/fields/{id}", _field)
    router.add(
        "GET", "/api/metadata/datatypes", lambda _: ok([{"name": n, "value": i} for i, n in enumerate(TYPES)])
    )
    for method in ("GET", "POST"):
        router.add(method, "/api/cache-refresh", lambda _: no_content())
