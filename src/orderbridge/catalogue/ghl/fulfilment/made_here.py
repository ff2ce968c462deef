"""An action: tell whether orderbridge made a fulfilment itself."""

from __future__ import annotations

from decimal import Decimal

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import flag, needed, number, object_of, record_id, rows
from orderbridge.catalogue.ghl.order import ORDER_ID
from orderbridge.catalogue.ghl.own_fulfilment import is_ours
from orderbridge.catalogue.operation import Operation
from orderbridge.core.jsonio import JsonObject

_ITEM = {
    "price_id": record_id("The price under which it was sold.", type=["string", "null"]),
    "quantity": needed(number("How many pieces.")),
}


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    items = given["items"]
    if not all(item.get("price_id") for item in items):
        return {"made_here": False}
    pieces = [(item["price_id"], Decimal(item["quantity"])) for item in items]
    return {"made_here": await is_ours(ctx, given["order_id"], pieces)}


OPERATION = Operation(
    id="ghl.fulfilment.made_here",
    system="ghl",
    title="Tell whether we made a fulfilment",
    description="Knows again a fulfilment that 'Fulfil what is left of an order' made, so that it starts nothing anew.",
    input_schema=object_of(
        {
            "order_id": ORDER_ID,
            "items": needed(rows("What was handed over, as the trigger gives it.", _ITEM, open=True)),
        }
    ),
    output_schema=object_of({"made_here": needed(flag("Whether it is ours."))}),
    calls="none",
    run=_run,
    example={
        "order_id": "6a1b2c3d4e5f60718293a4b5",
        "items": [{"price_id": "6a1b2c3d4e5f60718293a4b8", "quantity": 1}],
    },
    example_output={"made_here": False},
)
