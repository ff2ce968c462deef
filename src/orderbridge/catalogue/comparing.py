"""How a value that is there is compared with the one that was wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderbridge.connectors import fields as wire
from orderbridge.core.jsonio import JsonObject, fingerprint


def same(actual: Any, wanted: Any) -> bool:
    """Tell whether what is there is what was wanted, as people mean it.

    Nothing and the empty text are the same; so are two spellings of one moment or one address; an object may
    have more fields than were wanted, a list may not have more entries.
    """
    if isinstance(wanted, Mapping):
        return isinstance(actual, Mapping) and all(
            same(actual.get(key), item) for key, item in wanted.items()
        )
    if isinstance(wanted, list):
        found = actual if isinstance(actual, list) else []
        if wanted and all(isinstance(item, Mapping) and set(item) == {"id"} for item in wanted):
            # Links have no order, and ids come back in another case.
            return _ids_of(found) == _ids_of(wanted)
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if actual in (None, "") and wanted in (None, ""):
        return True
    if isinstance(actual, str) and isinstance(wanted, str):
        if "@" in wanted:
            return actual.strip().casefold() == wanted.strip().casefold()
        return actual.strip() == wanted.strip() or _same_moment(actual, wanted)
    return fingerprint(actual) == fingerprint(wanted)


def _ids_of(rows: list[Any]) -> set[str]:
    return {str(row.get("id")).casefold() for row in rows if isinstance(row, Mapping)}


def _same_moment(actual: str, wanted: str) -> bool:
    if not (wanted[:1].isdigit() and "-" in wanted):
        return False
    one, other = wire.instant(actual), wire.instant(wanted)
    if one is None or other is None:
        return False
    # A day and the midnight that a provider makes of it are the same; whole seconds are all that Act! keeps.
    return one.replace(microsecond=0) == other.replace(microsecond=0)


def seen_as(actual: JsonObject, wanted: JsonObject) -> JsonObject:
    """Return what is there, cut to what was wanted: equal fields take the very value that was wanted."""
    cut: JsonObject = {"id": actual.get("id")}
    for name, item in wanted.items():
        found = value_at(actual, name)
        cut[name] = item if same(found, item) else found
    return cut


def value_at(record: JsonObject, name: str) -> Any:
    """Return a field of a record, or one of the owner's own below it: ``custom_fields.user1``.

    The owner's keys come back in another case than they were sent in.
    """
    inside, key = _place(record, name)
    return None if key is None else inside[key]


def holds(record: JsonObject, name: str) -> bool:
    """Tell whether a record has such a field, or such a key of the owner's own."""
    return _place(record, name)[1] is not None


def _place(record: JsonObject, name: str) -> tuple[Mapping[str, Any], str | None]:
    """Return the object in which a field stands, and its key there, None where it has none."""
    if name in record:
        return record, name
    head, dot, rest = name.partition(".")
    inside = record.get(head) if dot else record
    if not isinstance(inside, Mapping):
        return {}, None
    wanted = (rest if dot else name).casefold()
    return inside, next((key for key in inside if key.casefold() == wanted), None)
