"""Where records, their links and their indexes are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orderbridge.core.jsonio import JsonObject


@dataclass(slots=True)
class User:
    """Somebody who can sign in."""

    id: str
    username: str
    display_name: str
    role: str
    email: str
    first_name: str
    last_name: str
    status: str = "Active"
    last_log_on: datetime | None = None


@dataclass(slots=True)
class Record:
    """One row of one table.

    Attributes:
        values: What was written, by the API's own spelling; what the server computes is not in it.
        custom: Tenant-defined fields by their lower-case internal name.
        manager_id: The record manager; a private record is visible to this user only.
        lines: Line items of an opportunity, by their id.
        accessors: The users that may see it besides its manager; empty unless its access is limited.
        poisoned: A line's item number was written as a date, so that the list can no longer be read.
    """

    id: str
    kind: str
    values: JsonObject
    custom: JsonObject
    manager_id: str
    creator_id: str
    editor_id: str
    created_at: datetime
    edited_at: datetime
    lines: dict[str, Record] = field(default_factory=dict)
    poisoned: bool = False
    accessors: list[str] = field(default_factory=list)
    rendered: JsonObject | None = None
    rendered_for: Any = None
    index_keys: dict[str, Any] = field(default_factory=dict)


IndexKey = Callable[[Record], Any]


class Table:
    """The rows of one kind, by id, by indexed values, and in the order of their last edit."""

    def __init__(self, indexes: dict[str, IndexKey] | None = None) -> None:
        self._rows: dict[str, Record] = {}
        self._edited: dict[str, Record] = {}
        self._in_order = True
        self._last_edit: datetime | None = None
        self._keys = indexes or {}
        self._indexes: dict[str, dict[Any, dict[str, Record]]] = {name: {} for name in self._keys}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Record]:
        return iter(self._rows.values())

    def get(self, record_id: str) -> Record | None:
        """Return the row with this id; GUIDs are compared without regard to case."""
        return self._rows.get(record_id) or self._rows.get(record_id.lower())

    def put(self, record: Record) -> None:
        """Add a row, or file it again after a change of its values or its edit time."""
        self._rows[record.id] = record
        record.rendered = None
        self._edited.pop(record.id, None)
        self._edited[record.id] = record
        if self._last_edit is not None and record.edited_at < self._last_edit:
            # A remote copy delivered a late edit: the order of arrival is no longer the order of edits.
            self._in_order = False
        else:
            self._last_edit = record.edited_at
        for name, key_of in self._keys.items():
            self._file(name, record, key_of(record))

    def remove(self, record_id: str) -> None:
        """Take a row out."""
        record = self._rows.pop(record_id)
        self._edited.pop(record_id, None)
        for name in self._keys:
            self._file(name, record, None)

    def having(self, index: str, key: Any) -> list[Record]:
        """Return the rows whose indexed value is ``key``, oldest first."""
        return list(self._indexes[index].get(key, {}).values())

    def indexed(self, index: str) -> bool:
        """Tell whether there is such an index."""
        return index in self._indexes

    def edited_since(self, moment: datetime) -> list[Record]:
        """Return the rows edited at or after ``moment``, in the order of their edits."""
        if not self._in_order:
            ordered = sorted(self._edited.values(), key=lambda record: record.edited_at)
            self._edited = {record.id: record for record in ordered}
            self._in_order = True
        found = []
        for record in reversed(self._edited.values()):
            if record.edited_at < moment:
                break
            found.append(record)
        found.reverse()
        return found

    def _file(self, name: str, record: Record, key: Any) -> None:
        index = self._indexes[name]
        old = record.index_keys.get(name)
        if old == key:
            return
        if old is not None:
            rows = index[old]
            rows.pop(record.id, None)
            if not rows:
                del index[old]
        record.index_keys[name] = key
        if key is not None:
            index.setdefault(key, {})[record.id] = record


class Links:
    """Which records belong together; every link is known from both ends."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, str], dict[str, dict[str, None]]] = {}

    def add(self, kind: str, record_id: str, other_kind: str, other_id: str) -> None:
        """Link two records."""
        for a_kind, a, b_kind, b in (
            (kind, record_id, other_kind, other_id),
            (other_kind, other_id, kind, record_id),
        ):
            self._of.setdefault((a_kind, b_kind), {}).setdefault(a, {})[b] = None

    def remove(self, kind: str, record_id: str, other_kind: str, other_id: str) -> None:
        """Unlink two records; nothing happens when they were not linked."""
        self._of.get((kind, other_kind), {}).get(record_id, {}).pop(other_id, None)
        self._of.get((other_kind, kind), {}).get(other_id, {}).pop(record_id, None)

    def ids(self, kind: str, record_id: str, other_kind: str) -> list[str]:
        """Return the linked records of ``other_kind``, in the order in which they were linked."""
        return list(self._of.get((kind, other_kind), {}).get(record_id, ()))

    def replace(self, kind: str, record_id: str, other_kind: str, other_ids: list[str]) -> None:
        """Make ``other_ids`` the only linked records of ``other_kind``."""
        if other_ids == self.ids(kind, record_id, other_kind):
            return
        for old in self.ids(kind, record_id, other_kind):
            self.remove(kind, record_id, other_kind, old)
        for new in other_ids:
            self.add(kind, record_id, other_kind, new)

    def forget(self, kind: str, record_id: str) -> None:
        """Remove every link of a record that is deleted."""
        for a_kind, b_kind in [pair for pair in self._of if pair[0] == kind]:
            for other in self.ids(a_kind, record_id, b_kind):
                self.remove(a_kind, record_id, b_kind, other)
