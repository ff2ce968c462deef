"""Addresses, which Act! replaces as a whole: what is left out of one would be blanked."""

from __future__ import annotations

from orderbridge.catalogue.fields import Field, group, text

_ADDRESS = {
    "line1": text("First line."),
    "line2": text("Second line."),
    "line3": text("Third line."),
    "city": text("City."),
    "state": text("State or province."),
    "postal_code": text("Postal code."),
    "country": text("Country."),
}


def address(description: str) -> Field:
    """Return the field of an address; an operation that changes one sends its other lines with it."""
    return group(description, _ADDRESS)
