"""Products of the catalogue, of which line items are made."""

from __future__ import annotations

from orderbridge.catalogue.fields import money, needed, record_id, record_schema, text
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.records import Record
from orderbridge.connectors.act import odata
from orderbridge.core.jsonio import JsonObject

PERMISSIONS = ("Access All Non-Private Data",)
WRITE_PERMISSIONS = (*PERMISSIONS, "Create and Edit Products")
LIST = Listing(call="GET /api/Products", paging=ODATA, page_rows=200, fixed={"$orderby": "id"})
PRODUCT = Record(
    system="act", kind="product", one="GET /api/Products/{id}", many=LIST, match=("name", "item_number")
)
ID = {"product_id": needed(record_id("The product.", wire="id"))}
# Act! reads a text that looks like a date as one, and then fails on every list with that row in it.
ITEM_NUMBER = text(
    "Number of the article, a text; one that looks like a date would break Act!'s lists and is refused.",
    pattern=r"^(?!\d{4}-\d\d-\d\d)",
)
FIELDS = {
    "name": text("Name.", minLength=1),
    "item_number": ITEM_NUMBER,
    "price": money("Price of one piece in the database's currency."),
    "cost": money("What one piece costs you."),
}
ROW = record_schema(
    description="The product; its times are create_date and edit_date.",
    id="string",
    name="string null",
    item_number="string null",
    price="number null",
    cost="number null",
    create_date="string null",
    edit_date="string null",
)


def sought(given: JsonObject) -> JsonObject:
    """Return the filter under which a product is found whose creation was lost."""
    if given.get("item_number"):
        return {"$filter": odata.eq("itemNumber", given["item_number"])}
    return {"$filter": odata.eq("name", given["name"])}
