"""/contacts: upsert, create, read, change, delete."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import contacts, events
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import bad_request, not_found, unprocessable
from orderbridge.emulators.ghl.routes.queries import LOCATION_ID
from orderbridge.emulators.ghl.shapes import full_name
from orderbridge.emulators.ghl.validation import (
    Shape,
    an_object,
    anything,
    boolean,
    email,
    list_of,
    nullable_text,
    numeric_text,
    text,
)
from orderbridge.emulators.ghl.wire import without_none

_VALUE = Shape(id=text, key=text, field_value=anything, fieldValue=anything)
_UPDATE = Shape(
    firstName=nullable_text,
    lastName=nullable_text,
    name=nullable_text,
    email=email,
    phone=nullable_text,
    address1=nullable_text,
    city=nullable_text,
    state=nullable_text,
    postalCode=text,
    website=nullable_text,
    timezone=nullable_text,
    dnd=boolean,
    dndSettings=an_object,
    inboundDndSettings=an_object,
    tags=list_of(text),
    customFields=list_of(_VALUE),
    source=nullable_text,
    dateOfBirth=anything,
    country=text,
    assignedTo=nullable_text,
)
_CREATE = _UPDATE.extended(required="locationId", locationId=text, gender=text, companyName=nullable_text)
_UPSERT = _CREATE.extended(createNewIfDuplicateAllowed=boolean)

_DND = ("dnd", "dndSettings")


def find_contact(call: Call) -> JsonObject:
    """The contact that the path names.

    Raises:
        Refusal: 404 or 403.
    """
    row = call.world.contacts.get(call.params["contactId"])
    if row is None:
        raise not_found(f"Contact with id {call.params['contactId']} not found")
    return call.owned(row)


def _tell(call: Call, event_type: str, row: JsonObject) -> None:
    call.world.webhooks.submit([events.contact(call.world, event_type, row)])


def _create(call: Call) -> Answer:
    world, body = call.world, call.body
    existing, field = contacts.matching(world, body)
    if existing is not None and not world.faults["allow_duplicate_contacts"]:
        meta = {
            "contactId": existing["id"],
            "contactName": full_name(existing) or "",
            "matchingField": field,
        }
        raise bad_request("This location does not allow duplicated contacts.", meta=meta)
    row = contacts.create(world, body)
    _tell(call, "ContactCreate", row)
    if world.faults.take("contact_422_but_created"):
        raise unprocessable(["email must be an email"])
    return Answer({"contact": contacts.view(row, v3=call.v3)}, 201)


def _upsert(call: Call) -> Answer:
    world, body = call.world, call.body
    if not body.get("email") and not body.get("phone"):
        existing = None
    else:
        existing, _field = contacts.matching(world, body)
    if body.get("createNewIfDuplicateAllowed") and world.faults["allow_duplicate_contacts"]:
        existing = None
    if existing is None:
        row = contacts.create(world, body)
        _tell(call, "ContactCreate", row)
    else:
        row = existing
        _update_matched(call, row)
    shown = contacts.view(row, v3=call.v3)
    return Answer({"new": existing is None, "contact": shown, "traceId": world.uuid()})


def _update_matched(call: Call, row: JsonObject) -> None:
    world = call.world
    fields = contacts.fields_of(world, call.body, row)
    for name in world.faults["upsert_ignored_fields"]:
        fields.pop(name, None)
    _drop_taken(call, row, fields)
    if world.faults["upsert_drops_additional_emails"]:
        row.pop("additionalEmails", None)
    tags_before = list(row["tags"])
    if contacts.change(world, row, fields):
        _tell(call, "ContactUpdate", row)
        if row["tags"] != tags_before:
            _tell(call, "ContactTagUpdate", row)


def _drop_taken(call: Call, row: JsonObject, fields: JsonObject) -> None:
    """Ignore an address or a number that belongs to somebody else, as the service does."""
    world = call.world
    if world.faults["allow_duplicate_contacts"]:
        return
    holder = contacts.by_email(world, row["locationId"], fields.get("email"))
    if holder is not None and holder is not row:
        fields.pop("email")
        fields.pop("emailLowerCase")
    holder = contacts.by_phone(world, row["locationId"], fields.get("phone"))
    if holder is not None and holder is not row and fields.get("phone") != row.get("phone"):
        fields.pop("phone")


def _get(call: Call) -> Answer:
    row = find_contact(call)
    return Answer({"contact": contacts.view(row, v3=call.v3), "traceId": call.world.uuid()})


def _update(call: Call) -> Answer:
    row = find_contact(call)
    fields = contacts.fields_of(call.world, call.body, row)
    before = {"tags": list(row["tags"])} | {name: row.get(name) for name in _DND}
    if contacts.change(call.world, row, fields):
        _tell(call, "ContactUpdate", row)
        if row["tags"] != before["tags"]:
            _tell(call, "ContactTagUpdate", row)
        if any(row.get(name) != before[name] for name in _DND):
            _tell(call, "ContactDndUpdate", row)
    return Answer({"succeded": True, "contact": contacts.view(row, v3=call.v3)})


def _delete(call: Call) -> Answer:
    row = find_contact(call)
    call.world.contacts.remove(row)
    _tell(call, "ContactDelete", row)
    return Answer({"succeded": True})


def _list(call: Call) -> Answer:
    """The old list, gone in v3."""
    needle = call.query.get("query", "").lower()
    after = call.query.get("startAfterId")
    _offset, limit = call.page(20)
    rows, total = call.world.contacts.page(
        equal={"locationId": call.query["locationId"]},
        keep=lambda row: needle in f"{full_name(row)} {row.get('email')} {row.get('phone')}".lower(),
        limit=len(call.world.contacts),
    )
    if after:
        place = next((number for number, row in enumerate(rows) if row["id"] == after), -1)
        rows = rows[place + 1 :]
    page = [without_none(contacts.view(row)) for row in rows[: min(limit, 100)]]
    return Answer({"contacts": page, "count": total, "meta": {"total": total}, "traceId": call.world.uuid()})


_OLD = frozenset({"2021-07-28", "2023-02-21", "2021-04-15"})
_ONE = "/contacts/{contactId}"

ROUTES = [
    Route("POST", "/contacts/", _create, body=_CREATE),
    Route("GET", "/contacts/", _list, query=LOCATION_ID.extended(limit=numeric_text), versions=_OLD),
    Route("POST", "/contacts/upsert", _upsert, body=_UPSERT),
    Route("GET", _ONE, _get),
    Route("PUT", _ONE, _update, body=_UPDATE),
    Route("DELETE", _ONE, _delete),
]
