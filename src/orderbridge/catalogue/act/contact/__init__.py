"""Contacts. The users of Act! are among them, and so are secondary contacts."""

from __future__ import annotations

from orderbridge.catalogue.act.address import address
from orderbridge.catalogue.fields import (
    choice,
    day,
    needed,
    owners_fields,
    record_id,
    record_schema,
    text,
)
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.records import Record
from orderbridge.connectors.act import odata
from orderbridge.core.jsonio import JsonObject

PERMISSIONS = ("Access All Non-Private Data",)
WRITE_PERMISSIONS = (*PERMISSIONS, "Create and Edit Contacts", "Manage Other Users' Contacts")
LINK_PERMISSIONS = (*WRITE_PERMISSIONS, "Link/Unlink Other Users' Contacts from Company")
# Act! only keeps its pages apart where the order is told.
LIST = Listing(call="GET /api/contacts", paging=ODATA, page_rows=200, fixed={"$orderby": "id"})
CONTACT = Record(
    system="act", kind="contact", one="GET /api/contacts/{contactId}", id_name="contactId", many=LIST,
    match=("first_name", "last_name", "full_name", "email_address", "business_phone", "mobile_phone", "company"),
)  # fmt: skip
ID = {"contact_id": needed(record_id("The contact."))}
PHONE_FORMAT = choice(
    "E164 gives phone numbers as +12015550101; left out, as people typed them.", ["None", "E164"]
)
ADDRESSES = ("business_address", "home_address")
FIELDS = {
    "first_name": text("First name."),
    "middle_name": text("Middle name."),
    "last_name": text("Last name."),
    "name_prefix": text("Title before the name, such as Dr."),
    "name_suffix": text("What follows the name, such as Jr."),
    "salutation": text("How a letter greets them."),
    "job_title": text("Position."),
    "department": text("Department."),
    "company": text("Name of the company; a text only, company_id is the link."),
    "company_id": record_id(
        "The company record that they belong to; Act! shows an empty text where there is none.",
        wire="companyID",
    ),
    "email": text(
        "E-mail address; Act! allows the same one twice.", wire="emailAddress", read_as="email_address"
    ),
    "alt_email": text("Second address.", wire="altEmailAddress", read_as="alt_email_address"),
    "personal_email": text("Private address.", wire="personalEmailAddress", read_as="personal_email_address"),
    "business_phone": text("Phone at work, as people type it."),
    "business_extension": text("Extension at work."),
    "mobile_phone": text("Mobile phone."),
    "home_phone": text("Phone at home."),
    "alternate_phone": text("Another phone."),
    "fax_phone": text("Fax."),
    "website": text("Address of their web site."),
    "birthday": day("Birthday."),
    "id_status": text("What they are to you, as the list ID/Status has it: Customer, Lead."),
    "referred_by": text("Where they came from; nearest to a lead source."),
    "business_address": address("Where they work; lines that are not given stay as they are."),
    "home_address": address("Where they live; lines that are not given stay as they are."),
    "record_manager_id": record_id("The user who manages the record.", wire="recordManagerID"),
    "custom_fields": owners_fields(
        "Custom fields by their internal name, such as user1; not by their label."
    ),
}
ROW = record_schema(
    description="The contact, with all its fields.",
    id="string",
    full_name="string null",
    first_name="string null",
    last_name="string null",
    email_address="string null",
    business_phone="string null",
    mobile_phone="string null",
    company="string null",
    company_id="string null",
    contact_type="string null",
    is_user="boolean null",
    custom_fields="object null",
    created="string null",
    edited="string null",
)


def sought(given: JsonObject) -> JsonObject:
    """Return the filter under which a contact is found whose creation was lost."""
    for name, key in (("email", "emailAddress"), ("last_name", "lastName"), ("first_name", "firstName")):
        if given.get(name):
            return {"$filter": odata.eq(key, given[name])}
    return {}
