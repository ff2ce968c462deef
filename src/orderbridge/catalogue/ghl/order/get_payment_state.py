"""An action: tell how far an order is paid and refunded now."""

from __future__ import annotations

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import choice, money, needed, object_of, text
from orderbridge.catalogue.ghl.order import ORDER_ID
from orderbridge.catalogue.ghl.order_bundle import CANCELLED_STATUSES, payment_state
from orderbridge.catalogue.operation import Operation
from orderbridge.core.jsonio import JsonObject

_STATES = ["unpaid", "partially_paid", "paid", "partially_refunded", "refunded", "cancelled"]


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    order = await ctx.ghl.order(given["order_id"])
    transactions = [item async for item in ctx.ghl.transactions(entity_id=order.id)]
    state = payment_state(order, transactions)
    return {
        "id": order.id,
        "status": order.status,
        "sale_state": "cancelled" if order.status in CANCELLED_STATUSES else state["payment_status"],
        "paid": state["paid"],
        "refunded": state["refunded"],
        "currency": order.currency,
        "fulfilment_status": order.fulfilment_status,
    }


OPERATION = Operation(
    id="ghl.order.get_payment_state",
    system="ghl",
    title="Tell how far an order is paid",
    description="Reads an order and its payments and derives how far it is paid and refunded; HighLevel has no such "
    "field.",
    input_schema=object_of({"order_id": ORDER_ID}),
    output_schema=object_of(
        {
            "id": needed(text("The order.")),
            "status": text("HighLevel's own status.", type=["string", "null"]),
            "sale_state": needed(choice("How far it is paid.", _STATES)),
            "paid": needed(money("What was paid.")),
            "refunded": needed(money("What was given back of it.")),
            "currency": needed(text("Currency of both.")),
            "fulfilment_status": text("How far it is handed over.", type=["string", "null"]),
        }
    ),
    scopes=("payments/orders.readonly", "payments/transactions.readonly"),
    calls="2",
    run=_run,
    example={"order_id": "6a1b2c3d4e5f60718293a4b5"},
    example_output={
        "id": "6a1b2c3d4e5f60718293a4b5",
        "status": "completed",
        "sale_state": "partially_refunded",
        "paid": 150.1,
        "refunded": 20,
        "currency": "USD",
        "fulfilment_status": "unfulfilled",
    },
)
