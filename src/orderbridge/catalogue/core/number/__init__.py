"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

from orderbridge.catalogue.fields import Fields, choice

MARKS: Fields = {
    "decimal_mark": choice("What stands before the fraction; a point unless given.", [".", ","]),
    "group_mark": choice("What stands between thousands; nothing unless given.", ["", ",", ".", " ", "'"]),
}


def written(value: Decimal, given: dict[str, str]) -> str:
    """Write a rounded number with the marks that were asked for."""
    # No call of format: a module of that name lies in this package and would be found instead.
    text = f"{value:,f}"
    whole, _, fraction = text.partition(".")
    whole = whole.replace(",", given.get("group_mark", ""))
    return whole + (given.get("decimal_mark", ".") + fraction if fraction else "")
