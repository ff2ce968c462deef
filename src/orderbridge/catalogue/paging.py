"""How a provider's lists are read, page by page, each row once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.connectors.paging import walk
from orderbridge.core.errors import BadRecordError
from orderbridge.core.jsonio import JsonObject

OFFSET, SKIP, PAGE, ODATA, WHOLE = "offset", "skip", "page", "odata", "whole"
_OVERLAP_ROWS = 3


@dataclass(frozen=True, kw_only=True)
class Listing:
    """How a list is read.

    Attributes:
        call: ``GET /payments/coupon/list``; a POST search works too.
        rows: The key of the rows in the answer; None where the answer is the array itself.
        paging: ``offset`` (limit, offset), ``skip`` (limit, skip), ``page`` (pageLimit or limit, page),
            ``odata`` ($top, $skip) or ``whole`` (everything at once).
        page_rows: Rows to ask for at once.
        limit_name: What the call names the number of rows.
        fixed: What every request carries.
    """

    call: str
    rows: str | None = None
    paging: str = WHOLE
    page_rows: int = 100
    limit_name: str = "limit"
    fixed: JsonObject = field(default_factory=dict)


async def pages(
    ctx: ActionContext, system: str, listing: Listing, values: JsonObject
) -> AsyncIterator[JsonObject]:
    """Yield every row of a list as the provider sends it, each once."""

    async def fetch(offset: int, wanted: int) -> tuple[list[JsonObject], int | None]:
        return await page(ctx, system, listing, values, offset=offset, wanted=wanted)

    if listing.paging == WHOLE:
        for row in (await fetch(0, listing.page_rows))[0]:
            yield row
        return
    # A list that counts pages cannot be read with an overlap.
    overlap = 0 if listing.paging == PAGE else _OVERLAP_ROWS
    async for row in walk(fetch, key=_key, page_rows=listing.page_rows, overlap_rows=overlap):
        yield row


async def page(
    ctx: ActionContext, system: str, listing: Listing, values: JsonObject, *, offset: int, wanted: int
) -> tuple[list[JsonObject], int | None]:
    """Return one page of a list as the provider sends it, and how many rows the whole has, where it says so."""
    asked = _page(listing, offset, wanted)
    answer = await prepare(find(system, listing.call), ctx, listing.fixed | values | asked).send(ctx)
    return list(_rows(answer, listing)), _total(answer)


def _page(listing: Listing, offset: int, wanted: int) -> JsonObject:
    if listing.paging == OFFSET:
        return {listing.limit_name: wanted, "offset": offset}
    if listing.paging == SKIP:
        return {listing.limit_name: wanted, "skip": offset}
    if listing.paging == PAGE:
        return {listing.limit_name: wanted, "page": offset // wanted + 1}
    if listing.paging == ODATA:
        return {"$top": wanted} | ({"$skip": offset} if offset else {})
    return {}


def _rows(answer: Any, listing: Listing) -> Iterator[JsonObject]:
    rows = answer
    if isinstance(answer, Mapping):
        # Act! has been seen to wrap arrays in {"value": […]}.
        rows = answer.get(listing.rows or "value", answer.get("items"))
    if not isinstance(rows, list):
        raise BadRecordError(
            f"{listing.call}: the answer has no list{f' {listing.rows!r}' if listing.rows else ''}",
            cause="record.unknown_envelope",
        )
    yield from (row for row in rows if isinstance(row, dict))


def _total(answer: Any) -> int | None:
    if not isinstance(answer, Mapping):
        return None
    for name in ("totalCount", "total", "count"):
        value = answer.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("total")
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def with_id(row: JsonObject) -> JsonObject:
    """Return the row with its id under ``id``, whatever else its keys are."""
    return row if "id" in row or "_id" not in row else {"id": row["_id"]} | row


def _key(row: JsonObject) -> str:
    found = row.get("_id", row.get("id"))
    if found is None:
        raise BadRecordError("a list has a row without an id", cause="record.missing.id")
    return str(found)
