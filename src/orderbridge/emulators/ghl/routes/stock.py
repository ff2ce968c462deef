"""/products/inventory: how many pieces of a price are there, where its price counts them."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import not_found
from orderbridge.emulators.ghl.routes.queries import LOCATION, PAGED
from orderbridge.emulators.ghl.validation import Shape, boolean, list_of, number, text

_CHANGE = Shape(
    required="altId altType items",
    altId=text,
    altType=LOCATION,
    items=list_of(
        Shape(required="priceId", priceId=text, availableQuantity=number, allowOutOfStockPurchases=boolean)
    ),
)


def _shown(call: Call, row: JsonObject) -> JsonObject:
    product = call.world.products.get(row["product"]) or {}
    return {
        "_id": row["_id"],
        "name": row["name"],
        "availableQuantity": row.get("availableQuantity", 0),
        "sku": row.get("sku", ""),
        "allowOutOfStockPurchases": row.get("allowOutOfStockPurchases", False),
        "product": row["product"],
        "productName": product.get("name", ""),
        "updatedAt": row["updatedAt"],
    }


def _list(call: Call) -> Answer:
    offset, limit = call.page(20)
    needle = call.query.get("search", "").lower()
    rows, total = call.world.prices.page(
        equal={"locationId": call.query["altId"], "trackInventory": True},
        keep=lambda row: needle in f"{row['name']} {row.get('sku', '')}".lower(),
        offset=offset,
        limit=limit,
    )
    return Answer({"inventory": [_shown(call, row) for row in rows], "total": {"total": total}})


def _change(call: Call) -> Answer:
    world = call.world
    for item in call.body["items"]:
        row = world.prices.get(item["priceId"])
        if row is None or not row.get("trackInventory"):
            raise not_found(f"Inventory of price {item['priceId']} not found")
        changes = {name: value for name, value in item.items() if name != "priceId"}
        world.prices.update(call.owned(row), **changes, updatedAt=world.now())
    return Answer({"status": True, "message": "Inventory updated"}, 201)


ROUTES = [
    Route("GET", "/products/inventory", _list, query=PAGED),
    Route("POST", "/products/inventory", _change, body=_CHANGE),
]
