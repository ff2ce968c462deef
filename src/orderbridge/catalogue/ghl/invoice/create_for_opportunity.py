"""An action: invoice an Act! opportunity, exactly once."""

from __future__ import annotations

from orderbridge.catalogue import customer, origin
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import day, flag, object_of, record_id, text
from orderbridge.catalogue.ghl import billing_fields as billing
from orderbridge.catalogue.ghl import opportunity_invoice as its
from orderbridge.catalogue.ghl.invoice import SCOPES, mark
from orderbridge.catalogue.ghl.invoice import create as single
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.connectors.act.models import Opportunity
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

_FIELDS = {
    "opportunity_id": record_id("The opportunity in Act!.", required=True),
    "contact_id": record_id(
        "Who pays, in HighLevel; left out, whoever is linked to the opportunity's contact, else who has its e-mail "
        "address or phone number."
    ),
    "create_contact": flag("Whether a customer whom HighLevel does not know is created there."),
    "again": flag("Whether it is invoiced once more although a person voided or deleted its invoice."),
    "currency": text(
        "Three letters; left out, the opportunity's, else the Act! database's.", minLength=3, maxLength=3
    ),
    "issue_date": day("The day that stands on it; left out, today."),
    "due_date": day("When it is due; left out, HighLevel takes what its settings say."),
    "live_mode": billing.LIVE,
}
_OVER = ("Lost", "Inactive")


async def make(ctx: ActionContext, given: JsonObject, opportunity: Opportunity) -> JsonObject:
    """Find the invoice of an opportunity, or make it; the caller keeps others away from it."""
    found = await its.find(ctx, opportunity.id)
    if found.invoice is not None:
        assert found.id is not None
        await its.keep(ctx, opportunity.id, found.id)
        its.compare(opportunity, found.invoice)
        return {"id": found.id, "verdict": "unchanged", "record": found.invoice}
    lines = await ctx.act.line_items(opportunity.id)
    await origin.refuse_orders(ctx, opportunity, lines)
    if found.gone is not None and not given.get("again"):
        raise HeldError(
            f"HighLevel's invoice {found.id} for Act! opportunity {opportunity.id} ({opportunity.name}) was "
            f"{'voided' if found.gone == its.VOID else 'deleted'} there by a person, so none is made in its place by "
            "itself; where one is wanted, call 'orderbridge ops call ghl.invoice.create_for_opportunity' with again",
            cause=f"invoice.{found.gone}",
        )
    if opportunity.status in _OVER:
        raise RunEnds(
            Ending.NOTHING_TO_DO,
            f"nothing to do: Act! opportunity {opportunity.id} is {opportunity.status.lower()} by now",
            output=origin.NOTHING_DONE,
        )
    await its.want(ctx, opportunity.id)
    currency = its.currency_of(ctx, given, opportunity)
    content = its.content_of(opportunity, lines, currency)
    contact_id = given.get("contact_id") or await _customer(ctx, given, opportunity)
    wanted = content | {
        "contact_id": contact_id,
        "name": f"{opportunity.name} {mark(opportunity.id)}".strip(),
        "currency": currency,
        "issue_date": given.get("issue_date") or ctx.clock.now().date().isoformat(),
    }
    wanted |= {name: given[name] for name in ("due_date", "live_mode") if given.get(name) is not None}
    assert single.OPERATION.run is not None
    made = await single.OPERATION.run(ctx, wanted)
    if made["id"] is not None:
        await its.keep(ctx, opportunity.id, made["id"])
        await its.sent_content(ctx, opportunity.id, content)
    its.compare(opportunity, made["record"] or {"id": made["id"]})
    return made


async def _customer(ctx: ActionContext, given: JsonObject, opportunity: Opportunity) -> str:
    found = await customer.of_contacts(
        ctx,
        opportunity.contact_ids,
        create=bool(given.get("create_contact")),
        subject=f"Act! opportunity {opportunity.id} ({opportunity.name})",
    )
    return found.id


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    opportunity_id = given["opportunity_id"]
    async with ctx.exclusive([its.place(opportunity_id)], system="ghl"):
        return await make(ctx, given, await ctx.act.opportunity(opportunity_id))


OPERATION = Operation(
    id="ghl.invoice.create_for_opportunity",
    system="ghl",
    title="Create an invoice for an Act! opportunity",
    description=(
        "Makes a draft of an invoice with the opportunity's lines, exactly once for each opportunity; its name carries "
        "a mark by which it is found again, and the totals are compared. What came from a HighLevel order is "
        "left alone."
    ),
    input_schema=object_of(_FIELDS),
    output_schema=single.OPERATION.output_schema,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555", "due_date": "2026-04-01"},
    example_output=single.OPERATION.example_output,
    scopes=("contacts.readonly", "contacts.write", "payments/orders.readonly", *SCOPES),
    permissions=("Access All Non-Private Data",),
    effects=frozenset({READS, WRITES}),
    calls="2 of Act!, and 4 of HighLevel or 1 where it is there",
    proof="read back by id and its total compared with Act!'s; found again by the mark in its name",
    run=_run,
)
