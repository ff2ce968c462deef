"""Reading and writing records of any kind, in the one way that all routes share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import access, times
from orderbridge.emulators.act.answers import Answer, created, no_content, ok
from orderbridge.emulators.act.binding import Bound, bind, bind_columns
from orderbridge.emulators.act.errors import empty, invalid, not_found
from orderbridge.emulators.act.odata import Options, page, read_options
from orderbridge.emulators.act.odata_match import Names
from orderbridge.emulators.act.records import Record
from orderbridge.emulators.act.routing import Call
from orderbridge.emulators.act.shapes import ADDRESS, ADDRESS_FIELDS, Shape
from orderbridge.emulators.act.state import ActWorld
from orderbridge.emulators.act.views import rendered

POST, PUT, PATCH = "POST", "PUT", "PATCH"

# Values of a record that show in others; a change makes what was rendered elsewhere stale.
_SHOWN_ELSEWHERE = {"name", "fullName", "company", "emailAddress", "businessPhone", "businessExtension"}

Finish = Callable[[Call, Record, Bound, str], None]
Present = Callable[[Call, JsonObject], JsonObject]
Rows = Callable[[Record, JsonObject], Iterable[JsonObject]]


def _no_finish(_call: Call, _record: Record, _bound: Bound, _method: str) -> None:
    return None


def _as_is(_call: Call, row: JsonObject) -> JsonObject:
    return row


def _once(_record: Record, row: JsonObject) -> Iterable[JsonObject]:
    return (row,)


@dataclass(frozen=True, slots=True)
class Resource:
    """How one kind of record is read and written.

    Attributes:
        finish: Completes a record after its values were taken over, and refuses what is not allowed.
        present: Turns the rendered record into what this call asked for.
        kept: Fields that a PUT without them leaves alone.
        rows: What a list shows of one record; tasks of a series show once for every occurrence.
        enveloped: True for the lists that some builds wrap into ``value`` and ``Count``.
    """

    shape: Shape
    finish: Finish = _no_finish
    present: Present = _as_is
    kept: frozenset[str] = field(default_factory=frozenset)
    rows: Rows = _once
    enveloped: bool = False

    def names(self, world: ActWorld) -> Names:
        """Return the properties that filters may name."""
        return names_of(world, self.shape.canonical, self.shape.fields)


def names_of(world: ActWorld, canonical: dict[str, str], kinds: dict[str, str]) -> Names:
    """Return the properties that filters may name."""
    faults = world.faults
    return Names(
        canonical,
        kinds,
        custom_fields=faults.custom_field_filter == "works",
        exact=faults.text_comparison == "exact",
    )


def found(call: Call, kind: str, record_id: str, *, what: str | None = None) -> Record:
    """Return a record that exists and that this user can see.

    Raises:
        ActError: It does not exist, or is hidden; by default those look the same.
    """
    record = call.world.table(kind).get(record_id)
    if record is None:
        raise not_found(what or kind.capitalize(), record_id)
    if not access.visible(call.world, call.user, record):
        raise access.hidden(call.world) or not_found(what or kind.capitalize(), record_id)
    return record


def listing(call: Call, resource: Resource, records: Iterable[Record] | None = None) -> Answer:
    """Answer a list call; ``records`` restricts it to the children of one parent."""
    world = call.world
    options = read_options(call.query, resource.names(world), world.faults)
    candidates = narrowed(world, resource.shape.kind, options) if records is None else records
    rows = [
        row
        for record in candidates
        if access.visible(world, call.user, record)
        for row in resource.rows(record, rendered(world, record))
    ]
    hits = [resource.present(call, row) for row in page(rows, options, world.faults, world.random)]
    if resource.enveloped and world.faults.envelope == "value":
        return ok({"value": hits, "Count": len(hits)})
    return ok(hits)


def narrowed(world: ActWorld, kind: str, options: Options) -> Iterable[Record]:
    """Return the rows that can satisfy the filter, by an index where one fits."""
    table = world.table(kind)
    for path, (op, literal) in options.required.items():
        if op in ("ge", "gt") and path == ("edited",) and literal.kind == "date":
            if not world.faults.unstable_skip:
                return table.edited_since(times.parsed(literal.value).replace(microsecond=0))
        elif op != "eq" or literal.kind != "text":
            continue
        elif path == ("id",) and kind != "task":
            record = table.get(literal.value)
            return [] if record is None else [record]
        elif path == ("sourceId",) and table.indexed("source_id"):
            return table.having("source_id", literal.value.casefold())
        elif path == ("emailAddress",) and table.indexed("email"):
            return table.having("email", literal.value.casefold())
        elif path[1:] == ("any", "id"):
            other = {"contacts": "contact", "companies": "company", "groups": "group"}.get(
                path[0], "opportunity"
            )
            ids = world.links.ids(other, literal.value.lower(), kind)
            return [record for record in map(table.get, ids) if record is not None]
    return table


def detail(call: Call, resource: Resource, record: Record) -> JsonObject:
    """Return one record as this call asked for it."""
    return resource.present(call, rendered(call.world, record))


def create(call: Call, resource: Resource, body: JsonObject | None = None) -> Record:
    """Make a record from the body of the call."""
    world, user = call.world, call.user
    bound = bind(resource.shape, call.object(resource.shape.name) if body is None else body, world.faults)
    now = world.now()
    record = Record(world.new_id(), resource.shape.kind, {}, {}, user.id, user.id, user.id, now, now)
    write(call, resource, record, bound, POST)
    return record


def write(call: Call, resource: Resource, record: Record, bound: Bound, method: str) -> None:
    """Take the bound values over into ``record`` and file it.

    Nothing is kept when the record is refused.
    """
    world = call.world
    before = (record.values, record.custom, record.manager_id)
    custom = bind_columns(bound.custom or {}, world.custom_columns.get(resource.shape.kind, {}), world.faults)
    try:
        record.values = _merged(resource, record.values, bound, method, world)
        if _replaces_custom(bound, method, world):
            record.custom = custom
        else:
            record.custom = record.custom | custom
        manager = bound.values.get("recordManagerID")
        if manager and manager in world.users:
            record.manager_id = manager
        _check_links(call, resource.shape, bound)
        resource.finish(call, record, bound, method)
    except Exception:
        record.values, record.custom, record.manager_id = before
        raise
    _link(world, resource, record, bound, method)
    if method != POST and any(before[0].get(name) != record.values.get(name) for name in _SHOWN_ELSEWHERE):
        world.names_revision += 1
    touch(call, record)


def _replaces_custom(bound: Bound, method: str, world: ActWorld) -> bool:
    if method == PUT:
        return world.faults.put_omitted == "blank"
    return method == PATCH and bound.custom is not None and world.faults.patch_custom_fields == "replace"


def touch(call: Call, record: Record) -> None:
    """Note that this user edited the record just now."""
    record.edited_at = call.world.now()
    record.editor_id = call.user.id
    call.world.table(record.kind).put(record)


def identified(call: Call, record_id: str, shape: Shape, method: str) -> JsonObject:
    """Return the body of a PUT or PATCH, whose id must agree with the path.

    Raises:
        ActError: A PATCH has no id in its body, which is answered with an empty 400.
    """
    body = call.object(shape.name)
    sent = next((value for key, value in body.items() if key.lower() == "id"), None)
    if not sent and method == PATCH and call.world.faults.patch_without_id == "empty_400":
        raise empty(400)
    if sent and str(sent).lower() != record_id.lower():
        raise invalid(f"The id in the body ({sent}) is not the id in the path ({record_id}).")
    return body


def list_of(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler of ``GET`` on the collection."""
    return lambda call: listing(call, resource)


def get_one(resource: Resource, parameter: str) -> Callable[[Call], Answer]:
    """Return the handler of ``GET`` on one record."""
    kind = resource.shape.kind
    return lambda call: ok(detail(call, resource, found(call, kind, call.params[parameter])))


def post_to(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler of ``POST`` on the collection."""
    return lambda call: created(detail(call, resource, create(call, resource)))


def change(resource: Resource, parameter: str, method: str) -> Callable[[Call], Answer]:
    """Return the handler of ``PUT`` or ``PATCH`` on one record."""

    def handler(call: Call) -> Answer:
        record = found(call, resource.shape.kind, call.params[parameter])
        access.require_edit(call.world, call.user, record)
        body = identified(call, call.params[parameter], resource.shape, method)
        write(call, resource, record, bind(resource.shape, body, call.world.faults), method)
        return ok(detail(call, resource, record))

    return handler


def delete_one(resource: Resource, parameter: str) -> Callable[[Call], Answer]:
    """Return the handler of ``DELETE`` on one record."""

    def handler(call: Call) -> Answer:
        record = found(call, resource.shape.kind, call.params[parameter])
        access.require_delete(call.world, call.user, record)
        remove(call.world, record)
        return no_content()

    return handler


def remove(world: ActWorld, record: Record) -> None:
    """Delete a record and its links."""
    world.table(record.kind).remove(record.id)
    world.links.forget(record.kind, record.id)
    world.names_revision += 1


def _merged(resource: Resource, old: JsonObject, bound: Bound, method: str, world: ActWorld) -> JsonObject:
    faults, shape = world.faults, resource.shape
    if method == PUT and faults.put_omitted == "blank":
        base = {name: value for name, value in old.items() if name in resource.kept}
    else:
        base = dict(old)
    for name, value in bound.values.items():
        if shape.fields[name] == ADDRESS:
            siblings = old.get(name) if method == PATCH and faults.patch_nested == "merge" else None
            base[name] = dict.fromkeys(ADDRESS_FIELDS) | (siblings or {}) | value
        else:
            base[name] = value
    return base


def _check_links(call: Call, shape: Shape, bound: Bound) -> None:
    for key, ids in bound.links.items():
        for other in ids:
            if call.world.table(shape.links[key]).get(other) is None:
                raise invalid(f"{shape.links[key].capitalize()} {other} could not be found.")


def _link(world: ActWorld, resource: Resource, record: Record, bound: Bound, method: str) -> None:
    for key, kind in resource.shape.links.items():
        if key in bound.links:
            world.links.replace(record.kind, record.id, kind, bound.links[key])
        elif method == PUT and world.faults.put_omitted == "blank" and key not in resource.kept:
            world.links.replace(record.kind, record.id, kind, [])
