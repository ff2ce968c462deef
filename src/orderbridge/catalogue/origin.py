"""Where a sale began: an order never comes back as an invoice, and an invoice never as a second order.

An opportunity that came from a HighLevel order, or is linked to one, is never invoiced, whatever a person edits on
it. An order that HighLevel made of an invoice of ours belongs to the opportunity that the invoice was made for.
"""

from __future__ import annotations

from collections.abc import Sequence

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.core.order.lines import KEY_PREFIX
from orderbridge.catalogue.ghl.invoice import INVOICE, is_marked
from orderbridge.catalogue.ghl.order_bundle import INVOICE_SOURCE
from orderbridge.connectors.act.models import LineItem, Opportunity
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.errors import FlowError, HeldError, NotFoundError, RejectedError
from orderbridge.core.jsonio import JsonObject

ORDER, OPPORTUNITY, INVOICED = "order", "opportunity", "invoice"
SOURCE = "HighLevel"
NOTHING_DONE: JsonObject = {"id": None, "verdict": "unchanged", "record": None}


async def refuse_orders(ctx: ActionContext, opportunity: Opportunity, lines: Sequence[LineItem]) -> None:
    """Let nothing happen where an opportunity is an order of HighLevel.

    Raises:
        RunEnds: It is an order; there is nothing to do.
        HeldError: It carries the id or the lines of an order that is another opportunity: a copy, it seems.
    """
    orders = await ctx.partners("act", OPPORTUNITY, opportunity.id, ORDER)
    if orders:
        raise _is_order(opportunity, orders[0])
    if opportunity.source_id:
        await _refuse_copy(ctx, opportunity, opportunity.source_id)
        if (opportunity.source or "").casefold() == SOURCE.casefold():
            raise _is_order(opportunity, opportunity.source_id)
        if await _is_known_order(ctx, opportunity.source_id):
            raise _is_order(opportunity, opportunity.source_id)
    if any((line.item_number or "").startswith(KEY_PREFIX) for line in lines):
        raise HeldError(
            f"Act! opportunity {opportunity.id} ({opportunity.name}) has lines of a HighLevel order (item numbers "
            f"beginning with {KEY_PREFIX}), but nothing says of which, so it may be a copy of a sale that was billed "
            "there. Where it is a sale of its own, empty those item numbers in Act! and replay. Nothing was created",
            cause="invoice.order_lines",
        )


async def _refuse_copy(ctx: ActionContext, opportunity: Opportunity, order_id: str) -> None:
    linked = await ctx.partners("ghl", ORDER, order_id, OPPORTUNITY)
    same = [item.id for item in await ctx.act.opportunities_by_source_id(order_id)]
    others = sorted({*linked, *same} - {opportunity.id})
    if others:
        raise HeldError(
            f"Act! opportunity {opportunity.id} ({opportunity.name}) carries {order_id} as its source id, as "
            f"opportunity {', '.join(others)} does: a copy, it seems, and {order_id} was billed already. Where it is a "
            "sale of its own, empty source and source id in Act! and replay; else delete it. Nothing was created",
            cause="invoice.copied_opportunity",
        )


async def _is_known_order(ctx: ActionContext, order_id: str) -> bool:
    # A person may have changed the source, and a restored backup may lack the link; HighLevel knows its orders.
    try:
        await ctx.ghl.order(order_id)
    except (NotFoundError, RejectedError):
        return False
    return True


def _is_order(opportunity: Opportunity, order_id: str) -> RunEnds:
    return RunEnds(
        Ending.NOTHING_TO_DO,
        f"nothing to do: Act! opportunity {opportunity.id} ({opportunity.name}) is HighLevel order {order_id}, which "
        "is billed there",
        output=NOTHING_DONE,
    )


async def invoiced_opportunity(
    ctx: ActionContext, order_id: str, given: JsonObject, known_id: str | None
) -> str | None:
    """Return the opportunity to whose invoice an order belongs; None for an order that is a sale of its own.

    Args:
        ctx: The run.
        order_id: The order.
        given: ``invoice_id`` where the caller knows it, None where it knows that there is none; where it is
            left out, HighLevel is asked.
        known_id: The opportunity that is linked to the order already.

    Raises:
        HeldError: The invoice is one of ours, and which opportunity it was made for is not known any more.
    """
    if known_id is not None:
        return known_id if await ctx.partners("act", OPPORTUNITY, known_id, INVOICED) else None
    invoice_id = given["invoice_id"] if "invoice_id" in given else await _invoice_of(ctx, order_id)
    if invoice_id is None:
        return None
    return await opportunity_of(ctx, invoice_id)


async def opportunity_of(ctx: ActionContext, invoice_id: str, name: str | None = None) -> str | None:
    """Return the opportunity for which an invoice was made, None for an invoice that is not ours.

    Args:
        ctx: The run.
        invoice_id: The invoice.
        name: Its name; None reads it where that is needed.

    Raises:
        HeldError: It carries our mark, and which opportunity it was made for is not known any more.
    """
    found = await ctx.partners("ghl", INVOICED, invoice_id, OPPORTUNITY)
    if found:
        return found[0]
    if name is None:
        try:
            name = str(((await INVOICE.read(ctx, invoice_id, {})) or {}).get("name") or "")
        except (FlowError, RejectedError):
            return None
    if is_marked(name):
        raise HeldError(
            f"HighLevel invoice {invoice_id} ({name}) was made for an Act! opportunity that is not known here any "
            "more, so nothing of it is carried over. Find the opportunity by the mark in the invoice's name, invoice "
            "it once more with 'orderbridge ops call ghl.invoice.create_for_opportunity', which finds this invoice and "
            "makes no second one, and replay",
            cause="invoice.opportunity_unknown",
        )
    return None


async def _invoice_of(ctx: ActionContext, order_id: str) -> str | None:
    try:
        order = await ctx.ghl.order(order_id)
    except (FlowError, NotFoundError, RejectedError):
        # No HighLevel account, or no such order: nothing says that it is of an invoice.
        return None
    return order.source_id if order.source_type == INVOICE_SOURCE else None
