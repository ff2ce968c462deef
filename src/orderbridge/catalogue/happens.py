"""When a trigger fires: small tests of a change, from which the triggers are made.

Each answers the same however the change became known. Where a record changed before anything was known of it,
only the provider's own word tells what changed; ``told`` names the webhooks whose word counts.
"""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.changes import Change
from orderbridge.catalogue.operation import Happens
from orderbridge.core.jsonio import JsonObject, fingerprint


def created(change: Change, _given: JsonObject) -> bool:
    """The record is new."""
    return change.created


def updated(change: Change, _given: JsonObject) -> bool:
    """Something in the record is another value."""
    return change.updated


def deleted(change: Change, _given: JsonObject) -> bool:
    """The record is gone."""
    return change.deleted


def moved(*names: str, told: str = "") -> Happens:
    """One of the fields is another value; a new record has not moved.

    Args:
        names: Fields; a dot leads into one.
        told: The webhook that says so.
    """

    def happens(change: Change, _given: JsonObject) -> bool:
        if change.created or change.deleted:
            return False
        return any(map(change.moved, names)) or _told(change, told)

    return happens


def became(name: str, *values: Any, told: str = "") -> Happens:
    """The field now has one of the values and had none of them before.

    Args:
        name: Of the field.
        values: Different spellings of what is waited for.
        told: The webhook that says so.
    """

    def happens(change: Change, _given: JsonObject) -> bool:
        if change.deleted or not _among(change.now(name), values):
            return False
        if _told(change, told):
            return True
        return change.created or (change.moved(name) and not _among(change.was(name), values))

    return happens


def field_changed(change: Change, given: JsonObject) -> bool:
    """The field that the flow names is another value, and the one that it waits for."""
    name = given["field"]
    if change.created or change.deleted or not change.moved(name):
        return False
    return all(
        word not in given or _text(value) == _text(given[word])
        for word, value in (("to", change.now(name)), ("from", change.was(name)))
    )


def of_order(happens: Happens) -> Happens:
    """The same, for what belongs to an order."""
    return lambda change, given: bool(change.state.get("order")) and happens(change, given)


def _told(change: Change, told: str) -> bool:
    return bool(told) and change.touched and told in change.told


def _among(value: Any, values: tuple[Any, ...]) -> bool:
    return any(fingerprint(value) == fingerprint(item) for item in values)


def _text(value: Any) -> str:
    # A flow's author writes 5 or "5" and means the same.
    return fingerprint(value) if isinstance(value, dict | list) else str(value).strip().casefold()
