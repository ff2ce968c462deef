"""Money and other numbers, exact: as texts in the notation that is named, and back."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from orderbridge.catalogue.fields import choice, needed, text, whole
from orderbridge.core.errors import BadRecordError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import minor_digits
from orderbridge.flows.conversions.conversion import Conversion, refused, text_of

_POINT, _COMMA = "point", "comma"
_SIGNS = {_POINT: ".", _COMMA: ","}
# Between thousands: the other sign, blanks of three widths, and the Swiss apostrophe.
_GROUPS = {_POINT: ",", _COMMA: "."}
_BLANKS = " \u00a0\u202f'\u2019"
_SYMBOLS = {
    "€": {"EUR"},
    "£": {"GBP"},
    "¥": {"JPY", "CNY"},
    "₹": {"INR"},
    "$": {
        "USD",
        "CAD",
        "AUD",
        "NZD",
        "SGD",
        "HKD",
        "TWD",
        "MXN",
        "CLP",
        "COP",
        "ARS",
        "BSD",
        "BBD",
        "BZD",
        "JMD",
    },
}
_DIGITS = 60
_MOST_PLACES = 12
_REFUSE, _ROUND = "refuse", "round"
_DECIMAL = choice("The decimal sign of texts; point unless given.", [_POINT, _COMMA])
_TO = choice("Whether a number or a text comes of it; number unless given.", ["number", "text"])


def _money(value: Any, options: JsonObject) -> Any:
    currency = options["currency"]
    try:
        places = minor_digits(currency)
    except (BadRecordError, AttributeError, TypeError) as error:
        raise refused("money", currency, "is given as currency and is no code of ISO 4217") from error
    amount = _read("money", value, options, currency)
    return _written(_placed("money", amount, places, options), options)


def _number(value: Any, options: JsonObject) -> Any:
    amount = _read("number", value, options, None)
    if "places" in options:
        amount = _placed("number", amount, options["places"], options)
    return _written(amount, options)


def _read(name: str, value: Any, options: JsonObject, currency: str | None) -> Decimal:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        amount = Decimal(value)
        if not amount.is_finite():
            raise refused(name, value, "is not finite")
        return amount
    notation = options.get("decimal", _POINT)
    wanted = "is no number like " + ("1,234.56" if notation == _POINT else "1.234,56")
    typed = text_of(name, value, wanted)
    if currency is not None:
        typed = _bare(typed, currency, value)
    negative = typed.startswith("(") and typed.endswith(")")
    if negative:
        typed = typed[1:-1].strip()
    plain = _plain(typed, notation)
    if plain is None or (negative and plain.startswith(("-", "+"))):
        raise refused(name, value, wanted)
    return Decimal(plain).copy_negate() if negative else Decimal(plain)


def _plain(typed: str, notation: str) -> str | None:
    sign, group = re.escape(_SIGNS[notation]), _GROUPS[notation]
    # Whole groups of three, all parted alike: 1,23 is no way of writing 123, nor of writing 1.23.
    pattern = rf"([-+\u2212]?)(\d+|\d{{1,3}}(?:([{re.escape(group + _BLANKS)}])\d{{3}}(?:\3\d{{3}})*))(?:{sign}(\d+))?"
    found = re.fullmatch(pattern, typed, re.ASCII)
    if found is None:
        return None
    digits = re.sub(r"\D", "", found[2], flags=re.ASCII)
    before = "-" if found[1] in ("-", "\u2212") else ""
    return f"{before}{digits}.{found[4]}" if found[4] else f"{before}{digits}"


def _bare(typed: str, currency: str, value: Any) -> str:
    """Take a currency's code or symbol off, if it is this one's."""
    found = re.fullmatch(
        r"([-+(\u2212]?)\s*([A-Za-z]{3}|[^\w\s.,()+'\u2019\u2212-])?\s*(.*?)\s*([A-Za-z]{3}|[^\w\s.,()+'\u2019\u2212-])?\s*(\)?)",
        typed,
    )
    if found is None:
        return typed
    for mark in (found[2], found[4]):
        if mark and mark.upper() != currency and currency not in _SYMBOLS.get(mark, ()):
            raise refused("money", value, f"is marked as another currency than {currency}")
    return f"{found[1]}{found[3]}{found[5]}"


def _placed(name: str, amount: Decimal, places: int, options: JsonObject) -> Decimal:
    with localcontext(prec=_DIGITS):
        if amount.adjusted() > _DIGITS - _MOST_PLACES - 1:
            raise refused(name, amount, "has more digits than any amount")
        found = amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    if found != amount and options.get("rounding", _REFUSE) == _REFUSE:
        raise refused(
            name, amount, f"has more than {places} digits after the point; rounding: round would round it"
        )
    return found


def _written(amount: Decimal, options: JsonObject) -> Any:
    if options.get("to", "number") == "number":
        return amount
    return format(amount, "f").replace(".", _SIGNS[options.get("decimal", _POINT)])


_ROUNDING = choice(
    "What becomes of further digits: refused unless given, or rounded half up.", [_REFUSE, _ROUND]
)

MONEY = Conversion(
    name="money",
    title="Money",
    description="An exact amount of a currency, with as many digits as that currency has; a text is read in the "
    "notation that you name, with the currency's code or symbol beside it or without.",
    options={
        "currency": needed(text("ISO 4217 code, or {from: event.currency}.", minLength=3)),
        "decimal": _DECIMAL,
        "to": _TO,
        "rounding": _ROUNDING,
    },
    example={"currency": "EUR", "decimal": "comma"},
    convert=_money,
)
NUMBER = Conversion(
    name="number",
    title="Number",
    description="An exact number, read from a text in the notation that you name.",
    options={
        "decimal": _DECIMAL,
        "to": _TO,
        "places": whole("Digits after the point.", minimum=0, maximum=_MOST_PLACES),
        "rounding": _ROUNDING,
    },
    example={"decimal": "comma", "places": 2, "rounding": "round"},
    convert=_number,
)
