"""Records as the API shows them: what was stored plus what the server computes."""

from __future__ import annotations

from collections.abc import Callable

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import times
from orderbridge.emulators.act.records import Record
from orderbridge.emulators.act.shapes import COMPANY, CONTACT, CUSTOM_RECORD, GROUP, PRODUCT, Shape
from orderbridge.emulators.act.state import ActWorld

View = Callable[[ActWorld, Record], JsonObject]
_VIEWS: dict[str, View] = {}


def register(kind: str, view: View) -> None:
    """Say how records of ``kind`` are shown."""
    _VIEWS[kind] = view


def rendered(world: ActWorld, record: Record) -> JsonObject:
    """Return the record as filters see it; the caller must not change it.

    It is kept until the record, a name that it shows, or the day changes.
    """
    valid_for = (world.names_revision, world.clock.now().date(), world.faults.task_id)
    if record.rendered is None or record.rendered_for != valid_for:
        record.rendered = _VIEWS[record.kind.partition(":")[0]](world, record)
        record.rendered_for = valid_for
    return record.rendered


def stamped(world: ActWorld, record: Record, shape: Shape) -> JsonObject:
    """Return the stored values with id, times and names of users filled in."""
    view = shape.blank()
    view.update((name, value) for name, value in record.values.items() if name in view)
    view["id"] = record.id
    stamps: JsonObject = {
        "created": times.wire(record.created_at),
        "edited": times.wire(record.edited_at),
        "createDate": times.wire(record.created_at),
        "editDate": times.wire(record.edited_at),
        "editedBy": world.user_name(record.editor_id),
        "recordManager": world.user_name(record.manager_id),
        "recordManagerID": record.manager_id,
        "recordOwner": world.user_name(record.creator_id),
    }
    for name, value in stamps.items():
        if name in shape.fields:
            view[name] = value
    if "customFields" in shape.fields:
        columns = world.custom_columns.get(shape.kind, {})
        view["customFields"] = {key: record.custom.get(key) for key in columns}
    return view


def embedded_contacts(
    world: ActWorld, ids: list[str], *, organizer_invites: bool = False
) -> list[JsonObject]:
    """Return contacts as other records embed them."""
    found = [record for record in map(world.contacts.get, ids) if record is not None]
    return [
        {
            "id": record.id,
            "displayName": record.values.get("fullName"),
            "company": record.values.get("company"),
            "isInvited": organizer_invites,
        }
        for record in found
    ]


def embedded_named(world: ActWorld, kind: str, ids: list[str]) -> list[JsonObject]:
    """Return companies, groups or opportunities as other records embed them."""
    found = [record for record in map(world.table(kind).get, ids) if record is not None]
    return [{"id": record.id, "name": record.values.get("name")} for record in found]


def link_arrays(world: ActWorld, record: Record, shape: Shape) -> JsonObject:
    """Return the arrays of linked records that ``shape`` shows."""
    arrays: JsonObject = {}
    for key, kind in shape.links.items():
        ids = world.links.ids(record.kind, record.id, kind)
        arrays[key] = embedded_contacts(world, ids) if kind == "contact" else embedded_named(world, kind, ids)
    return arrays


def _contact(world: ActWorld, record: Record) -> JsonObject:
    view = stamped(world, record, CONTACT)
    view["companyID"] = record.values.get("companyID") or ""
    view["contactType"] = record.values.get("contactType") or "Contact"
    view["isUser"] = view["contactType"] == "User"
    return view


def _company(world: ActWorld, record: Record) -> JsonObject:
    view = stamped(world, record, COMPANY)
    view["hasDivisions"] = bool(world.companies.having("parent", record.id))
    view["hierarchyLevel"] = 1 if record.values.get("parentID") else 0
    return view


def _group(world: ActWorld, record: Record) -> JsonObject:
    view = stamped(world, record, GROUP)
    view["contacts"] = len(world.links.ids("group", record.id, "contact"))
    view["hasSubgroups"] = bool(world.groups.having("parent", record.id))
    view["hierarchyLevel"] = 1 if record.values.get("parentID") else 0
    return view


def _product(world: ActWorld, record: Record) -> JsonObject:
    return stamped(world, record, PRODUCT)


def _custom(world: ActWorld, record: Record) -> JsonObject:
    table = world.custom_tables[record.kind.removeprefix("custom:")]
    return {
        "id": record.id,
        **{key: record.custom.get(key) for key in table.columns},
        **link_arrays(world, record, CUSTOM_RECORD),
        "created": times.wire(record.created_at),
        "edited": times.wire(record.edited_at),
        "editedBy": world.user_name(record.editor_id),
        "recordOwner": world.user_name(record.creator_id),
    }


register("contact", _contact)
register("company", _company)
register("group", _group)
register("product", _product)
register("custom", _custom)
