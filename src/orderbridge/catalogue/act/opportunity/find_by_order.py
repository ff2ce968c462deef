"""The opportunity that belongs to an order, as our links know it."""

from __future__ import annotations

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import needed, object_of, record_id, text
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.schema import TEXT, object_schema
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    order_id = given["order_id"]
    opportunity_id = await ctx.find_link("order", order_id, "opportunity")
    contact_id = await ctx.find_link("contact", given.get("contact_id") or "", "contact")
    if opportunity_id is not None and contact_id is None:
        # The customer of an invoice may have been named by hand; then the opportunity says whose it is.
        contact_id = await _own_contact(ctx, opportunity_id)
    if opportunity_id is None or contact_id is None:
        raise HeldError(
            f"HighLevel order {order_id} has no opportunity in Act! yet, because the order itself waits for a "
            "person; settle the order, and this follows by itself when it is replayed",
            cause="order.not_carried_over",
        )
    return {"id": opportunity_id, "contact_id": contact_id}


async def _own_contact(ctx: ActionContext, opportunity_id: str) -> str | None:
    if not await ctx.partners("act", "opportunity", opportunity_id, "invoice"):
        return None
    contacts = (await ctx.act.opportunity(opportunity_id)).contact_ids
    return contacts[0] if contacts else None


OPERATION = Operation(
    id="act.opportunity.find_by_order",
    system="act",
    title="Find the opportunity of an order",
    description="Looks up which opportunity and which contact belong to a HighLevel order.",
    input_schema=object_of(
        {
            "order_id": needed(record_id("The order in HighLevel.")),
            "contact_id": text("The order's contact in HighLevel.", type=["string", "null"]),
        }
    ),
    output_schema=object_schema(["id", "contact_id"], id=TEXT, contact_id=TEXT),
    example={"order_id": "6601f0c2a5b4c3d2e1f00001", "contact_id": "hLcOnTaCt000000000001"},
    example_output={
        "id": "aaaaaaaa-0000-0000-0000-000000000001",
        "contact_id": "11111111-2222-3333-4444-555555555555",
    },
    calls="none",
    run=_run,
)
