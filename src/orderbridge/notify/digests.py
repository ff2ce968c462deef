"""The text of a grouped message: what it lists, and what the amounts come to in each currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from orderbridge.core.money import Money
from orderbridge.store.digests import OWN_PREFIX, Entry

# A chat shows no endless message; the totals count every line.
MOST_LINES = 40


def heading(title: str, entries: Sequence[Entry]) -> str:
    """The title with how many lines there are."""
    count = sum(not item.reference.startswith(OWN_PREFIX) for item in entries)
    return title if count < 2 else f"{title} ({count})"


def body(entries: Sequence[Entry]) -> str:
    """The lines, and under them the totals by group and currency."""
    shown = [item.line for item in entries[:MOST_LINES]]
    if len(entries) > MOST_LINES:
        shown.append(f"… and {len(entries) - MOST_LINES} more")
    totals = total_lines(entries)
    return "\n".join([*shown, "", *totals] if totals else shown)


def total_lines(entries: Sequence[Entry]) -> list[str]:
    """Add up the amounts of each group and currency, in the order in which they came.

    >>> total_lines([Entry(reference="1", line="", group="paid", amount=Decimal("1.50"), currency="USD")] * 2)
    ['paid: 3.00 USD (2)']
    """
    sums: dict[tuple[str, str], tuple[Decimal, int]] = defaultdict(lambda: (Decimal(0), 0))
    for item in entries:
        if item.group is not None and item.amount is not None and item.currency is not None:
            amount, count = sums[item.group, item.currency]
            sums[item.group, item.currency] = (amount + item.amount, count + 1)
    return [
        f"{group}: {Money(amount, currency)} ({count})" for (group, currency), (amount, count) in sums.items()
    ]
