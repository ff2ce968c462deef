"""What comes first of groups that hold money in several currencies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

RULE = (
    "The most money first: what counts is a group's largest amount in any one currency, as a plain number of that "
    "currency's unit, because no exchange rate is known here; then how many there are; then the oldest."
)


def rank(money: Mapping[str, Decimal], count: int, since: datetime | None, name: str) -> tuple[object, ...]:
    """Return what groups are sorted by, as ``RULE`` says; the name makes the order the same every time."""
    most = max((abs(amount) for amount in money.values()), default=Decimal(-1))
    return (-most, -count, since.timestamp() if since else 0.0, name)
