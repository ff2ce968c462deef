"""Exact money: a decimal in major units with its currency beside it.

HighLevel and Act! both send plain decimal numbers in major units (150.1 means 150.10), so nothing
here multiplies by 100 and nothing is ever a float.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from iso4217 import Currency

from orderbridge.core.errors import BadRecordError


@cache
def minor_digits(currency: str) -> int:
    """Return how many digits follow the decimal point in ``currency`` (ISO 4217).

    Raises:
        BadRecordError: ``currency`` is no ISO 4217 code, or has no minor unit (gold, test codes).
    """
    try:
        digits = Currency(currency).exponent
    except ValueError:
        digits = None
    if digits is None:
        raise BadRecordError(
            f"currency {currency!r} is not a currency of ISO 4217; correct it at its source",
            cause="money.unknown_currency",
        )
    return int(digits)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount with its currency.

    Attributes:
        amount: Major units, never rounded on construction.
        currency: ISO 4217 code in upper case.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"money takes a Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite():
            raise BadRecordError(f"amount {self.amount} is not a number", cause="money.not_finite")

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in ``currency``."""
        return cls(Decimal(0), currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __bool__(self) -> bool:
        return self.amount != 0

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")
        return other.amount

    def rounded(self) -> Money:
        """Round half up to the currency's own minor unit."""
        return Money(quantized(self.amount, self.currency), self.currency)

    def __str__(self) -> str:
        return f"{quantized(self.amount, self.currency):,} {self.currency}"


def quantized(amount: Decimal, currency: str) -> Decimal:
    """Round ``amount`` half up to the minor unit of ``currency``."""
    return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), rounding=ROUND_HALF_UP)


def is_whole_minor(amount: Decimal, currency: str) -> bool:
    """Tell whether ``amount`` needs no rounding in ``currency``."""
    return amount == quantized(amount, currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Add up ``amounts``, all of which must be in ``currency``."""
    result = Money.zero(currency)
    for amount in amounts:
        result += amount
    return result
