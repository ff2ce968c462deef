"""Prices of products; the number of a product, its SKU, stands here."""

from __future__ import annotations

from orderbridge.catalogue.fields import (
    choice,
    flag,
    group,
    money,
    needed,
    record_id,
    record_schema,
    text,
    texts,
    whole,
)
from orderbridge.catalogue.ghl.product import PRODUCT_ID
from orderbridge.catalogue.paging import OFFSET, Listing
from orderbridge.catalogue.records import Record

__all__ = ("FIELDS", "LIST", "PRICE", "PRICE_ID", "PRODUCT_ID", "ROW", "SCOPES", "WHOLE")

LIST = Listing(call="GET /products/{productId}/price", rows="prices", paging=OFFSET)
PRICE = Record(
    system="ghl", kind="price", one="GET /products/{productId}/price/{priceId}", id_name="priceId", many=LIST,
    parents=("product_id",), match=("name", "amount", "currency", "type", "sku"),
)  # fmt: skip
SCOPES = ("products/prices.readonly", "products/prices.write")
PRICE_ID = needed(record_id("The price."))
FIELDS = {
    "name": text("Name.", minLength=1),
    "type": choice("Whether it is paid once or again and again.", ["one_time", "recurring"]),
    "currency": text("Three letters.", minLength=3, maxLength=3),
    "amount": money("How much.", minimum=0),
    "description": text("Free text."),
    "recurring": group(
        "How often it is paid.",
        {
            "interval": choice("Unit of time.", ["day", "week", "month", "year"], required=True),
            "interval_count": whole("How many of them.", minimum=1, required=True),
        },
    ),
    "trial_period": whole("Days that are free.", minimum=0),
    "total_cycles": whole("After how many payments it ends.", minimum=1),
    "setup_fee": money("Paid once at the beginning.", minimum=0),
    "compare_at_price": money("What it used to cost.", minimum=0),
    "sku": text("Your number of the product; the same is allowed twice, so keep it apart yourself."),
    "track_inventory": flag("Whether pieces are counted."),
    "available_quantity": whole("How many there are."),
    "allow_out_of_stock_purchases": flag("Whether it can be bought when there is none left."),
    "variant_option_ids": texts("Of which variant it is the price."),
    "is_digital_product": flag("Whether it is delivered as a file."),
}
WHOLE = (
    "name", "type", "currency", "amount", "description", "recurring", "trial_period", "total_cycles", "setup_fee",
    "compare_at_price", "sku", "track_inventory", "available_quantity", "allow_out_of_stock_purchases",
    "variant_option_ids",
)  # fmt: skip
ROW = record_schema(
    description="The price.",
    id="string",
    product="string null",
    name="string",
    type="string",
    currency="string",
    amount="number",
    sku="string null",
)
