"""What is new about a record: the ground that triggers stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orderbridge.core.jsonio import JsonObject, fingerprint

# Not news by themselves: they move with every write, also with one that changed nothing else.
_CLOCKWORK = frozenset(
    {"updated_at", "edited_at", "edited", "edited_by", "edit_date", "date_updated", "told_at", "__v"}
)
DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A record as a provider shows it now.

    Attributes:
        type: The event to make of it if it changed: ``ghl.order.changed``.
        known: Older than our listening: the first sight of it is no creation.
        touched: Changed since we listen, as a webhook or its own edit time says.
        fresh: Its creation is told only now, after later news of it.
        deleted: Gone for good; ``state`` is what was known of it.
        told: What the provider's webhooks call the change, where some told us.
        edited_at: When it was edited last, as the provider says, also where that is no part of the state.
    """

    kind: str
    record_id: str
    type: str
    state: JsonObject
    known: bool = False
    touched: bool = False
    fresh: bool = False
    deleted: bool = False
    told: tuple[str, ...] = ()
    edited_at: datetime | None = None

    @property
    def shown(self) -> JsonObject:
        """The state as it is kept: a deleted record says so."""
        return self.state | ({DELETED: True} if self.deleted else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A real change of one record.

    Attributes:
        kind: Of record: ``order``, ``contact``.
        record_id: The provider's id.
        state: The record now; its last known state where it was deleted.
        created: Not known here before. A record that is older than the connection is ``known`` and not
            created.
        deleted: Gone for good, as a webhook or a full scan of ids says.
        before: Each changed field with its value before; empty where nothing was known.
        touched: Changed since we listen, but nothing was known of it before.
        told: What the provider's webhooks call it, where some told us.
    """

    kind: str
    record_id: str
    state: JsonObject
    created: bool = False
    deleted: bool = False
    before: JsonObject = field(default_factory=dict)
    touched: bool = False
    told: tuple[str, ...] = ()

    @property
    def updated(self) -> bool:
        """Known before, still there, and something in it is another value."""
        return not self.created and not self.deleted and (bool(self.before) or self.touched)

    def now(self, name: str) -> Any:
        """The value of a field; a dot leads into it, as in ``custom_fields.cust_region``."""
        return _inside(self.state, name)

    def was(self, name: str) -> Any:
        """The value before; the present one where it did not move."""
        top = name.partition(".")[0]
        return _inside(self.before, name) if top in self.before else self.now(name)

    def moved(self, name: str) -> bool:
        """Whether a field has another value than before; everything has where the record is new."""
        if self.created:
            return self.now(name) is not None
        return fingerprint(self.was(name)) != fingerprint(self.now(name))

    def became(self, name: str, value: Any) -> bool:
        """Whether a field now has ``value`` and had not before."""
        return self.moved(name) and fingerprint(self.now(name)) == fingerprint(value)

    def as_json(self) -> JsonObject:
        """What is stored beside the event."""
        return {
            "created": self.created,
            "deleted": self.deleted,
            "before": self.before,
            "touched": self.touched,
            "told": list(self.told),
        }


def differing(before: JsonObject, now: JsonObject) -> JsonObject:
    """Return the fields whose values differ, each with its value in ``before``."""
    names = [name for name in {**before, **now} if name not in _CLOCKWORK]
    return {
        name: before.get(name)
        for name in names
        if fingerprint(before.get(name)) != fingerprint(now.get(name))
    }


def mark(state: JsonObject) -> str:
    """Return a hash of what matters in a state: not of the times that move with every write."""
    return fingerprint(without_clockwork(state))


def without_clockwork(state: JsonObject) -> JsonObject:
    """Return what matters in a state."""
    return {name: value for name, value in state.items() if name not in _CLOCKWORK}


def _inside(value: Any, path: str) -> Any:
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
