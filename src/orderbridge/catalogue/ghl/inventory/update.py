"""An action: set how many pieces there are."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import flag, needed, record_id, whole
from orderbridge.catalogue.ghl.inventory import SCOPES, STOCK
from orderbridge.core.jsonio import JsonObject

_NAMES = {
    "price_id": "priceId",
    "available_quantity": "availableQuantity",
    "allow_out_of_stock_purchases": "allowOutOfStockPurchases",
}


async def _one_item(_ctx: ActionContext, given: JsonObject, _before: JsonObject) -> JsonObject:
    return {"items": [{_NAMES[name]: value for name, value in given.items()}]}


OPERATION = changing(
    id="ghl.inventory.update",
    title="Set the inventory of a price",
    description="Sets how many pieces there are; it sets and does not add, so an order in between can be lost in it.",
    call="POST /products/inventory",
    fields={
        "price_id": needed(record_id("The price, which must count its pieces.", sent=False)),
        "available_quantity": needed(whole("How many there are.", sent=False)),
        "allow_out_of_stock_purchases": flag("Whether it can be bought when there is none left.", sent=False),
    },
    record=STOCK,
    key="price_id",
    fill=_one_item,
    scopes=SCOPES,
    example={"price_id": "6a1b2c3d4e5f60718293a4e2", "available_quantity": 7},
    example_output={
        "id": "6a1b2c3d4e5f60718293a4e2",
        "verdict": "confirmed",
        "record": {"available_quantity": 7},
    },
)
