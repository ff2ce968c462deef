"""An invoice that was made for an opportunity, as HighLevel shows it now: with what was paid and given back of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from orderbridge.catalogue import origin
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.ghl.invoice import INVOICE
from orderbridge.catalogue.ghl.order_bundle import PAID_STATUSES
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

# HighLevel's own words, and ours for what it has none for.
STATES = (
    "draft", "sent", "payment_processing", "partially_paid", "paid", "partially_refunded", "refunded", "void",
    "deleted",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an invoice stands.

    Attributes:
        state: One of ``STATES``, or a word that HighLevel adds one day.
        paid: What was paid altogether; ``refunded`` of it was given back.
    """

    invoice_id: str
    number: str
    state: str
    total: Decimal
    currency: str
    paid: Decimal
    refunded: Decimal


async def opportunity_of(ctx: ActionContext, invoice_id: str, name: str | None = None) -> str:
    """Return the opportunity of an invoice.

    Raises:
        RunEnds: The invoice was not made for one; there is nothing to do.
        HeldError: It was, and which one is not known any more.
    """
    found = await origin.opportunity_of(ctx, invoice_id, name)
    if found is None:
        raise RunEnds(
            Ending.NOTHING_TO_DO,
            f"nothing to do: HighLevel invoice {invoice_id} was not made for an Act! opportunity",
            output={"id": None, "verdict": "unchanged"},
        )
    return found


async def read(ctx: ActionContext, invoice_id: str, opportunity_id: str, last: JsonObject) -> Standing:
    """Read an invoice and its payments.

    Args:
        ctx: The run.
        invoice_id: The invoice.
        opportunity_id: For which it was made; orders that HighLevel made of it are found by it.
        last: The invoice as it was seen last, for one that is gone.

    Raises:
        HeldError: It is gone, and nothing is known of it.
    """
    there = await INVOICE.read(ctx, invoice_id, {})
    shown = there or last
    if "total" not in shown or "currency" not in shown:
        raise HeldError(
            f"HighLevel invoice {invoice_id} is gone and nothing is known of it here", cause="invoice.missing"
        )
    paid = refunded = Decimal(0)
    for place in (invoice_id, *await ctx.partners("act", "opportunity", opportunity_id, "order")):
        async for item in ctx.ghl.transactions(entity_id=place):
            if item.status in PAID_STATUSES and item.currency == shown["currency"]:
                paid += item.amount
                refunded += item.refunded
    return Standing(
        invoice_id=invoice_id,
        number=str(shown.get("invoice_number") or invoice_id),
        state="deleted" if there is None else _state(str(shown.get("status")), paid, refunded),
        total=Decimal(shown["total"]),
        currency=str(shown["currency"]),
        paid=paid,
        refunded=refunded,
    )


def _state(status: str, paid: Decimal, refunded: Decimal) -> str:
    # A refund does not show in the invoice's own status.
    if status in ("paid", "partially_paid") and refunded:
        return "refunded" if refunded >= paid else "partially_refunded"
    return status
