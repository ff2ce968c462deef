"""What is compared of every sale."""

from __future__ import annotations

from decimal import Decimal

ORDERED, PAID, REFUNDED = "ordered", "paid", "refunded"
MEASURES = (ORDERED, PAID, REFUNDED)
# What an order's amount is made of, where lines are read; tax and shipping are one where a side does not split them.
DISCOUNTED, TAXED, SHIPPED, TAX_AND_SHIPPING = "discounted", "taxed", "shipped", "tax_and_shipping"
PARTS = (DISCOUNTED, TAXED, SHIPPED, TAX_AND_SHIPPING)
# What is ordered and not paid yet; it follows from the others and has no difference of its own.
OUTSTANDING = "outstanding"
UNEXPLAINED = "unexplained"

Amounts = dict[str, Decimal]
