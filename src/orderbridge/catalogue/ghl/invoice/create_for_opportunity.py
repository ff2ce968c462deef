"""An action: invoice an Act! opportunity, exactly once."""

from __future__ import annotations

from decimal import Decimal

from orderbridge.catalogue.comparing import same
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import day, object_of, record_id, text
from orderbridge.catalogue.ghl import billing_fields as billing
from orderbridge.catalogue.ghl.invoice import INVOICE, SCOPES
from orderbridge.catalogue.ghl.invoice import create as single
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.connectors.act.models import LineItem, Opportunity
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

KIND = "invoice_of_opportunity"
_FIELDS = {
    "opportunity_id": record_id("The opportunity in Act!.", required=True),
    "contact_id": record_id(
        "Who pays, in HighLevel; left out, whoever is linked to the opportunity's contact."
    ),
    "currency": text(
        "Three letters; left out, the opportunity's, else the Act! database's.", minLength=3, maxLength=3
    ),
    "issue_date": day("The day that stands on it; left out, today."),
    "due_date": day("When it is due; left out, HighLevel takes what its settings say."),
    "live_mode": billing.LIVE,
}


def mark(opportunity_id: str) -> str:
    """Return our reference in the invoice's name, by which the invoice is found again."""
    digits = "".join(letter for letter in opportunity_id if letter.isalnum())
    return f"[Act! {digits[:12].lower()}]"


async def _customer(ctx: ActionContext, given: JsonObject, opportunity: Opportunity) -> str:
    if given.get("contact_id"):
        return str(given["contact_id"])
    linked = {
        source
        for contact in opportunity.contact_ids
        for source in await ctx.linked_sources("contact", contact)
    }
    if len(linked) != 1:
        raise HeldError(
            f"Act! opportunity {opportunity.id}: {len(linked) or 'none'} of HighLevel's contacts are linked to its "
            "contacts, so nobody can tell who pays; give contact_id. Nothing was created",
            cause="invoice.customer_unknown",
        )
    return linked.pop()


def _currency(ctx: ActionContext, given: JsonObject, opportunity: Opportunity) -> str:
    key = ctx.profile.currency_key
    own = {name.lower(): item for name, item in opportunity.custom_fields.items()}.get(key) if key else None
    currency = given.get("currency") or own or ctx.profile.base_currency
    if not currency:
        raise HeldError(
            f"Act! opportunity {opportunity.id} does not say in which currency it is, and the connection names none; "
            "give currency. Nothing was created",
            cause="invoice.currency_unknown",
        )
    return str(currency).upper()


def _content(opportunity: Opportunity, lines: list[LineItem], currency: str) -> JsonObject:
    """Return items and discount; HighLevel takes no item below 0, so such lines become the discount."""
    items, off = [], Decimal(0)
    for line in lines:
        price = line.price if line.discount_price is None else line.discount_price
        if line.quantity <= 0:
            continue
        if price < 0:
            off -= price * line.quantity
        else:
            name = line.name or opportunity.name
            items.append({"name": name, "amount": price, "qty": line.quantity, "currency": currency})
    if not items:
        raise HeldError(
            f"Act! opportunity {opportunity.id} has no line to invoice; add one there and repeat this",
            cause="invoice.nothing_to_invoice",
        )
    return {"items": items, "discount": {"type": "fixed", "value": off}}


async def _there(ctx: ActionContext, opportunity_id: str, contact_id: str) -> JsonObject | None:
    """Find the invoice by what we remember, else by our mark in its name; a void one does not count."""
    known = await ctx.remembered("ghl", KIND, opportunity_id)
    found = await INVOICE.read(ctx, known, {}) if known else None
    if found is not None and found.get("status") != "void":
        return found
    query = {"contactId": contact_id, "search": mark(opportunity_id)}
    async for row in INVOICE.listed(ctx, {}, most=100, query=query):
        if str(row.get("name")).endswith(mark(opportunity_id)) and row.get("status") != "void":
            return row
    return None


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    opportunity_id = given["opportunity_id"]
    opportunity = await ctx.act.opportunity(opportunity_id)
    contact_id = await _customer(ctx, given, opportunity)
    async with ctx.exclusive([f"{KIND}/{opportunity_id}"], system="ghl"):
        found = await _there(ctx, opportunity_id, contact_id)
        if found is not None:
            await ctx.remember("ghl", KIND, opportunity_id, str(found["id"]))
            _compare(opportunity, found)
            return {"id": found["id"], "verdict": "unchanged", "record": found}
        lines = await ctx.act.line_items(opportunity_id)
        wanted = _content(opportunity, lines, _currency(ctx, given, opportunity)) | {
            "contact_id": contact_id,
            "name": f"{opportunity.name} {mark(opportunity_id)}".strip(),
            "currency": _currency(ctx, given, opportunity),
            "issue_date": given.get("issue_date") or ctx.clock.now().date().isoformat(),
        }
        wanted |= {name: given[name] for name in ("due_date", "live_mode") if name in given}
        assert single.OPERATION.run is not None
        made = await single.OPERATION.run(ctx, wanted)
        if made["id"] is not None:
            await ctx.remember("ghl", KIND, opportunity_id, made["id"])
    _compare(opportunity, made["record"] or {"id": made["id"]})
    return made


def _compare(opportunity: Opportunity, invoice: JsonObject) -> None:
    total = invoice.get("total")
    if opportunity.product_total is None or same(total, opportunity.product_total):
        return
    advice = (
        "it is a draft that nobody has seen: correct it there, or delete it and repeat this"
        if invoice.get("status", "draft") == "draft"
        else "it was sent already: correct the opportunity, or void the invoice there and repeat this"
    )
    raise HeldError(
        f"HighLevel's invoice {invoice['id']} for Act! opportunity {opportunity.id} is over {total}, and the "
        f"opportunity is over {opportunity.product_total}; {advice}",
        cause="invoice.total_differs",
    )


OPERATION = Operation(
    id="ghl.invoice.create_for_opportunity",
    system="ghl",
    title="Create an invoice for an Act! opportunity",
    description=(
        "Makes a draft of an invoice with the opportunity's lines, exactly once for each opportunity; its name carries "
        "a mark by which it is found again, and the totals are compared."
    ),
    input_schema=object_of(_FIELDS),
    output_schema=single.OPERATION.output_schema,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555", "due_date": "2026-04-01"},
    example_output=single.OPERATION.example_output,
    scopes=("contacts.readonly", *SCOPES),
    permissions=("Access All Non-Private Data",),
    effects=frozenset({READS, WRITES}),
    calls="2 of Act!, and 4 of HighLevel or 1 where it is there",
    proof="read back by id and its total compared with Act!'s; found again by the mark in its name",
    run=_run,
)
