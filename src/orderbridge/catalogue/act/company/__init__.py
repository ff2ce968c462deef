"""Companies."""

from __future__ import annotations

from orderbridge.catalogue.act.address import address
from orderbridge.catalogue.fields import (
    needed,
    number,
    owners_fields,
    record_id,
    record_schema,
    text,
    whole,
)
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.records import Record
from orderbridge.connectors.act import odata
from orderbridge.core.jsonio import JsonObject

PERMISSIONS = ("Access All Non-Private Data",)
WRITE_PERMISSIONS = (*PERMISSIONS, "Create and Edit Companies", "Manage Other Users' Companies")
LINK_PERMISSIONS = (*WRITE_PERMISSIONS, "Link/Unlink Other Users' Contacts from Company")
# Act! only keeps its pages apart where the order is told.
LIST = Listing(call="GET /api/companies", paging=ODATA, page_rows=200, fixed={"$orderby": "id"})
COMPANY = Record(
    system="act", kind="company", one="GET /api/companies/{companyId}", id_name="companyId", many=LIST,
    match=("name",),
)  # fmt: skip
ID = {"company_id": needed(record_id("The company."))}
ADDRESSES = ("address", "billing_address", "shipping_address")
FIELDS = {
    "name": text("Name; Act! allows the same name twice.", minLength=1),
    "description": text("Free text."),
    "division": text("Name of the division."),
    "parent_id": record_id("The company of which it is a division.", wire="parentID"),
    "id_status": text("What it is to you, as the list ID/Status has it: Customer, Lead."),
    "phone": text("Phone number as people type it."),
    "phone_extension": text("Extension."),
    "toll_free_phone": text("Phone number that costs the caller nothing."),
    "fax": text("Fax number."),
    "website": text("Address of its web site."),
    "industry": text("Line of business."),
    "region": text("Region."),
    "territory": text("Sales territory."),
    "referred_by": text("Where it came from."),
    "sic_code": text("Number of its line of business."),
    "ticker_symbol": text("Its sign at the stock exchange."),
    "number_of_employees": whole("How many people work there.", minimum=0),
    "revenue": number("Yearly revenue in the database's currency."),
    "address": address("Where it is; lines that are not given stay as they are."),
    "billing_address": address("Where bills go; lines that are not given stay as they are."),
    "shipping_address": address("Where goods go; lines that are not given stay as they are."),
    "record_manager_id": record_id("The user who manages the record.", wire="recordManagerID"),
    "custom_fields": owners_fields(
        "Custom fields by their internal name, such as user1; not by their label."
    ),
}
ROW = record_schema(
    description="The company, with all its fields.",
    id="string",
    name="string null",
    phone="string null",
    website="string null",
    parent_id="string null",
    has_divisions="boolean null",
    custom_fields="object null",
    created="string null",
    edited="string null",
)


def sought(given: JsonObject) -> JsonObject:
    """Return the filter under which a company is found whose creation was lost."""
    return {"$filter": odata.eq("name", given["name"])}
