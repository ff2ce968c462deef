"""The opportunity for which an invoice was made, as our links know it."""

from __future__ import annotations

from orderbridge.catalogue.act import invoicing
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import needed, object_of, record_id
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.schema import OPTIONAL_TEXT, object_schema
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    opportunity_id = await invoicing.opportunity_of(ctx, given["invoice_id"])
    contacts = (await ctx.act.opportunity(opportunity_id)).contact_ids
    if not contacts:
        raise HeldError(
            f"Act! opportunity {opportunity_id} of HighLevel invoice {given['invoice_id']} has no contact any "
            "more; add one "
            "there and replay",
            cause="invoice.opportunity_without_contact",
        )
    return {"id": opportunity_id, "contact_id": contacts[0]}


OPERATION = Operation(
    id="act.opportunity.find_by_invoice",
    system="act",
    title="Find the opportunity of an invoice",
    description="Looks up for which opportunity a HighLevel invoice was made; ends the run where it was made for none.",
    input_schema=object_of({"invoice_id": needed(record_id("The invoice in HighLevel."))}),
    output_schema=object_schema(["id"], id=OPTIONAL_TEXT, contact_id=OPTIONAL_TEXT),
    example={"invoice_id": "6a1b2c3d4e5f60718293a4c1"},
    example_output={
        "id": "aaaaaaaa-0000-0000-0000-000000000001",
        "contact_id": "11111111-2222-3333-4444-555555555555",
    },
    scopes=("invoices.readonly",),
    permissions=("Access All Non-Private Data",),
    calls="1 of Act!",
    run=_run,
)
