"""What is compared of every sale."""

from __future__ import annotations

from decimal import Decimal

ORDERED, PAID, REFUNDED = "ordered", "paid", "refunded"
MEASURES = (ORDERED, PAID, REFUNDED)
UNEXPLAINED = "unexplained"

Amounts = dict[str, Decimal]
# (order id, measure, currency) → amount
Positions = dict[tuple[str, str, str], Decimal]
