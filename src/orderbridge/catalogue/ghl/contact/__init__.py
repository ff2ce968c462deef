"""Contacts."""

from __future__ import annotations

import re

from orderbridge.catalogue.fields import day, flag, needed, record_id, record_schema, text, texts
from orderbridge.catalogue.ghl.custom_field_values import CUSTOM_FIELDS, by_id
from orderbridge.catalogue.paging import PAGE, Listing
from orderbridge.catalogue.records import Record
from orderbridge.core.jsonio import JsonObject

LIST = Listing(
    call="POST /contacts/search", rows="contacts", paging=PAGE, page_rows=100, limit_name="pageLimit"
)
CONTACT = Record(
    system="ghl", kind="contact", one="GET /contacts/{contactId}", id_name="contactId", inside="contact", many=LIST,
    match=("email", "phone", "first_name", "last_name"), view=by_id,
)  # fmt: skip
SCOPES = ("contacts.readonly", "contacts.write")


def plain_phone(phone: str) -> str:
    """Return a phone number as HighLevel keeps it: ``+1 (201) 555-0100`` as ``+12015550100``."""
    return re.sub(r"[^\d+]", "", phone)


def lower(tags: list[str]) -> list[str]:
    """Return tags as HighLevel keeps them."""
    return [tag.strip().lower() for tag in tags]


CONTACT_ID = needed(record_id("The contact."))
TAGS = texts("Words; HighLevel keeps them in lower case.", normal=lower)
FOLLOWERS = needed(texts("Users (see ghl.user.list).", minItems=1))
FIELDS = {
    "first_name": text("First name."),
    "last_name": text("Last name."),
    "email": text("E-mail address.", normal=str.strip),
    "phone": text("Phone number with its country, +12015550100.", normal=plain_phone),
    "address1": text("Street."),
    "city": text("City."),
    "state": text("State or province."),
    "postal_code": text("Postal code."),
    "country": text("Two letters."),
    "website": text("Web site."),
    "timezone": text("Such as America/New_York."),
    "dnd": flag("Whether nothing may be sent to them."),
    "source": text("Where they came from."),
    "date_of_birth": day("Birthday."),
    "assigned_to": record_id("The user who looks after them."),
    "custom_fields": CUSTOM_FIELDS,
}
# Only a new contact takes these.
NEW = FIELDS | {"company_name": text("Company."), "gender": text("Gender.")}
ROW = record_schema(
    description="The contact.",
    id="string",
    first_name="string null",
    last_name="string null",
    email="string null",
    phone="string null",
    company_name="string null",
    tags="array null",
    date_added="string null",
)


def sought(given: JsonObject) -> JsonObject:
    """Return the search that finds such a contact again."""
    names = " ".join(filter(None, (given.get("first_name"), given.get("last_name"))))
    return {"query": given.get("email") or given.get("phone") or names}
