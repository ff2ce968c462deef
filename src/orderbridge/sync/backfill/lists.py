"""Reading a long list page by page, with a position that survives the process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from orderbridge.catalogue.ghl import lists
from orderbridge.catalogue.paging import page
from orderbridge.connectors.ghl.calls import identity
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.core.errors import TransientError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import worlds
from orderbridge.engine.runtime import Runtime
from orderbridge.store.connections import Connection
from orderbridge.sync.backfill.selection import (
    CONTACTS,
    INVOICES,
    OF_ORDERS,
    ORDERS,
    PRODUCTS,
    Selection,
    day_before,
)

PAGE_ROWS = 100
_OVERLAP_ROWS = 4
# A list that grows by exactly a page between two calls looks the same too, but not for so long.
_SAME_PAGES = 20
_OTHERS = {INVOICES: lists.INVOICES, CONTACTS: lists.CONTACTS, PRODUCTS: lists.PRODUCTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a list was read.

    Attributes:
        offset: Where the next page begins.
        last: The ids of the last page: where none of them is met again, rows have gone and the page begins too late.
        total: How many rows the list had then.
        same: How often the same page came in a row.
    """

    offset: int = 0
    last: tuple[str, ...] = ()
    total: int | None = None
    same: int = 0

    def as_json(self) -> JsonObject:
        """The place as it is stored."""
        return {"offset": self.offset, "last": list(self.last), "total": self.total, "same": self.same}

    @classmethod
    def from_json(cls, value: JsonObject) -> Place:
        """Read what ``as_json`` gave; an empty one is the beginning."""
        return cls(
            offset=value.get("offset", 0),
            last=tuple(value.get("last", ())),
            total=value.get("total"),
            same=value.get("same", 0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A page that was read.

    Attributes:
        rows: Those that the page before did not show.
        after: Where to go on; None where the list has ended.
        total: How many rows the whole list has, where it says so.
    """

    rows: Sequence[JsonObject]
    after: Place | None
    total: int | None


def turned(
    place: Place, rows: Sequence[JsonObject], total: int | None, *, page_rows: int, overlap_rows: int
) -> Turned:
    """Tell what a page brought, and where the next one begins.

    Offsets count from the list's present start, so they move when rows come and go, also while nobody reads: a backfill
    may be paused for days. Each page begins a few rows before the end of the last one; where the two do not touch, the
    place is corrected by how much the list grew, or step by step towards its start.

    Args:
        place: Where the page was read.
        rows: What it shows.
        total: How many rows the list has now, where it says so.
        page_rows: So many were asked for.
        overlap_rows: Rows to read twice; 0 trusts the offsets.

    Raises:
        TransientError: The list does not move on.
    """
    ids = [identity(row) for row in rows]
    known = set(place.last)
    if overlap_rows and place.offset and known and rows and known.isdisjoint(ids):
        grown = total - place.total if total is not None and place.total is not None else 0
        if grown > 0:
            moved = Place(offset=place.offset + grown, last=place.last, total=total)
        else:
            offset = max(0, place.offset - max(1, page_rows // 2))
            moved = Place(offset=offset, last=place.last if offset else (), total=total)
        return Turned(rows=(), after=moved, total=total)
    fresh = [row for row, row_id in zip(rows, ids, strict=True) if row_id not in known]
    end = place.offset + len(rows)
    if not rows or (end >= total if total is not None else len(rows) < page_rows):
        return Turned(rows=fresh, after=None, total=total)
    same = place.same + 1 if tuple(ids) == place.last else 0
    if same >= _SAME_PAGES:
        raise TransientError(
            f"it stays the same from row {place.offset} on although {total} rows are announced; it is read again later",
            cause="paging.stuck",
        )
    overlap = min(overlap_rows, len(rows) - 1) if fresh else 0
    return Turned(
        rows=fresh, after=Place(offset=end - overlap, last=tuple(ids), total=total, same=same), total=total
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The lists of one location."""

    runtime: Runtime
    connection: Connection
    chosen: Selection
    last_day: date

    async def client(self) -> GhlClient:
        """The account, whose calls let live ones go first."""
        return (await self.runtime.ghl(self.connection.id)).unhurried()

    async def turn(self, kind: str, place: Place) -> Turned:
        """Read the page at a place.

        Raises:
            TransientError: The list shows the same page for ever.
            OrderBridgeError: The account cannot be asked.
        """
        rows, total = await self._fetch(kind, place.offset)
        # A list that counts pages cannot be read with an overlap.
        overlap = 0 if kind == CONTACTS else _OVERLAP_ROWS
        try:
            return turned(place, rows, total, page_rows=PAGE_ROWS, overlap_rows=overlap)
        except TransientError as error:
            raise TransientError(f"the list of {kind}: {error}", cause=error.cause) from error

    async def _fetch(
        self, kind: str, offset: int, *, limit: int = PAGE_ROWS
    ) -> tuple[Sequence[JsonObject], int | None]:
        client = await self.client()
        if kind in OF_ORDERS:
            start, end = day_before(self.chosen.since), self.last_day + timedelta(days=1)
            live = "live" if worlds.wants_live(self.connection) else "test"
            # An order's payments may come long after it, and may be of the other mode.
            whole = kind == ORDERS
            found = await client.rows_page(
                kind, offset, limit, start=start, end=end if whole else None, mode=live if whole else None
            )
            return found.rows, found.total
        values: JsonObject = {}
        if kind == CONTACTS:
            # The body of this search is described nowhere, so nothing fills the location in.
            values["locationId"] = client.location_id
        return await page(lists.account_of(client), "ghl", _OTHERS[kind], values, offset=offset, wanted=limit)
