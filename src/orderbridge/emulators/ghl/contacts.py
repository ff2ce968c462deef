"""Contacts: finding the one that is meant, and the surprises of upsert."""

from __future__ import annotations

import re
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.sales import new_contact
from orderbridge.emulators.ghl.shapes import full_name
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.wire import without_none

# Fields that a body may carry and that are stored as they come.
PLAIN = (
    "firstName", "lastName", "email", "phone", "address1", "city", "state", "postalCode", "country",
    "website", "timezone", "dnd", "dndSettings", "inboundDndSettings", "source", "dateOfBirth",
    "companyName", "assignedTo", "gender",
)  # fmt: skip


def normal_phone(phone: str | None) -> str | None:
    """E.164 without spaces and punctuation."""
    return re.sub(r"[^\d+]", "", phone) or None if phone else None


def by_email(world: GhlWorld, location_id: str, email: str | None) -> JsonObject | None:
    """The first contact with this address, whatever its case."""
    return _first(world, location_id, "emailLowerCase", email.strip().lower() if email else None)


def by_phone(world: GhlWorld, location_id: str, phone: str | None) -> JsonObject | None:
    """The first contact with this number; two people may share one."""
    return _first(world, location_id, "phone", normal_phone(phone))


def _first(world: GhlWorld, location_id: str, name: str, value: str | None) -> JsonObject | None:
    found = world.contacts.where(name, value) if value else []
    return next((row for row in found if row["locationId"] == location_id), None)


def matching(world: GhlWorld, body: JsonObject) -> tuple[JsonObject | None, str]:
    """Who is meant, and by which field.

    Only one field decides: where the address belongs to one contact and the number to another, the
    second is ignored without a word.
    """
    location_id = body["locationId"]
    email = by_email(world, location_id, body.get("email")), "email"
    phone = by_phone(world, location_id, body.get("phone")), "phone"
    order = (phone, email) if world.faults["duplicate_match_first"] == "phone" else (email, phone)
    return next(((row, field) for row, field in order if row is not None), (None, ""))


def fields_of(world: GhlWorld, body: JsonObject, row: JsonObject | None = None) -> JsonObject:
    """What a body changes, in the shape contacts are stored in."""
    fields: JsonObject = {name: body[name] for name in PLAIN if name in body}
    if body.get("name") and "firstName" not in body:
        first, _, last = str(body["name"]).partition(" ")
        fields |= {"firstName": first, "lastName": last}
    if "email" in fields:
        fields["emailLowerCase"] = fields["email"].lower() if fields["email"] else None
    if "phone" in fields:
        fields["phone"] = normal_phone(fields["phone"])
    if "tags" in body:
        # All of them are replaced; adding one goes through /tags.
        fields["tags"] = [tag.lower() for tag in body["tags"]]
    if "customFields" in body:
        fields["customFields"] = _custom_values(world, body["customFields"], row)
    return fields


def _custom_values(world: GhlWorld, given: list[Any], row: JsonObject | None) -> list[JsonObject]:
    values = {entry["id"]: entry["value"] for entry in (row or {}).get("customFields", [])}
    known = {field["id"]: field["id"] for field in world.custom_fields}
    known |= {field["fieldKey"]: field["id"] for field in world.custom_fields}
    known |= {field["fieldKey"].partition(".")[2]: field["id"] for field in world.custom_fields}
    for entry in given:
        field_id = known.get(entry.get("id") or entry.get("key") or "")
        # A value for a field that does not exist is dropped without a word.
        if field_id is not None:
            values[field_id] = entry.get("field_value", entry.get("fieldValue", entry.get("value")))
    return [{"id": field_id, "value": value} for field_id, value in values.items()]


def create(world: GhlWorld, body: JsonObject) -> JsonObject:
    """Add a contact from a request."""
    return new_contact(world, at=world.clock.now(), location_id=body["locationId"], **fields_of(world, body))


def change(world: GhlWorld, row: JsonObject, fields: JsonObject) -> bool:
    """Apply ``fields``; tell whether anything is different now."""
    changed = {name: value for name, value in fields.items() if row.get(name) != value}
    if changed:
        world.contacts.update(row, **changed, dateUpdated=world.now())
    return bool(changed)


def view(row: JsonObject, *, v3: bool = False) -> JsonObject:
    """A contact as answered."""
    shown = without_none(row)
    name = full_name(row)
    shown |= without_none(
        {
            "name": name,
            "fullNameLowerCase": name.lower() if name else None,
            "firstNameLowerCase": (row.get("firstName") or "").lower() or None,
            "lastNameLowerCase": (row.get("lastName") or "").lower() or None,
        }
    )
    if v3 and "dndSettings" in shown:
        channels = {"Call": "call", "Email": "email", "SMS": "sms", "WhatsApp": "whatsApp"}
        channels |= {"GMB": "gmb", "FB": "fb"}
        shown["dndSettings"] = {channels.get(key, key): value for key, value in row["dndSettings"].items()}
    return shown
