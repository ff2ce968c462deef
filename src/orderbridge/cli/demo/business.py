"""What the demo's business has switched on: every template, each with what its owner decided."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject


def templates(*, product: str, price: str, user: str, channel: str = "") -> dict[str, JsonObject]:
    """Return every template's settings, by its name.

    Args:
        product: What a new lead of Act! is invoiced for, in HighLevel.
        price: Of that product.
        user: The HighLevel user in whose name invoices are marked as sent; nobody is written to.
        channel: Where finance hears of money; empty, and nobody is told.
    """
    return {
        "orders-to-opportunities": {},
        "transactions-to-finance": {"channel": channel},
        "refunds-to-act": {"channel": channel},
        "subscriptions-to-act": {},
        "failed-payments-to-tasks": {},
        "fulfilments-to-tasks": {},
        "tasks-to-fulfilments": {},
        "act-orders-to-invoices": {
            "mark_sent_as": user,
            "money_received": "event.custom_fields.opportunity_field_2",
            "status_field": "opportunity_field_1",
        },
        "act-leads-to-invoices": {"product": product, "price": price},
        "payment-status-both-sides": {"withdraw_drafts": True},
        "contacts-two-way": {"create": "both"},
    }
