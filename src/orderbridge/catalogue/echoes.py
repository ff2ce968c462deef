"""What of a record's change is our own write come back to us.

Receipts speak the words of operations, events those of readers. Their common ground is the record as it was read
back right after the write, which every proof does anyway: from it, what we wrote is kept in the readers' words,
without a further call. When the record is looked at next, this is accepted first, as ours; what differs from it then
is somebody else's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderbridge.catalogue.agreement import looks_like
from orderbridge.catalogue.comparing import same, value_at
from orderbridge.connectors.act.models import STATUS_NUMBERS
from orderbridge.core.jsonio import JsonObject

_STATUS_NAMES = {number: name for name, number in STATUS_NUMBERS.items()}
# What operations call a field that readers show under another name.
_SHOWN_AS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("act", "contact"): {"email": "email_address", "phone": "business_phone"},
    ("act", "opportunity"): {"contact": "contacts"},
}
# What the provider makes of other fields by itself, by kind: it moves with our write.
_DERIVED: Mapping[tuple[str, str], frozenset[str]] = {
    ("act", "contact"): frozenset({"full_name", "salutation"}),
    ("act", "company"): frozenset({"hierarchy_level", "has_divisions"}),
    ("act", "opportunity"): frozenset(
        {
            "contact_names", "product", "status_name", "gross_margin", "product_total", "total_per_company",
            "total_per_contact", "total_per_group", "weighted_total", "probability", "stage_start_date",
            "actual_close_date", "estimated_close_date",
        }
    ),
    ("ghl", "contact"): frozenset(
        {
            "name", "contact_name", "full_name_lower_case", "first_name_lower_case", "last_name_lower_case",
            "email_lower_case", "first_name_raw", "last_name_raw",
        }
    ),
}  # fmt: skip
# What a new record has of itself, whoever made it.
_GIVEN = frozenset(
    {
        "id", "created", "created_at", "create_date", "date_added", "contact_type", "record_manager",
        "record_manager_id", "record_owner", "manager", "creator", "acl", "import_date", "open_date", "location_id",
        "type", "source", "created_by", "last_updated_by", "country",
    }
)  # fmt: skip


def written(system: str, kind: str, wanted: JsonObject, found: JsonObject, *, created: bool) -> JsonObject:
    """Return what we wrote, in the readers' words.

    Args:
        system: ``act`` or ``ghl``.
        kind: Of record.
        wanted: What was to be written, by the names of the operation; a dot leads into an object.
        found: The record as it was read back.
        created: Whether there was none before: then all that it shows is ours.
    """
    names = _SHOWN_AS.get((system, kind), {})
    if isinstance(found.get("status"), int):
        found = found | {"status": _STATUS_NAMES.get(found["status"], found["status"])}
    if created and not set(found) <= {*wanted, "id"}:
        return {name: value for name, value in found.items() if name != "id"}
    shown: JsonObject = {}
    for name in wanted:
        head, dot, rest = name.partition(".")
        if dot and name not in found:
            shown.setdefault(head, {})[rest] = value_at(found, name)
        else:
            shown[names.get(name, name)] = found.get(name)
    return shown


def written_as(kind: str, shown: Sequence[str]) -> list[str]:
    """Return the fields of a record by every name that they have: that of its reader, and those of operations."""
    names = {
        name
        for (_, of_kind), known in _SHOWN_AS.items()
        if of_kind == kind
        for name, reader in known.items()
        if reader in shown
    }
    return sorted({*shown, *names})


def ours(
    system: str, kind: str, *, shown: JsonObject, created: bool, last: JsonObject | None, now: JsonObject
) -> JsonObject | None:
    """Return the record as it was right after our write, as its reader would have shown it.

    Args:
        system: ``act`` or ``ghl``.
        kind: Of record.
        shown: What we wrote (see ``written``).
        created: Whether we made the record.
        last: Its last accepted state; None where it was never seen.
        now: What the reader shows now: what may be ours of it is taken from here, spelt as the reader spells it.

    Returns:
        None where that cannot be told: the record was there before and was never looked at.
    """
    if last is None and not created:
        return None
    state = dict(last or {})
    derived = _DERIVED.get((system, kind), frozenset())
    for name in derived:
        state.pop(name, None)
    state |= {
        name: value
        for name, value in now.items()
        if name in derived or (last is None and (name in _GIVEN or _is_default(value)))
    }
    for name, value in shown.items():
        if name in now:
            state[name] = _one(state.get(name), value, now[name])
        elif name in state:
            # HighLevel leaves out what is empty.
            state.pop(name)
    return state


def _is_default(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(map(_is_default, value.values()))
    return value in (None, "", [], 0, False)


def _one(before: Any, wrote: Any, now: Any) -> Any:
    if isinstance(wrote, Mapping) and isinstance(now, list):
        # HighLevel shows custom fields as rows; ours are by their ids.
        return _rows(before if isinstance(before, list) else [], wrote, now)
    if isinstance(wrote, Mapping) and isinstance(now, Mapping):
        keys = {key.casefold(): key for key in now}
        inside = {keys.get(key.casefold(), key): value for key, value in wrote.items()}
        kept = dict(before) if isinstance(before, Mapping) else {}
        return kept | {key: _one(kept.get(key), value, now.get(key)) for key, value in inside.items()}
    if isinstance(now, Mapping) and isinstance(wrote, str) and now.get("name") == wrote:
        return now
    return now if _equal(wrote, now) else wrote


def _equal(wrote: Any, now: Any) -> bool:
    if isinstance(wrote, str) and isinstance(now, str):
        # Read back through another call it may be spelt in another way; it is no other value for that.
        return same(now, wrote) or (len(wrote) == len(now) and looks_like(wrote, now))
    return same(now, wrote)


def _rows(before: list[Any], wrote: Mapping[str, Any], now: list[Any]) -> list[Any]:
    there = {row["id"]: row for row in now if isinstance(row, Mapping) and "id" in row}
    kept = [row for row in before if not (isinstance(row, Mapping) and row.get("id") in wrote)]
    made = []
    for key, value in wrote.items():
        row = there.get(key)
        shown = None if row is None else row.get("value")
        if row is not None and _equal(value, shown):
            made.append(row)
        elif value is not None:
            made.append({"id": key, "value": value})
    rows = kept + made
    # Their order is the provider's own.
    order = {row["id"]: number for number, row in enumerate(now) if isinstance(row, Mapping) and "id" in row}
    return sorted(rows, key=lambda row: order.get(row.get("id"), len(order)))
