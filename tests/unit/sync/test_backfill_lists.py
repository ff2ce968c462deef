"""A long list is read page by page while it changes, from places that are stored in between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderbridge.core import jsonio
from orderbridge.core.errors import TransientError
from orderbridge.core.jsonio import JsonObject
from orderbridge.sync.backfill.lists import Place, turned


def read(
    rows: list[str], changes: list[tuple[int, list[int]]], *, page_rows: int, overlap_rows: int, total: bool
) -> tuple[list[str], set[str], int]:
    """Read a list, newest first, that changes after each page; returns what was found, what went, and the pages."""
    found: list[str] = []
    gone: set[str] = set()
    place: Place | None = Place()
    pages = 0
    while place is not None:
        page: list[JsonObject] = [{"_id": item} for item in rows[place.offset : place.offset + page_rows]]
        step = turned(
            place, page, len(rows) if total else None, page_rows=page_rows, overlap_rows=overlap_rows
        )
        found += [row["_id"] for row in step.rows]
        pages += 1
        # As if another process went on.
        place = Place.from_json(jsonio.decode(jsonio.encode(step.after.as_json()))) if step.after else None
        if changes:
            added, removed = changes.pop(0)
            rows = [f"new{pages}-{n}" for n in range(added)] + rows
            for number in removed:
                if rows:
                    gone.add(rows.pop(number % len(rows)))
    return found, gone, pages


@given(
    rows=st.integers(0, 120),
    grown=st.lists(st.integers(0, 300), max_size=12),
    page_rows=st.integers(5, 30),
    overlap_rows=st.integers(1, 4),
    total=st.booleans(),
)
def test_nothing_is_missed_however_many_rows_come_between_two_pages(
    rows: int, grown: list[int], page_rows: int, overlap_rows: int, total: bool
) -> None:
    old = [f"old{n}" for n in range(rows)]
    found, _, _ = read(
        list(old),
        [(count, []) for count in grown],
        page_rows=page_rows,
        overlap_rows=overlap_rows,
        total=total,
    )
    assert set(old) <= set(found)


@given(rows=st.integers(30, 150), places=st.lists(st.integers(0, 20), max_size=15))
def test_rows_that_go_while_it_is_read_hide_no_other(rows: int, places: list[int]) -> None:
    old = [f"old{n}" for n in range(rows)]
    found, gone, _ = read(list(old), [(0, []), (0, places)], page_rows=10, overlap_rows=4, total=True)
    assert set(old) <= set(found) | gone


def test_after_a_pause_of_days_it_goes_on_near_where_it_was() -> None:
    old = [f"old{n}" for n in range(10_000)]
    found, _, pages = read(
        list(old), [(0, [])] * 50 + [(5_000, [])], page_rows=100, overlap_rows=4, total=True
    )
    assert set(old) <= set(found)
    assert pages < 110


def test_a_list_that_shows_the_same_page_for_ever_is_left() -> None:
    page: list[JsonObject] = [{"_id": str(n)} for n in range(10)]

    def walk() -> None:
        place: Place | None = Place()
        while place is not None:
            place = turned(place, page, 1_000, page_rows=10, overlap_rows=4).after

    with pytest.raises(TransientError, match="stays the same from row"):
        walk()


def test_an_empty_list_has_ended() -> None:
    assert turned(Place(), [], 0, page_rows=10, overlap_rows=4).after is None
