"""Inventory: how many pieces there are, for prices that count them."""

from __future__ import annotations

from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.paging import OFFSET, Listing
from orderbridge.catalogue.records import Record

LIST = Listing(call="GET /products/inventory", rows="inventory", paging=OFFSET)
STOCK = Record(system="ghl", kind="inventory", one=None, many=LIST)
SCOPES = ("products/prices.readonly", "products/prices.write")
ROW = record_schema(
    description="The stock of a price; its id is the price's.",
    id="string",
    name="string",
    sku="string null",
    available_quantity="number null",
    allow_out_of_stock_purchases="boolean null",
    product="string null",
)
