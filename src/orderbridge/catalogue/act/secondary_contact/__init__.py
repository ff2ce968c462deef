"""Secondary contacts: people who are kept under another contact, such as an assistant."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import FIELDS as CONTACT_FIELDS
from orderbridge.catalogue.fields import needed, record_id
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.records import Record

LIST = Listing(
    call="GET /api/contacts/{contactId}/secondary-contacts",
    paging=ODATA,
    page_rows=200,
    fixed={"$orderby": "id"},
)
SECONDARY = Record(
    system="act", kind="secondary_contact", one="GET /api/contacts/{contactId}/secondary-contacts/{id}", many=LIST,
    parents=("contact_id",), match=("first_name", "last_name", "email_address"),
)  # fmt: skip
PARENT = {"contact_id": needed(record_id("The contact under whom they are kept."))}
ID = PARENT | {"secondary_contact_id": needed(record_id("The secondary contact.", wire="id"))}
_NAMES = (
    "first_name", "middle_name", "last_name", "salutation", "job_title", "department", "company", "email",
    "business_phone", "business_extension", "mobile_phone", "home_phone", "fax_phone", "business_address",
    "custom_fields",
)  # fmt: skip
FIELDS = {name: CONTACT_FIELDS[name] for name in _NAMES}
