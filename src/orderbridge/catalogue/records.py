"""Kinds of records over there: how one is read, how they are listed, and how a lost one is found again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from orderbridge.catalogue.comparing import holds, same, value_at
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.names import theirs, to_ours
from orderbridge.catalogue.paging import Listing, pages, with_id
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.connectors import fields as wire
from orderbridge.core.errors import BadRecordError, NotFoundError
from orderbridge.core.jsonio import JsonObject

# The clocks of two machines differ.
_CLOCK_SLACK = timedelta(minutes=15)
_MOST_SOUGHT = 10_000


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
        """Find the record that an earlier attempt of this very step created, None where there is none.

        One that holds all that was sent comes before one that only looks alike: that may be somebody else's.
        """
        if self.many is None:
            return None
        names = [name for name in self.match if name in wanted] or list(wanted)
        since = ctx.began_at - _CLOCK_SLACK
        alike: list[JsonObject] = []
        async for row in self.listed(ctx, given, most=_MOST_SOUGHT, query=query):
            if not (_made_since(row, since) and self._is(row, {name: wanted[name] for name in names})):
                continue
            if await ctx.made_by_another(self.system, self.name, str(row["id"])):
                continue
            there = await self.read(ctx, str(row["id"]), given, query) or row
            if self._is(there, wanted):
                return there
            alike.append(there)
        return max(alike, key=lambda row: _made_at(row) or since, default=None)

    def _is(self, row: JsonObject, wanted: JsonObject) -> bool:
        # A key that a table does not have was ignored when the row was made, so that it tells nothing now.
        shown = [name for name in wanted if not self.owners or holds(row, name)]
        return bool(shown) and all(same(value_at(row, name), wanted[name]) for name in shown)

    def _parents(self, given: JsonObject) -> JsonObject:
        return {
            self.path_names.get(name) or theirs(name): given[name] for name in self.parents if name in given
        }


def _made_since(row: JsonObject, since: datetime) -> bool:
    moment = _made_at(row)
    return moment is None or moment >= since


def _made_at(row: JsonObject) -> datetime | None:
    return next(
        (
            wire.instant(row[name])
            for name in ("created_at", "created", "create_date", "date_added")
            if row.get(name)
        ),
        None,
    )
