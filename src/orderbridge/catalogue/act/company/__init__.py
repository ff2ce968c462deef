"""Companies."""

from __future__ import annotations

from orderbridge.catalogue.fields import group, number, owners_fields, record_schema, text, whole
from orderbridge.catalogue.records import ODATA, Listing, Record

PERMISSIONS = ("Access All Non-Private Data",)
WRITE_PERMISSIONS = (*PERMISSIONS, "Manage Other Users' Companies")
# Act! only keeps its pages apart where the order is told.
LIST = Listing(call="GET /api/companies", paging=ODATA, page_rows=200, fixed={"$orderby": "id"})
COMPANY = Record(
    system="act", kind="company", one="GET /api/companies/{companyId}", id_name="companyId", many=LIST,
    match=("name",),
)  # fmt: skip

_ADDRESS = {
    "line1": text("First line."),
    "line2": text("Second line."),
    "city": text("City."),
    "state": text("State or province."),
    "postal_code": text("Postal code."),
    "country": text("Country."),
}
FIELDS = {
    "name": text("Name; Act! allows the same name twice.", minLength=1),
    "description": text("Free text."),
    "phone": text("Phone number as people type it."),
    "website": text("Address of its web site."),
    "industry": text("Line of business."),
    "territory": text("Sales territory."),
    "referred_by": text("Where it came from."),
    "number_of_employees": whole("How many people work there.", minimum=0),
    "revenue": number("Yearly revenue in the database's currency."),
    "address": group("Where it is; an address is always written as a whole.", _ADDRESS),
    "custom_fields": owners_fields("Custom fields by their internal name, such as user1."),
}
ROW = record_schema(
    description="The company.", id="string", name="string", phone="string null", edited="string"
)
