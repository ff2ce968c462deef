"""Line items: what an opportunity sells; together they are its amount."""

from __future__ import annotations

import re

from orderbridge.catalogue.fields import money, needed, number, record_id, record_schema, text
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.records import Record
from orderbridge.core.errors import FlowError

PERMISSIONS = ("Access All Non-Private Data",)
WRITE_PERMISSIONS = (*PERMISSIONS, "Manage Other Users' Opportunities")
LIST = Listing(call="GET /api/opportunities/{opportunityId}/products", paging=ODATA, page_rows=200)
# What Act! calls the product's id in the path is the id of the line.
LINE_ITEM = Record(
    system="act", kind="line_item", one="GET /api/opportunities/{opportunityId}/products/{productId}",
    id_name="productId", many=LIST, parents=("opportunity_id",), match=("name", "price", "quantity", "item_number"),
)  # fmt: skip
OPPORTUNITY_ID = {"opportunity_id": needed(record_id("The opportunity."))}
LINE_ID = {"line_item_id": needed(record_id("The line, not the product of the catalogue.", wire="productId"))}
FIELDS = {
    "name": text("What is sold.", minLength=1),
    "price": money("Price of one, as the customer pays it."),
    "quantity": number("How many; parts of one are possible."),
    "item_number": text("Your number of it; never a date."),
    "cost": money("What one costs you."),
}
ROW = record_schema(
    description="The line.",
    id="string",
    name="string null",
    price="number null",
    quantity="number null",
    discount_price="number null",
    total="number null",
    item_number="string null",
)
_DATE = re.compile(r"\s*(\d{4}-\d\d?-\d\d?|\d\d?[/.]\d\d?[/.]\d{2,4})")


def check_item_number(item_number: str | None) -> None:
    """Refuse a number that Act! would take for a date.

    Raises:
        FlowError: It looks like one.
    """
    if item_number and _DATE.match(item_number):
        raise FlowError(
            f"the item number {item_number!r} looks like a date; Act! would then fail to show any line of that "
            "opportunity. Put a letter before it. Nothing was sent",
            cause="act.item_number_is_date",
        )
