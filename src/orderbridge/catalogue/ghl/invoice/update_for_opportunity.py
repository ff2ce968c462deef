"""An action: keep the invoice of an Act! opportunity as the opportunity is, and never make a second one."""

from __future__ import annotations

from orderbridge.catalogue import origin
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import flag, object_of, record_id, text
from orderbridge.catalogue.ghl import opportunity_invoice as its
from orderbridge.catalogue.ghl.invoice import SCOPES
from orderbridge.catalogue.ghl.invoice import create as single
from orderbridge.catalogue.ghl.invoice import update as change
from orderbridge.catalogue.ghl.invoice.create_for_opportunity import make
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.connectors.act.models import Opportunity
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject, fingerprint

_FIELDS = {
    "opportunity_id": record_id("The opportunity in Act!.", required=True),
    "status": text(
        "One that has no invoice yet gets it only in this status, or in the stage below.",
        type=["string", "null"],
    ),
    "stage": text("See status; with neither of them it gets one anyhow.", type=["string", "null"]),
    "create_contact": flag("Whether a customer whom HighLevel does not know is created there."),
    "currency": text(
        "Three letters; left out, the opportunity's, else the Act! database's.", minLength=3, maxLength=3
    ),
}


def _is_there(opportunity: Opportunity, given: JsonObject) -> bool:
    status, stage = given.get("status"), given.get("stage")
    if status is None and stage is None:
        return True
    return opportunity.status == status or (
        stage is not None and (opportunity.stage_name or "").casefold() == stage.strip().casefold()
    )


def _nothing(reason: str) -> RunEnds:
    return RunEnds(Ending.NOTHING_TO_DO, f"nothing to do: {reason}", output=origin.NOTHING_DONE)


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    opportunity_id = given["opportunity_id"]
    known = await ctx.remembered("ghl", its.KIND, opportunity_id)
    if known is None and not await its.is_wanted(ctx, opportunity_id):
        # Asked of our own memory: most opportunities that change were never to be invoiced.
        raise _nothing(f"Act! opportunity {opportunity_id} has no invoice and was not to get one")
    async with ctx.exclusive([its.place(opportunity_id)], system="ghl"):
        found = await its.find(ctx, opportunity_id)
        if found.gone is not None:
            raise _nothing(
                f"HighLevel's invoice {found.id} of Act! opportunity {opportunity_id} is {found.gone}"
            )
        if found.invoice is None:
            if not await its.is_wanted(ctx, opportunity_id):
                raise _nothing(f"the draft of Act! opportunity {opportunity_id} was taken back")
            opportunity = await ctx.act.opportunity(opportunity_id)
            if not _is_there(opportunity, given):
                raise _nothing(f"Act! opportunity {opportunity_id} is not to be invoiced as it stands now")
            # What stood in the way of the first attempt may be put right by now.
            return await make(ctx, given, opportunity)
        return await _follow(ctx, given, await ctx.act.opportunity(opportunity_id), found.invoice)


async def _follow(
    ctx: ActionContext, given: JsonObject, opportunity: Opportunity, invoice: JsonObject
) -> JsonObject:
    lines = await ctx.act.line_items(opportunity.id)
    currency = its.currency_of(ctx, given, opportunity)
    content = its.content_of(opportunity, lines, currency)
    await _same_customer(ctx, opportunity, invoice)
    there = its.shown_content(invoice)
    if await its.is_content(ctx, opportunity.id, content):
        return _unchanged(invoice)
    if invoice.get("status") != "draft":
        its.compare(opportunity, invoice)
        # Other words over the same amount: what people have in their hands stays as it is.
        return _unchanged(invoice)
    if currency != invoice.get("currency"):
        raise HeldError(
            f"Act! opportunity {opportunity.id} is in {currency} by now, and its draft {invoice['id']} in "
            "HighLevel is in "
            f"{invoice.get('currency')}; delete the draft there and invoice the opportunity again by hand, or correct "
            "the opportunity. No second invoice was made",
            cause="invoice.currency_differs",
        )
    if fingerprint(there) == fingerprint(content):
        # Changed by an attempt that did not come to its end.
        await its.sent_content(ctx, opportunity.id, content)
        return _unchanged(invoice)
    if not await its.is_content(ctx, opportunity.id, there):
        raise HeldError(
            f"HighLevel's draft {invoice['id']} for Act! opportunity {opportunity.id} was changed there by a "
            "person, and the "
            "opportunity was changed in Act!; make the two equal in one of them. No second invoice was made",
            cause="invoice.both_changed",
        )
    assert change.OPERATION.run is not None
    made = await change.OPERATION.run(ctx, {"invoice_id": invoice["id"], **content})
    await its.sent_content(ctx, opportunity.id, content)
    its.compare(opportunity, made["record"] or {"id": made["id"]})
    return made


def _unchanged(invoice: JsonObject) -> JsonObject:
    return {"id": invoice["id"], "verdict": "unchanged", "record": invoice}


async def _same_customer(ctx: ActionContext, opportunity: Opportunity, invoice: JsonObject) -> None:
    payer = invoice.get("contact_id")
    linked = await ctx.partners("ghl", "contact", str(payer), "contact")
    # Somebody whom a person named by hand need not be linked to anybody.
    if linked and opportunity.contact_ids and not set(linked) & set(opportunity.contact_ids):
        raise HeldError(
            f"HighLevel's invoice {invoice['id']} for Act! opportunity {opportunity.id} is for contact {payer}, who is "
            "not on the opportunity any more; change the customer there, or put the contact back in Act!. No second "
            "invoice was made",
            cause="invoice.customer_differs",
        )


OPERATION = Operation(
    id="ghl.invoice.update_for_opportunity",
    system="ghl",
    title="Keep the invoice of an Act! opportunity up to date",
    description=(
        "Changes the draft when the opportunity's lines changed; an invoice that was sent stays, and a difference in "
        "the amount is held. One that stood in the way of its first attempt is made now."
    ),
    input_schema=object_of(_FIELDS),
    output_schema=single.OPERATION.output_schema,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555"},
    example_output=single.OPERATION.example_output,
    scopes=("contacts.readonly", "contacts.write", "payments/orders.readonly", *SCOPES),
    permissions=("Access All Non-Private Data",),
    effects=frozenset({READS, WRITES}),
    calls="none where it has no invoice, else 2 of Act! and 1 to 4 of HighLevel",
    proof="read back by id and its total compared with Act!'s",
    run=_run,
)
