"""What a request must look like, with HighLevel's own words for what is wrong.

A rule looks at one value and adds messages; a ``Shape`` holds the rules of an object and refuses every
key it does not know, because HighLevel does ("property X should not exist").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Rule = Callable[[Any, str, list[str]], None]

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def text(value: Any, name: str, errors: list[str]) -> None:
    """A string."""
    if not isinstance(value, str):
        errors.append(f"{name} must be a string")


def nullable_text(value: Any, name: str, errors: list[str]) -> None:
    """A string or null."""
    if value is not None:
        text(value, name, errors)


def filled_text(value: Any, name: str, errors: list[str]) -> None:
    """A string that is not empty."""
    text(value, name, errors)
    if value is None or value == "":
        errors.append(f"{name} should not be empty")


def email(value: Any, name: str, errors: list[str]) -> None:
    """A mail address, or null, or an empty string that clears it."""
    if value is not None and value != "" and not (isinstance(value, str) and _EMAIL.fullmatch(value)):
        errors.append(f"{name} must be an email")


def number(value: Any, name: str, errors: list[str]) -> None:
    """A JSON number; money sent as a string is refused here."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        errors.append(f"{name} must be a number conforming to the specified constraints")


def boolean(value: Any, name: str, errors: list[str]) -> None:
    """True or false."""
    if not isinstance(value, bool):
        errors.append(f"{name} must be a boolean value")


def anything(_value: Any, _name: str, _errors: list[str]) -> None:
    """No rule."""


def an_object(value: Any, name: str, errors: list[str]) -> None:
    """A JSON object of any content."""
    if not isinstance(value, dict):
        errors.append(f"{name} must be an object")


def date(value: Any, name: str, errors: list[str]) -> None:
    """A day or an instant in ISO 8601."""
    if not isinstance(value, str) or not re.match(r"\d{4}-\d{2}-\d{2}", value):
        errors.append(f"{name} must be a valid ISO 8601 date string")


def numeric_text(value: Any, name: str, errors: list[str]) -> None:
    """A number in a query string."""
    if parsed_number(value) is None:
        errors.append(f"{name} must be a number conforming to the specified constraints")


def parsed_number(value: Any) -> Decimal | None:
    """Read a number out of a query string; None where it is none."""
    try:
        parsed = Decimal(str(value))
    except InvalidOperation:
        return None
    return parsed if parsed.is_finite() else None


def one_of(*allowed: str) -> Rule:
    """One of a few strings."""

    def check(value: Any, name: str, errors: list[str]) -> None:
        if value not in allowed:
            errors.append(f"{name} must be one of the following values: {', '.join(allowed)}")

    return check


def list_of(rule: Rule, *, filled: bool = False) -> Rule:
    """A list whose elements all keep ``rule``."""

    def check(value: Any, name: str, errors: list[str]) -> None:
        if not isinstance(value, list):
            errors.append(f"{name} must be an array")
            return
        if filled and not value:
            errors.append(f"{name} should not be empty")
        for position, item in enumerate(value):
            rule(item, f"{name}.{position}", errors)

    return check


class Shape:
    """The fields an object may have.

    Args:
        required: Names that must be there.
        loose: Do not refuse unknown keys (queries: HighLevel ignores what it does not know).
        fields: The rule of every known field.
    """

    def __init__(self, *, required: str = "", loose: bool = False, **fields: Rule) -> None:
        self._fields = fields
        self._required = required.split()
        self._loose = loose

    @property
    def names(self) -> frozenset[str]:
        """Every field that is known."""
        return frozenset(self._fields)

    @property
    def required(self) -> frozenset[str]:
        """The fields that must be there."""
        return frozenset(self._required)

    def errors(self, value: Mapping[str, Any], prefix: str = "") -> list[str]:
        """Everything that is wrong with ``value``."""
        found: list[str] = []
        if not self._loose:
            found.extend(
                f"{prefix}property {key} should not exist" for key in value if key not in self._fields
            )
        for name in self._required:
            if value.get(name) is None:
                self._fields[name](None, prefix + name, found)
                if self._fields[name] is text:
                    found.append(f"{prefix}{name} should not be empty")
        for key, item in value.items():
            rule = self._fields.get(key)
            if rule is not None and not (item is None and key in self._required):
                rule(item, prefix + key, found)
        return found

    def __call__(self, value: Any, name: str, errors: list[str]) -> None:
        """Use the shape as the rule of a field."""
        if not isinstance(value, dict):
            errors.append(f"{name} must be an object")
        else:
            errors.extend(self.errors(value, f"{name}."))

    def extended(self, *, required: str = "", **fields: Rule) -> Shape:
        """The same shape with more fields."""
        both = " ".join([*self._required, *required.split()])
        return Shape(required=both, loose=self._loose, **{**self._fields, **fields})

    def without_required(self, *names: str) -> Shape:
        """The same shape where ``names`` may be left out."""
        kept = " ".join(name for name in self._required if name not in names)
        return Shape(required=kept, loose=self._loose, **self._fields)
