"""Walking a list page by page while others add to it and take from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

from orderbridge.core.errors import TransientError

T = TypeVar("T")
# (offset, rows wanted) -> (rows, how many the whole list holds; None where the server does not say)
Fetch = Callable[[int, int], Awaitable[tuple[Sequence[T], int | None]]]

# A list that grows by exactly a page between two calls looks the same too, but not for so long.
_SAME_PAGES = 20
STUCK = "paging.stuck"


async def walk(
    fetch: Fetch[T], *, key: Callable[[T], str], page_rows: int, overlap_rows: int
) -> AsyncIterator[T]:
    """Yield every row that is in the list from the first call to the last, each once.

    Offsets count from the list's current start, so they move under inserts and deletes. Each page
    therefore begins ``overlap_rows`` before the end of the last one. A page without a single known row
    means that more rows than that have gone: it is read again further back, until the two touch.

    Args:
        fetch: Reads one page.
        key: The identity of a row.
        page_rows: Rows to ask for at once.
        overlap_rows: Rows to read twice; 0 trusts the offsets.

    Raises:
        TransientError: The list does not move on: the server ignores the offset. Nothing of it can be trusted.
    """
    seen: set[str] = set()
    last_page: list[str] = []
    offset = same_pages = 0
    while True:
        rows, total = await fetch(offset, page_rows)
        if overlap_rows and offset and seen and rows and not any(key(row) in seen for row in rows):
            offset = max(0, offset - page_rows // 2)
            continue
        fresh = [row for row in rows if key(row) not in seen]
        for row in fresh:
            # A page may hold the same row twice.
            if key(row) not in seen:
                seen.add(key(row))
                yield row
        end = offset + len(rows)
        page = [key(row) for row in rows]
        same_pages = same_pages + 1 if page and offset and page == last_page else 0
        # Asked before the end is believed: what the first page announces may be reached by repeating it.
        if same_pages >= _SAME_PAGES or (same_pages == 1 and await _begins_with(fetch, page, key, page_rows)):
            raise TransientError(
                f"the same page comes for ever: rows {offset} and on are those of an earlier page "
                f"({'nothing' if total is None else f'{total} rows'} announced); it is read again later",
                cause=STUCK,
            )
        last_page = page
        if not rows or (end >= total if total is not None else len(rows) < page_rows):
            return
        # A page without news must still lead on, so it is left without an overlap.
        offset = end - (min(overlap_rows, len(rows) - 1) if fresh else 0)


async def _begins_with(fetch: Fetch[T], page: list[str], key: Callable[[T], str], page_rows: int) -> bool:
    """Whether a page that came twice is what the list begins with: then its server gives nothing else.

    A list that grew by a page in between shows the same rows twice too, but begins with others.
    """
    rows, _ = await fetch(0, page_rows)
    return [key(row) for row in rows] == page
