"""What is new about a record: the ground that triggers stand on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from orderbridge.core.jsonio import JsonObject, fingerprint

# Not news by themselves: they move with every write, also with one that changed nothing else.
_CLOCKWORK = frozenset({"updated_at", "edited_at", "edited", "edited_by", "date_updated"})


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
        told: What the provider's webhook calls it, where one told us.
    """

    kind: str
    record_id: str
    state: JsonObject
    created: bool = False
    deleted: bool = False
    before: JsonObject = field(default_factory=dict)
    told: str | None = None

    @property
    def updated(self) -> bool:
        """Known before, still there, and something in it is another value."""
        return not self.created and not self.deleted and bool(self.before)

    def moved(self, name: str) -> bool:
        """Whether a field has another value than before; everything has where the record is new."""
        return name in self.before or (self.created and self.state.get(name) is not None)

    def became(self, name: str, value: Any) -> bool:
        """Whether a field now has ``value`` and had not before."""
        return self.moved(name) and fingerprint(self.state.get(name)) == fingerprint(value)

    def as_json(self) -> JsonObject:
        """What is stored beside the event."""
        return {"created": self.created, "deleted": self.deleted, "before": self.before, "told": self.told}


def differing(before: JsonObject, now: JsonObject) -> JsonObject:
    """Return the fields whose values differ, each with its value in ``before``."""
    names = [name for name in {**before, **now} if name not in _CLOCKWORK]
    return {
        name: before.get(name)
        for name in names
        if fingerprint(before.get(name)) != fingerprint(now.get(name))
    }
