"""An action: fulfil what is left of an order."""

from __future__ import annotations

from decimal import Decimal

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import object_of
from orderbridge.catalogue.ghl.fulfilment import FULFILMENT, NOTIFY, TRACKINGS
from orderbridge.catalogue.ghl.fulfilment import create as single
from orderbridge.catalogue.ghl.order import ORDER, ORDER_ID
from orderbridge.catalogue.ghl.own_fulfilment import about_to_be_made
from orderbridge.catalogue.operation import MESSAGES, READS, WRITES, Operation
from orderbridge.core.errors import NotFoundError
from orderbridge.core.jsonio import JsonObject

_FIELDS = {"order_id": ORDER_ID, "trackings": TRACKINGS, "notify_customer": NOTIFY}


def _left(order: JsonObject, done: list[JsonObject]) -> dict[str, Decimal]:
    """Return how many pieces of each price were not handed over yet."""
    left: dict[str, Decimal] = {}
    for item in order.get("items") or []:
        price_id = str(item["price"]["id"])
        left[price_id] = left.get(price_id, Decimal(0)) + Decimal(item["qty"])
    for row in done:
        for item in row["items"]:
            price_id = str(item["price_id"])
            left[price_id] = left.get(price_id, Decimal(0)) - Decimal(item["qty"])
    return {price_id: rest for price_id, rest in left.items() if rest > 0}


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    order_id = given["order_id"]
    async with ctx.exclusive([f"fulfilment/{order_id}"], system="ghl"):
        order = await ORDER.read(ctx, order_id, given)
        if order is None:
            raise NotFoundError(
                f"Fulfil what is left: there is no order {order_id}; nothing was done",
                cause="record.not_found",
            )
        done = [row async for row in FULFILMENT.listed(ctx, given, most=1000)]
        left = _left(order, done)
        items = [{"price_id": price_id, "qty": rest} for price_id, rest in left.items()]
        if not items:
            # Of several, the one that completed the order.
            last = done[0] if done else None
            return {"id": (last or {}).get("id"), "verdict": "unchanged", "record": last}
        await about_to_be_made(ctx, order_id, left.items())
        assert single.OPERATION.run is not None
        return await single.OPERATION.run(ctx, given | {"items": items})


OPERATION = Operation(
    id="ghl.fulfilment.create_remaining",
    system="ghl",
    title="Fulfil what is left of an order",
    description=(
        "Reads what of an order was handed over already and fulfils exactly the rest; a second time there is nothing "
        "left and nothing is sent."
    ),
    input_schema=object_of(_FIELDS),
    output_schema=single.OPERATION.output_schema,
    example={"order_id": "6a1b2c3d4e5f60718293a4b5", "trackings": [{"tracking_number": "1Z999"}]},
    example_output=single.OPERATION.example_output,
    scopes=("payments/orders.readonly", "payments/orders.write"),
    effects=frozenset({READS, WRITES}),
    conditional={"notify_customer": MESSAGES},
    calls="4, or 2 where nothing is left",
    proof="read back from the order's list; what is left is counted by price before anything is sent",
    run=_run,
)
