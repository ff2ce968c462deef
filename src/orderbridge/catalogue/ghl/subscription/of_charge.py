"""An action: find the subscription that a charge belongs to."""

from __future__ import annotations

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import needed, object_of, record_id
from orderbridge.catalogue.ghl.order import ORDER_ID
from orderbridge.catalogue.ghl.order_bundle import canonical
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.states import state_of
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    wanted = given["subscription_id"]
    found = [
        item.id
        async for item in ctx.ghl.subscriptions(entity_id=given["order_id"])
        if wanted in (item.subscription_id, item.id)
    ]
    if not found:
        raise HeldError(
            f"HighLevel shows no subscription {wanted} of order {given['order_id']}, whose charge was seen; look for "
            "it there, and replay",
            cause="subscription.of_charge_missing",
        )
    # Only by its id does it show its schedule.
    return canonical(await ctx.ghl.subscription(found[0]))


OPERATION = Operation(
    id="ghl.subscription.of_charge",
    system="ghl",
    title="Find the subscription of a charge",
    description="Finds by the payment provider's id which subscription of an order was charged, with its schedule.",
    input_schema=object_of(
        {
            "order_id": ORDER_ID,
            "subscription_id": needed(record_id("The provider's id, as the payment names it.")),
        }
    ),
    output_schema=state_of("ghl", "subscription"),
    scopes=("payments/subscriptions.readonly",),
    calls="2",
    run=_run,
    example={"order_id": "6a1b2c3d4e5f60718293a4b5", "subscription_id": "sub_1OxYz2"},
    example_output={
        "id": "6a1b2c3d4e5f60718293a4b6",
        "status": "active",
        "currency": "USD",
        "amount": 29.5,
        "interval_type": "monthly",
        "interval": 1,
    },
)
