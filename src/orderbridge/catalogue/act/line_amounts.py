"""What line items come to, exactly, and whether what Act! shows is that."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from orderbridge.core.jsonio import JsonObject

_CENT, _HALF_CENT = Decimal("0.01"), Decimal("0.005")


def amount(line: JsonObject) -> Decimal:
    """Return price by quantity, exactly."""
    return Decimal(line["price"]) * Decimal(line["quantity"])


def amount_of(lines: Iterable[JsonObject]) -> Decimal:
    """Return what lines come to together, exactly."""
    return sum(map(amount, lines), Decimal(0))


def amount_seen(found: Any, lines: Iterable[JsonObject]) -> Any:
    """Return the exact amount where what Act! shows is that, else what it shows.

    A line whose price by quantity is not whole cents may be shown rounded, so each of these is granted half a
    cent; where all are whole cents, nothing is granted.

    >>> amount_seen(Decimal("0.34"), [{"price": Decimal("0.33"), "quantity": 1}])
    Decimal('0.34')
    >>> amount_seen(Decimal("0.17"), [{"price": Decimal("0.33"), "quantity": Decimal("0.5")}])
    Decimal('0.165')
    """
    every = list(lines)
    exact = amount_of(every)
    if not isinstance(found, int | Decimal) or isinstance(found, bool):
        return found
    granted = _HALF_CENT * sum(amount(line) % _CENT != 0 for line in every)
    return exact if abs(Decimal(found) - exact) <= granted else found
