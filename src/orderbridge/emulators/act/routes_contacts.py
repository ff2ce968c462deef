"""Contacts, and the secondary contacts below them."""

from __future__ import annotations

import re

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import access, crud
from orderbridge.emulators.act.answers import Answer, created, no_content, ok
from orderbridge.emulators.act.binding import Bound, bind
from orderbridge.emulators.act.errors import invalid, not_found
from orderbridge.emulators.act.records import Record
from orderbridge.emulators.act.routing import Call, Router
from orderbridge.emulators.act.shapes import CONTACT
from orderbridge.emulators.act.views import rendered

_NAME_PARTS = ("namePrefix", "firstName", "middleName", "lastName", "nameSuffix")
_PHONES = ("business", "mobile", "fax", "home", "alternate", "pager")


def _finish(call: Call, record: Record, bound: Bound, _method: str) -> None:
    values = record.values
    if any(part in bound.values for part in _NAME_PARTS):
        values["fullName"] = " ".join(values[part] for part in _NAME_PARTS if values.get(part)) or None
    elif "fullName" in bound.values:
        first, _, last = (values.get("fullName") or "").strip().rpartition(" ")
        values["firstName"], values["lastName"] = (first, last) if first else (last or None, None)
    company = values.get("companyID")
    if company and call.world.companies.get(company) is None:
        raise invalid(f"Company {company} could not be found.")
    messenger = values.get("messengerID")
    if messenger and len(messenger) > 16:
        raise invalid("The field messengerID must be a string with a maximum length of 16.")
    if "companyID" in bound.values:
        call.world.links.replace("contact", record.id, "company", [company] if company else [])


def _present(call: Call, row: JsonObject) -> JsonObject:
    if call.option("phoneFormat").lower() != "e164":
        return row
    changed = dict(row)
    for phone in _PHONES:
        name = f"{phone}Phone"
        if changed.get(name):
            changed[name] = e164(changed[name], changed.get(f"{phone}CountryCode"))
    return changed


def e164(text: str, country_code: int | None) -> str:
    """Return a phone number as typed in the form ``+12015550101``."""
    digits = re.sub(r"\D", "", text)
    if text.strip().startswith("+"):
        return f"+{digits}"
    prefix = str(country_code or 1)
    return f"+{digits}" if prefix == "1" and len(digits) == 11 and digits[0] == "1" else f"+{prefix}{digits}"


CONTACTS = crud.Resource(
    CONTACT,
    finish=_finish,
    present=_present,
    kept=frozenset({"contactType", "recordManagerID"}),
    enveloped=True,
)


def _my_record(call: Call) -> Answer:
    for record in call.world.contacts:
        if record.values.get("contactType") == "User" and record.manager_id == call.user.id:
            return ok(crud.detail(call, CONTACTS, record))
    raise not_found("Contact", "myrecord")


def _by_ids(call: Call) -> Answer:
    wanted = [part for value in call.query.get("ids", []) for part in value.split(",") if part]
    if not wanted:
        raise invalid("The ids field is required.")
    rows = [call.world.contacts.get(record_id) for record_id in wanted]
    return ok(
        [
            crud.detail(call, CONTACTS, record)
            for record in rows
            if record is not None and access.visible(call.world, call.user, record)
        ]
    )


def _clone(call: Call, ids: list[str]) -> Answer:
    # The name promises a search for duplicates; what it does is make them.
    clones = []
    for record_id in ids:
        source = crud.found(call, "contact", record_id)
        body = {name: value for name, value in rendered(call.world, source).items() if name != "id"}
        clones.append(crud.detail(call, CONTACTS, crud.create(call, CONTACTS, body)))
    return ok(clones)


def _duplicate_many(call: Call) -> Answer:
    ids = call.object("ContactListRequest").get("contacts") or []
    return _clone(call, [record_id for record_id in ids if isinstance(record_id, str)])


def _children(call: Call) -> list[Record]:
    parent = crud.found(call, "contact", call.params["contactId"])
    return [
        record
        for record in map(call.world.contacts.get, call.world.links.ids("parent", parent.id, "secondary"))
        if record is not None
    ]


def _child(call: Call) -> Record:
    for record in _children(call):
        if record.id == call.params["id"].lower():
            return record
    raise not_found("Secondary contact", call.params["id"])


def _add_child(call: Call) -> Answer:
    parent = crud.found(call, "contact", call.params["contactId"])
    record = crud.create(call, CONTACTS)
    record.values["contactType"] = "Secondary"
    record.rendered = None
    call.world.links.add("parent", parent.id, "secondary", record.id)
    return created(crud.detail(call, CONTACTS, record))


def _change_child(method: str, call: Call) -> Answer:
    record = _child(call)
    body = crud.identified(call, record.id, CONTACT, method)
    crud.write(call, CONTACTS, record, bind(CONTACT, body, call.world.faults), method)
    return ok(crud.detail(call, CONTACTS, record))


def _delete_child(call: Call) -> Answer:
    crud.remove(call.world, _child(call))
    return no_content()


def _promote_child(call: Call) -> Answer:
    record = _child(call)
    call.world.links.remove("parent", call.params["contactId"].lower(), "secondary", record.id)
    record.values["contactType"] = "Contact"
    crud.touch(call, record)
    return ok({"id": record.id})


def add(router: Router) -> None:
    """Register the routes."""
    router.add("GET", "/api/contacts", crud.list_of(CONTACTS))
    router.add("POST", "/api/contacts", crud.post_to(CONTACTS))
    router.add("GET", "/api/contacts/by-ids", _by_ids)
    router.add("GET", "/api/contacts/myrecord", _my_record)
    router.add("PUT", "/api/contacts/duplicate", _duplicate_many)
    router.add(
        "PUT", "/api/contacts/{contactId}/duplicate", lambda call: _clone(call, [call.params["contactId"]])
    )
    router.add("GET", "/api/contacts/{contactId}", crud.get_one(CONTACTS, "contactId"))
    router.add("PUT", "/api/contacts/{contactId}", crud.change(CONTACTS, "contactId", crud.PUT))
    router.add("PATCH", "/api/contacts/{contactId}", crud.change(CONTACTS, "contactId", crud.PATCH))
    router.add("DELETE", "/api/contacts/{contactId}", crud.delete_one(CONTACTS, "contactId"))
    children = "/api/contacts/{contactId}/secondary-contacts"
    router.add("GET", children, lambda call: crud.listing(call, CONTACTS, _children(call)))
    router.add("POST", children, _add_child)
    router.add("GET", f"{children}/{{id}}", lambda call: ok(crud.detail(call, CONTACTS, _child(call))))
    router.add("PUT", f"{children}/{{id}}", lambda call: _change_child(crud.PUT, call))
    router.add("PATCH", f"{children}/{{id}}", lambda call: _change_child(crud.PATCH, call))
    router.add("DELETE", f"{children}/{{id}}", _delete_child)
    router.add("PUT", f"{children}/{{id}}/promote", _promote_child)
