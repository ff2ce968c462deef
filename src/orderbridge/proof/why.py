"""Why an amount is not the same on both sides: a reason code, and its evidence."""

from __future__ import annotations

from orderbridge.catalogue.core.order.lines import KEY_PREFIX
from orderbridge.connectors.act.models import Opportunity
from orderbridge.proof.invoiced import Pairs
from orderbridge.proof.measures import ORDERED, PAID, UNEXPLAINED, Positions


def reason_of(
    order_id: str,
    measure: str,
    left: Positions,
    right: Positions,
    why: tuple[str, str] | None,
    edited: dict[str, Opportunity],
    known: Pairs,
) -> tuple[str, str]:
    """Return the reason for one difference; ``why`` is what our own tables know of it."""
    if why is not None:
        return why
    if order_id in known.of_invoices:
        return _invoice_reason(order_id, measure, right, known.of_invoices[order_id], edited)
    in_left = any(key[0] == order_id for key in left)
    in_right = any(key[0] == order_id for key in right)
    if in_left and not in_right:
        return (
            "missing_in_act",
            f"HighLevel order {order_id} has no opportunity in Act!; 'orderbridge poll --once' fetches it",
        )
    if in_right and not in_left:
        return (
            "missing_in_highlevel",
            f"Act! holds an opportunity for HighLevel order {order_id}, which HighLevel does not show",
        )
    opportunity = edited.get(order_id)
    if measure == ORDERED and opportunity is not None:
        return (
            "opportunity_edited",
            f"the lines of Act! opportunity {opportunity.id} do not come to the order's amount; lines whose item "
            f"number does not begin with {KEY_PREFIX} were added by a person",
        )
    return UNEXPLAINED, f"{measure} of HighLevel order {order_id} differs and nothing says why"


def _invoice_reason(
    invoice_id: str, measure: str, right: Positions, opportunity_id: str, edited: dict[str, Opportunity]
) -> tuple[str, str]:
    if measure == ORDERED and invoice_id not in edited:
        return (
            "missing_in_act",
            f"HighLevel invoice {invoice_id} was made for Act! opportunity {opportunity_id}, which Act! does not show",
        )
    if measure == ORDERED:
        return (
            "invoice_differs",
            f"HighLevel invoice {invoice_id} is over another amount than Act! opportunity {opportunity_id}; "
            "one of the two "
            "was edited after the other was made",
        )
    if not any(key[0] == invoice_id and key[1] == PAID for key in right):
        return (
            "payment_not_carried",
            f"Act! holds no payment of HighLevel invoice {invoice_id}; the template act-orders-to-invoices "
            "carries them",
        )
    return UNEXPLAINED, f"{measure} of HighLevel invoice {invoice_id} differs and nothing says why"
