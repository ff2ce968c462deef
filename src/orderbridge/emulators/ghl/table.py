"""Records in memory, kept newest first and indexed, so that a list page costs what it shows."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from orderbridge.core.jsonio import JsonObject

_Entry = tuple[str, int, str]


class Table:
    """One kind of record.

    Args:
        key: The field that holds the id.
        stamp: The field that orders the rows; text in ISO 8601 sorts like the time it means.
        indexed: Fields with an index for equality.
    """

    def __init__(self, *, key: str = "_id", stamp: str = "createdAt", indexed: Sequence[str] = ()) -> None:
        self._key = key
        self._stamp = stamp
        self._indexed = tuple(indexed)
        self._rows: dict[str, JsonObject] = {}
        self._entries: dict[str, _Entry] = {}
        self._sorted: list[_Entry] = []
        self._buckets: dict[str, dict[Any, list[_Entry]]] = {name: {} for name in indexed}
        self._next = 0

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[JsonObject]:
        """All rows, oldest first."""
        return (self._rows[entry[2]] for entry in self._sorted)

    def get(self, record_id: str | None) -> JsonObject | None:
        """The row with this id."""
        return self._rows.get(record_id) if record_id else None

    def add(self, row: JsonObject) -> JsonObject:
        """Store a new row and give it back."""
        record_id = str(row[self._key])
        entry = (str(row.get(self._stamp) or ""), self._next, record_id)
        self._next += 1
        self._rows[record_id] = row
        self._entries[record_id] = entry
        insort(self._sorted, entry)
        for name in self._indexed:
            self._into(name, row.get(name), entry)
        return row

    def update(self, row: JsonObject, **changes: Any) -> JsonObject:
        """Change fields of a stored row; the indexes follow."""
        entry = self._entries[str(row[self._key])]
        for name, value in changes.items():
            if name in self._buckets and row.get(name) != value:
                self._out_of(name, row.get(name), entry)
                self._into(name, value, entry)
            row[name] = value
        return row

    def remove(self, row: JsonObject) -> None:
        """Forget a row."""
        record_id = str(row[self._key])
        entry = self._entries.pop(record_id)
        del self._rows[record_id]
        del self._sorted[bisect_left(self._sorted, entry)]
        for name in self._indexed:
            self._out_of(name, row.get(name), entry)

    def where(self, name: str, value: Any) -> list[JsonObject]:
        """Rows whose indexed field ``name`` equals ``value``, oldest first."""
        return [self._rows[entry[2]] for entry in self._buckets[name].get(_hashable(value), ())]

    def page(
        self,
        *,
        equal: Mapping[str, Any],
        start: str | None = None,
        end: str | None = None,
        keep: Callable[[JsonObject], bool] | None = None,
        offset: int = 0,
        limit: int = 10,
    ) -> tuple[list[JsonObject], int]:
        """Rows newest first and how many there are in all.

        Args:
            equal: Fields and the values they must have; indexed ones narrow the search.
            start: The lowest stamp that counts.
            end: The first stamp that no longer counts.
            keep: A further test.
            offset: Rows to skip; it counts rows, not pages, so a new row shifts what follows.
            limit: Rows to give at most.
        """
        source, rest = self._narrowest(equal)
        low = bisect_left(source, (start, -1, "")) if start else 0
        high = bisect_left(source, (end, -1, "")) if end else len(source)
        if not rest and keep is None:
            last = max(low, high - offset)
            first = max(low, last - limit)
            chosen = source[first:last] if limit > 0 else []
            return [self._rows[entry[2]] for entry in reversed(chosen)], high - low
        matching = [
            row
            for row in (self._rows[source[position][2]] for position in range(high - 1, low - 1, -1))
            if all(row.get(name) == value for name, value in rest) and (keep is None or keep(row))
        ]
        return matching[offset : offset + limit] if limit > 0 else [], len(matching)

    def _narrowest(self, equal: Mapping[str, Any]) -> tuple[list[_Entry], list[tuple[str, Any]]]:
        best: list[_Entry] = self._sorted
        used: str | None = None
        rest: list[tuple[str, Any]] = []
        for name, value in equal.items():
            if name not in self._buckets:
                rest.append((name, value))
                continue
            bucket = self._buckets[name].get(_hashable(value), [])
            if len(bucket) == len(self._sorted):
                continue  # true of every row, so there is nothing to test
            if len(bucket) < len(best):
                if used is not None:
                    rest.append((used, equal[used]))
                best, used = bucket, name
            else:
                rest.append((name, value))
        return best, rest

    def _into(self, name: str, value: Any, entry: _Entry) -> None:
        insort(self._buckets[name].setdefault(_hashable(value), []), entry)

    def _out_of(self, name: str, value: Any, entry: _Entry) -> None:
        bucket = self._buckets[name][_hashable(value)]
        del bucket[bisect_left(bucket, entry)]


def _hashable(value: Any) -> Any:
    # A row put in as it is for a test of bad data may hold anything in an indexed field.
    return repr(value) if isinstance(value, dict | list) else value
