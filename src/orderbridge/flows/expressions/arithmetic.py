"""Exact numbers: sums, differences and products lose nothing; what cannot be exact says how far it goes.

Whole numbers are ``int`` or ``Decimal``, fractions are ``Decimal``, and nothing is ever a float.
"""

from __future__ import annotations

import re
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    Subnormal,
    Underflow,
    localcontext,
)
from typing import Any

from orderbridge.flows.expressions.problems import ComputeError

# As far as JSON numbers may go in this product (core/jsonio.py).
FURTHEST = 400
# Digits of a quotient, a root, or a power that no decimal number can show: those of IEEE 754's decimal128.
QUOTIENT_DIGITS = 34

_BEYOND = [InvalidOperation, DivisionByZero, Overflow, Underflow, Subnormal]
_EXACT = Context(
    prec=FURTHEST, rounding=ROUND_HALF_EVEN, Emin=-FURTHEST, Emax=FURTHEST, traps=[*_BEYOND, Inexact]
)
_ROUNDED = Context(
    prec=QUOTIENT_DIGITS, rounding=ROUND_HALF_EVEN, Emin=-FURTHEST, Emax=FURTHEST, traps=_BEYOND
)
# For rounding that was asked for.
WIDE = Context(prec=2 * FURTHEST, rounding=ROUND_HALF_EVEN, Emin=-FURTHEST, Emax=FURTHEST, traps=_BEYOND)

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_MOST_PLACES = 100
_LONGEST_NUMBER = 1000

Number = int | Decimal


def is_number(value: Any) -> bool:
    """Tell whether ``value`` is a number; true and false are none."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def parse(text: str) -> Decimal:
    """Read a number as JSON writes it.

    Raises:
        ComputeError: It is none, or goes too far.
    """
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise ComputeError("reads a text as a number that is not written like 1234.50", cause="not_a_number")
    try:
        return ranged(Decimal(text))
    except DecimalException as error:
        raise _too_far() from error


def ranged(value: Decimal) -> Decimal:
    """Return ``value``, unless it goes too far.

    Raises:
        ComputeError: It does.
    """
    if value and abs(value.adjusted()) > FURTHEST:
        raise _too_far()
    return value


def _too_far() -> ComputeError:
    return ComputeError(
        f"gives a number that is too large, too small, or has more than {FURTHEST} digits",
        cause="number_out_of_range",
    )


def _exactly(operation: Any, *numbers: Number) -> Decimal:
    try:
        result: Decimal = operation(*(Decimal(number) for number in numbers))
    except DecimalException as error:
        raise _too_far() from error
    return result


def add(left: Number, right: Number) -> Decimal:
    """Add, exactly."""
    return _exactly(_EXACT.add, left, right)


def subtract(left: Number, right: Number) -> Decimal:
    """Subtract, exactly."""
    return _exactly(_EXACT.subtract, left, right)


def multiply(left: Number, right: Number) -> Decimal:
    """Multiply, exactly."""
    return _exactly(_EXACT.multiply, left, right)


def divide(left: Number, right: Number) -> Decimal:
    """Divide; exact where 34 digits are enough, else rounded half even to 34.

    Raises:
        ComputeError: By zero, or too far.
    """
    if not right:
        raise ComputeError("divides by zero", cause="divides_by_zero")
    return _exactly(_ROUNDED.divide, left, right)


def remainder(left: Number, right: Number) -> Decimal:
    """What a division of whole parts leaves, with the sign of ``left``, exactly."""
    if not right:
        raise ComputeError("divides by zero", cause="divides_by_zero")
    return _exactly(_EXACT.remainder, left, right)


def negate(value: Number) -> Number:
    """Turn the sign round; zero stays zero."""
    return -value if isinstance(value, int) else value.copy_negate() if value else value


def total(numbers: list[Number]) -> Number:
    """Add all up, exactly."""
    result: Number = 0
    for number in numbers:
        result = add(result, number)
    return result


def rounded(value: Number, places: Number = 0) -> Decimal:
    """Round half even to this many digits after the point; negative ones round tens, hundreds and so on.

    Raises:
        ComputeError: ``places`` is no whole number, or more than 100.
    """
    places = whole(places, "rounds to a number of digits that is no whole number")
    if abs(places) > _MOST_PLACES:
        raise ComputeError(f"rounds to more than {_MOST_PLACES} digits", cause="number_out_of_range")
    result = _exactly(lambda number: number.quantize(Decimal(1).scaleb(-places), context=WIDE), value)
    return result if places >= 0 else Decimal(int(result))


def floor(value: Number) -> int:
    """The next whole number below."""
    return int(Decimal(value).to_integral_value(ROUND_FLOOR))


def ceiling(value: Number) -> int:
    """The next whole number above."""
    return int(Decimal(value).to_integral_value(ROUND_CEILING))


def root(value: Number) -> Decimal:
    """The square root; exact where 34 digits are enough, else rounded half even to 34."""
    if value < 0:
        raise ComputeError("takes the square root of a negative number", cause="no_result")
    return _exactly(_ROUNDED.sqrt, value)


def power(base: Number, exponent: Number) -> Decimal:
    """Raise to a power; exact for whole exponents while that takes no more than 400 digits, else to 34 digits."""
    base, exponent = Decimal(base), Decimal(exponent)
    if not base and exponent < 0:
        raise ComputeError("divides by zero", cause="divides_by_zero")
    if base < 0 and exponent != exponent.to_integral_value():
        raise ComputeError("takes a fraction of a power of a negative number", cause="no_result")
    if not exponent:
        return Decimal(1)
    if exponent == exponent.to_integral_value() and len(base.as_tuple().digits) * abs(exponent) <= FURTHEST:
        result = _exactly(lambda one: _EXACT.power(one, abs(int(exponent))), base)
        return result if exponent > 0 else divide(1, result)
    return _exactly(_ROUNDED.power, base, exponent)


def whole(value: Number, what: str) -> int:
    """Return ``value`` as an integer.

    Raises:
        ComputeError: It is none; ``what`` is the reason.
    """
    if isinstance(value, Decimal) and value != value.to_integral_value():
        raise ComputeError(what, cause="not_whole")
    return int(value)


def plain(value: Decimal) -> Number:
    """Return a number as JSON should show it: 100, not 1E+2; all digits of a fraction, also its last zeros."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= 0:
        return int(value)
    return value


def written(value: Number) -> str:
    """Write a number without an exponent, with the digits that it has."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def wide() -> Any:
    """A block in which the library's own decimals round only where it asks for it."""
    return localcontext(WIDE)
