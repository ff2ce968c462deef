"""The one invoice of an Act! opportunity: what it shall hold, and how it is found again."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from orderbridge.catalogue.comparing import same
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.ghl.invoice import INVOICE, mark
from orderbridge.connectors.act.models import LineItem, Opportunity
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject, fingerprint
from orderbridge.core.money import quantized

KIND = "invoice_of_opportunity"
# What is remembered in the place of an invoice's id: an order that waits for its invoice, a draft taken back by us.
_WITHDRAWN = "withdrawn"
_WANTED, _CONTENT = "invoice_wanted", "invoice_content"
VOID, DELETED = "void", "deleted"


@dataclass(frozen=True, slots=True)
class Found:
    """What became of an opportunity's invoice.

    Attributes:
        invoice: As HighLevel shows it; None where there is none, or none that counts.
        gone: ``void`` or ``deleted``: there was one, and a person took it back.
        id: Of the invoice that is there or was.
    """

    invoice: JsonObject | None = None
    gone: str | None = None
    id: str | None = None


def place(opportunity_id: str) -> str:
    """What two callers with one opportunity wait for."""
    return f"{KIND}/{opportunity_id}"


async def known(ctx: ActionContext, opportunity_id: str) -> str | None:
    """Return the id of the invoice by our own memory, without a call; None where there is none."""
    remembered = await ctx.remembered("ghl", KIND, opportunity_id)
    return None if remembered == _WITHDRAWN else remembered


async def find(ctx: ActionContext, opportunity_id: str) -> Found:
    """Find the invoice by what we remember, else by our mark in its name."""
    known = await ctx.remembered("ghl", KIND, opportunity_id)
    if known == _WITHDRAWN:
        return Found()
    if known is not None:
        invoice = await INVOICE.read(ctx, known, {})
        if invoice is None:
            return Found(gone=DELETED, id=known)
        if invoice.get("status") == VOID:
            return Found(gone=VOID, id=known)
        return Found(invoice, id=known)
    gone = Found()
    async for row in INVOICE.listed(ctx, {}, most=100, query={"search": mark(opportunity_id)}):
        if not str(row.get("name")).strip().endswith(mark(opportunity_id)):
            continue
        if row.get("status") != VOID:
            return Found(row, id=str(row["id"]))
        gone = Found(gone=VOID, id=str(row["id"]))
    return gone


async def keep(ctx: ActionContext, opportunity_id: str, invoice_id: str) -> None:
    """Remember which invoice is the opportunity's, in both directions."""
    await ctx.remember("ghl", KIND, opportunity_id, invoice_id)
    await ctx.pair(("invoice", invoice_id), ("opportunity", opportunity_id), how="created")


async def withdrawn(ctx: ActionContext, opportunity_id: str) -> None:
    """Remember that we took the draft back ourselves, so that a sale that is won again is invoiced again."""
    await ctx.remember("ghl", KIND, opportunity_id, _WITHDRAWN)
    await ctx.remember("ghl", _WANTED, opportunity_id, "no")


async def want(ctx: ActionContext, opportunity_id: str) -> None:
    """Remember that the opportunity is to be invoiced, whatever stands in the way at this moment."""
    await ctx.remember("ghl", _WANTED, opportunity_id, "yes")


async def is_wanted(ctx: ActionContext, opportunity_id: str) -> bool:
    """Tell whether the opportunity was to be invoiced once."""
    return await ctx.remembered("ghl", _WANTED, opportunity_id) == "yes"


async def sent_content(ctx: ActionContext, opportunity_id: str, content: JsonObject) -> None:
    """Remember what the invoice was last made of."""
    await ctx.remember("ghl", _CONTENT, opportunity_id, fingerprint(content))


async def is_content(ctx: ActionContext, opportunity_id: str, content: JsonObject) -> bool:
    """Tell whether the invoice was last made of this."""
    return await ctx.remembered("ghl", _CONTENT, opportunity_id) == fingerprint(content)


def shown_content(invoice: JsonObject) -> JsonObject:
    """Return what HighLevel shows of an invoice, in the shape of what it was made of."""
    discount = invoice.get("discount") or {}
    names = ("name", "amount", "qty", "currency")
    return {
        "items": [{name: item.get(name) for name in names} for item in invoice.get("invoice_items") or []],
        "discount": {name: discount.get(name) for name in ("type", "value")},
    }


def currency_of(ctx: ActionContext, given: JsonObject, opportunity: Opportunity) -> str:
    """Return the currency of an opportunity.

    Raises:
        HeldError: Nothing says it.
    """
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


def content_of(opportunity: Opportunity, lines: list[LineItem], currency: str) -> JsonObject:
    """Return items and discount; HighLevel takes no item below 0, so such lines become the discount.

    Raises:
        HeldError: There is nothing to pay.
    """
    items, off, total = [], Decimal(0), Decimal(0)
    for line in lines:
        price = line.price if line.discount_price is None else line.discount_price
        if line.quantity <= 0:
            continue
        total += price * line.quantity
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
    if total <= 0:
        raise HeldError(
            f"the lines of Act! opportunity {opportunity.id} come to {total}, and nobody is sent an invoice over that; "
            "correct its lines there and repeat this. Nothing was created",
            cause="invoice.nothing_to_pay",
        )
    if total != quantized(total, currency):
        raise HeldError(
            f"the lines of Act! opportunity {opportunity.id} come to {total} {currency}, and no invoice can "
            "be over a part of "
            "the smallest coin; correct its lines there and repeat this. Nothing was created",
            cause="invoice.total_differs",
        )
    return {"items": items, "discount": {"type": "fixed", "value": off}}


def compare(opportunity: Opportunity, invoice: JsonObject) -> None:
    """Compare the totals, to the cent.

    Raises:
        HeldError: They differ.
    """
    total = invoice.get("total")
    if opportunity.product_total is None or same(total, opportunity.product_total):
        return
    advice = (
        "it is a draft that nobody has seen: correct it there, or the opportunity in Act!"
        if invoice.get("status", "draft") == "draft"
        else "it was sent already and is left as it is: correct the opportunity, or void the invoice there and invoice "
        "the opportunity again by hand"
    )
    raise HeldError(
        f"HighLevel's invoice {invoice['id']} for Act! opportunity {opportunity.id} is over {total}, and the "
        f"opportunity is over {opportunity.product_total}; {advice}. No second invoice was made",
        cause="invoice.total_differs",
    )
