from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderbridge.connectors.paging import walk
from orderbridge.core.errors import TransientError


class Listing:
    """A list, newest first, that changes between two pages."""

    def __init__(self, rows: int, changes: list[tuple[int, list[int]]], *, cap: int, total: bool) -> None:
        self.rows = [f"old{n}" for n in range(rows)]
        self.changes = list(changes)
        self.removed: set[str] = set()
        self.cap, self.total, self.fetches = cap, total, 0

    async def fetch(self, offset: int, wanted: int) -> tuple[list[str], int | None]:
        if self.fetches and self.changes:
            added, removed = self.changes.pop(0)
            self.rows = [f"new{self.fetches}-{n}" for n in range(added)] + self.rows
            for place in removed:
                if self.rows:
                    self.removed.add(self.rows.pop(place % len(self.rows)))
        self.fetches += 1
        page = self.rows[offset : offset + min(wanted, self.cap)]
        return page, len(self.rows) if self.total else None


@given(
    rows=st.integers(0, 120),
    changes=st.lists(st.tuples(st.integers(0, 25), st.lists(st.integers(0, 200), max_size=12)), max_size=15),
    page_rows=st.integers(2, 30),
    overlap_rows=st.integers(1, 5),
    total=st.booleans(),
)
@settings(deadline=None)
async def test_no_row_is_missed_or_repeated_while_the_list_changes(
    rows: int, changes: list[tuple[int, list[int]]], page_rows: int, overlap_rows: int, total: bool
) -> None:
    listing = Listing(rows, changes, cap=1000, total=total)
    lasting = [f"old{n}" for n in range(rows)]
    walked = walk(listing.fetch, key=str, page_rows=page_rows, overlap_rows=overlap_rows)
    found = [row async for row in walked]
    assert len(found) == len(set(found))
    if not any(removed for _, removed in changes):
        # Inserts only push rows on: nothing may be missed.
        assert [row for row in found if row.startswith("old")] == lasting


async def test_rows_that_go_while_reading_hide_no_other() -> None:
    listing = Listing(100, [(0, list(range(8)))], cap=1000, total=True)
    found = [row async for row in walk(listing.fetch, key=str, page_rows=20, overlap_rows=4)]
    assert set(found) | listing.removed == {f"old{n}" for n in range(100)}


@pytest.mark.parametrize("total", [True, False])
async def test_exactly_full_pages_end(total: bool) -> None:
    listing = Listing(40, [], cap=1000, total=total)
    assert len([row async for row in walk(listing.fetch, key=str, page_rows=20, overlap_rows=0)]) == 40


async def test_a_server_with_smaller_pages_than_asked_is_read_to_its_total() -> None:
    listing = Listing(95, [], cap=10, total=True)
    found = [row async for row in walk(listing.fetch, key=str, page_rows=50, overlap_rows=3)]
    assert len(found) == 95


async def test_a_server_that_ignores_the_offset_is_reported_and_not_taken_for_the_end() -> None:
    async def fetch(_offset: int, _wanted: int) -> tuple[list[str], int]:
        return [f"row{n}" for n in range(10)], 500

    with pytest.raises(TransientError, match="500 rows"):
        [row async for row in walk(fetch, key=str, page_rows=10, overlap_rows=2)]


async def test_an_empty_list_takes_one_call() -> None:
    listing = Listing(0, [], cap=10, total=True)
    assert [row async for row in walk(listing.fetch, key=str, page_rows=10, overlap_rows=2)] == []
    assert listing.fetches == 1


@pytest.mark.parametrize("total", [15, 500, None])
async def test_the_same_page_for_ever_ends_the_walk_after_three_calls(total: int | None) -> None:
    calls = 0

    async def fetch(_offset: int, _wanted: int) -> tuple[list[str], int | None]:
        nonlocal calls
        calls += 1
        return [f"row{n}" for n in range(10)], total

    # Also where repeating the page would seem to reach the end: five rows would be missed in silence.
    with pytest.raises(TransientError, match="same page comes for ever") as caught:
        [row async for row in walk(fetch, key=str, page_rows=10, overlap_rows=2)]
    assert (caught.value.cause, calls) == ("paging.stuck", 3)


async def test_a_list_that_grows_by_a_page_between_two_calls_is_not_taken_for_stuck() -> None:
    listing = Listing(30, [(8, []), (8, [])], cap=1000, total=True)
    found = [row async for row in walk(listing.fetch, key=str, page_rows=10, overlap_rows=2)]
    assert [row for row in found if row.startswith("old")] == [f"old{n}" for n in range(30)]
