"""Kinds of records over there: how one is read, how they are listed, and how two values are compared."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.names import theirs, to_ours
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.connectors import fields as wire
from orderbridge.connectors.paging import walk
from orderbridge.core.errors import BadRecordError, NotFoundError
from orderbridge.core.jsonio import JsonObject, fingerprint

OFFSET, SKIP, PAGE, ODATA, WHOLE = "offset", "skip", "page", "odata", "whole"
# The clocks of two machines differ.
_CLOCK_SLACK = timedelta(minutes=15)
_OVERLAP_ROWS = 3
_MOST_SOUGHT = 10_000


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


@dataclass(frozen=True, kw_only=True)
class Record:
    """A kind of record.

    Attributes:
        system: ``ghl`` or ``act``.
        kind: Our word for it: ``coupon``.
        one: The call that reads one, by its id; None where it is sought in the list.
        id_name: What that call names the id.
        inside: The key that holds the record in the answers of its calls, or several where they differ; None
            where it is the answer.
        many: How they are listed, to find one whose creation was lost.
        parents: Input fields, in our names, that ``one`` and ``many`` need beside the id.
        path_names: What the calls name a parent, where that is not the usual spelling of ours.
        match: Fields that a listed row shows and by which a lost creation is known again; where none of them
            was sent, all that were.
        owners: The record's own keys are the owner's and are not renamed (custom tables).
        fixed: What ``one`` carries beside that, such as ``format=text``.
        view: Adds to a record, in our names, what inputs call otherwise than it does.
    """

    system: str
    kind: str
    one: str | None
    id_name: str = "id"
    inside: str | tuple[str, ...] | None = None
    many: Listing | None = None
    parents: tuple[str, ...] = ()
    path_names: Mapping[str, str] = field(default_factory=dict)
    match: tuple[str, ...] = ()
    owners: bool = False
    fixed: JsonObject = field(default_factory=dict)
    view: Callable[[JsonObject], JsonObject] | None = None

    @property
    def name(self) -> str:
        """System and kind, as intents and receipts name it."""
        return f"{self.system}.{self.kind}"

    def shown(self, answer: Any) -> JsonObject:
        """Return the record that an answer holds, in our names.

        Raises:
            BadRecordError: There is none in it.
        """
        keys = (self.inside,) if isinstance(self.inside, str) else self.inside or ()
        value = answer
        if isinstance(answer, Mapping):
            value = next((answer[key] for key in keys if key in answer), answer)
        if isinstance(value, list) and len(value) == 1:
            # Single records have been seen wrapped in an array of one.
            value = value[0]
        if not isinstance(value, Mapping):
            raise BadRecordError(f"{self.name}: the answer holds no record", cause="record.unreadable")
        return self._ours(dict(value))

    def _ours(self, row: JsonObject) -> JsonObject:
        known = with_id(row) if self.owners else to_ours(row)
        return known if self.view is None else known | self.view(known)

    async def read(
        self, ctx: ActionContext, record_id: str, given: JsonObject, query: JsonObject | None = None
    ) -> JsonObject | None:
        """Return one record, None where it is not there.

        Args:
            record_id: Its id.
            given: Input that holds the parents.
            query: Filters, in the provider's names, where it is sought in the list.
        """
        if self.one is None:
            return await self._from_list(ctx, record_id, given, query)
        values = {self.id_name: record_id} | self.fixed | self._parents(given)
        request = prepare(find(self.system, self.one), ctx, values)
        try:
            return {"id": record_id} | self.shown(await request.send(ctx))
        except NotFoundError:
            return None

    async def _from_list(
        self, ctx: ActionContext, record_id: str, given: JsonObject, query: JsonObject | None
    ) -> JsonObject | None:
        if self.many is None:
            return None
        async for row in self.listed(ctx, given, most=_MOST_SOUGHT, query=query):
            if str(row.get("id")) == record_id:
                return row
        return None

    async def listed(
        self, ctx: ActionContext, given: JsonObject, *, most: int, query: JsonObject | None = None
    ) -> AsyncIterator[JsonObject]:
        """Yield records as the list shows them, in our names.

        Args:
            given: Input that holds the parents.
            most: Rows at most.
            query: Filters, in the provider's names.
        """
        assert self.many is not None
        count = 0
        async for row in pages(ctx, self.system, self.many, self._parents(given) | (query or {})):
            if count >= most:
                return
            count += 1
            yield self._ours(row)

    async def found_again(
        self, ctx: ActionContext, given: JsonObject, wanted: JsonObject, query: JsonObject | None = None
    ) -> JsonObject | None:
        """Find the record that an earlier attempt of this very step created, None where there is none."""
        if self.many is None:
            return None
        names = [name for name in self.match if name in wanted] or list(wanted)
        since = ctx.began_at - _CLOCK_SLACK
        async for row in self.listed(ctx, given, most=_MOST_SOUGHT, query=query):
            if not (_made_at(row, since) and self._is(row, {name: wanted[name] for name in names})):
                continue
            if not await ctx.made_by_another(self.system, self.name, str(row["id"])):
                return await self.read(ctx, str(row["id"]), given, query) or row
        return None

    def _is(self, row: JsonObject, wanted: JsonObject) -> bool:
        # A key that a table does not have was ignored when the row was made, so that it tells nothing now.
        shown = [name for name in wanted if not self.owners or _holds(row, name)]
        return bool(shown) and all(same(value_at(row, name), wanted[name]) for name in shown)

    def _parents(self, given: JsonObject) -> JsonObject:
        return {
            self.path_names.get(name) or theirs(name): given[name] for name in self.parents if name in given
        }


async def pages(
    ctx: ActionContext, system: str, listing: Listing, values: JsonObject
) -> AsyncIterator[JsonObject]:
    """Yield every row of a list as the provider sends it, each once."""
    call = find(system, listing.call)

    async def fetch(offset: int, wanted: int) -> tuple[list[JsonObject], int | None]:
        asked = _page(listing, offset, wanted)
        answer = await prepare(call, ctx, listing.fixed | values | asked).send(ctx)
        return list(_rows(answer, listing)), _total(answer)

    if listing.paging == WHOLE:
        for row in (await fetch(0, listing.page_rows))[0]:
            yield row
        return
    # A list that counts pages cannot be read with an overlap.
    overlap = 0 if listing.paging == PAGE else _OVERLAP_ROWS
    async for row in walk(fetch, key=_key, page_rows=listing.page_rows, overlap_rows=overlap):
        yield row


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


def _made_at(row: JsonObject, since: datetime) -> bool:
    moment = next(
        (
            wire.instant(row[name])
            for name in ("created_at", "created", "create_date", "date_added")
            if row.get(name)
        ),
        None,
    )
    return moment is None or moment >= since


def same(actual: Any, wanted: Any) -> bool:
    """Tell whether what is there is what was wanted, as people mean it.

    Nothing and the empty text are the same; so are two spellings of one moment or one address; an object may
    have more fields than were wanted, a list may not have more entries.
    """
    if isinstance(wanted, Mapping):
        return isinstance(actual, Mapping) and all(
            same(actual.get(key), item) for key, item in wanted.items()
        )
    if isinstance(wanted, list):
        found = actual if isinstance(actual, list) else []
        if wanted and all(isinstance(item, Mapping) and set(item) == {"id"} for item in wanted):
            # Links have no order, and ids come back in another case.
            return _ids_of(found) == _ids_of(wanted)
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if actual in (None, "") and wanted in (None, ""):
        return True
    if isinstance(actual, str) and isinstance(wanted, str):
        if "@" in wanted:
            return actual.strip().casefold() == wanted.strip().casefold()
        return actual.strip() == wanted.strip() or _same_moment(actual, wanted)
    return fingerprint(actual) == fingerprint(wanted)


def _ids_of(rows: list[Any]) -> set[str]:
    return {str(row.get("id")).casefold() for row in rows if isinstance(row, Mapping)}


def _same_moment(actual: str, wanted: str) -> bool:
    if not (wanted[:1].isdigit() and "-" in wanted):
        return False
    one, other = wire.instant(actual), wire.instant(wanted)
    if one is None or other is None:
        return False
    # A day and the midnight that a provider makes of it are the same; whole seconds are all that Act! keeps.
    return one.replace(microsecond=0) == other.replace(microsecond=0)


def seen_as(actual: JsonObject, wanted: JsonObject) -> JsonObject:
    """Return what is there, cut to what was wanted: equal fields take the very value that was wanted."""
    cut: JsonObject = {"id": actual.get("id")}
    for name, item in wanted.items():
        found = value_at(actual, name)
        cut[name] = item if same(found, item) else found
    return cut


def value_at(record: JsonObject, name: str) -> Any:
    """Return a field of a record, or one of the owner's own below it: ``custom_fields.user1``.

    The owner's keys come back in another case than they were sent in.
    """
    inside, key = _place(record, name)
    return None if key is None else inside[key]


def _holds(record: JsonObject, name: str) -> bool:
    return _place(record, name)[1] is not None


def _place(record: JsonObject, name: str) -> tuple[Mapping[str, Any], str | None]:
    """Return the object in which a field stands, and its key there, None where it has none."""
    if name in record:
        return record, name
    head, dot, rest = name.partition(".")
    inside = record.get(head) if dot else record
    if not isinstance(inside, Mapping):
        return {}, None
    wanted = (rest if dot else name).casefold()
    return inside, next((key for key in inside if key.casefold() == wanted), None)
