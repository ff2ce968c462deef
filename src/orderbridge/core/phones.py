"""Phone numbers, by the numbering plans of all countries."""

from __future__ import annotations

import phonenumbers

STYLES = {
    "e164": phonenumbers.PhoneNumberFormat.E164,
    "international": phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    "national": phonenumbers.PhoneNumberFormat.NATIONAL,
}


def parsed(phone: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    """Return a number as it was typed, None where it is none.

    Args:
        phone: As it was typed.
        region: The country of a number that was typed without one.
    """
    try:
        return phonenumbers.parse(phone, region)
    except phonenumbers.NumberParseException:
        return None


def valid(phone: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    """Return a number that its country's numbering plan has, None where it is none."""
    number = parsed(phone, region)
    return number if number is not None and phonenumbers.is_valid_number(number) else None


def written(number: phonenumbers.PhoneNumber, style: str) -> str:
    """Write a number in one of ``STYLES``."""
    return phonenumbers.format_number(number, STYLES[style])


def e164(phone: str | None, *, region: str) -> str | None:
    """Return ``phone`` in international form, or None when it is no phone number.

    Args:
        phone: As it was typed; its country's numbering plan need not have it.
        region: The country of numbers that were typed without one.
    """
    number = parsed(phone, region) if phone else None
    return None if number is None else written(number, "e164")
