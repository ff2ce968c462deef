"""What all groups of HighLevel calls share: whose location it is, reading, walking and writing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import date
from typing import Any, TypeVar
from urllib.parse import quote

from orderbridge.connectors.account_calls import AccountCalls
from orderbridge.connectors.fields import objects
from orderbridge.connectors.ghl.models import Page
from orderbridge.connectors.http import HttpClient
from orderbridge.connectors.paging import walk
from orderbridge.core.errors import BadRecordError, InDoubtError
from orderbridge.core.jsonio import JsonObject

T = TypeVar("T")
Parse = Callable[[JsonObject], T]
OnBad = Callable[[BadRecordError, JsonObject], None]

# The default is 10 and the maximum unpublished; 100 is in wide use.
PAGE_ROWS = 100
_OVERLAP_ROWS = 4


class GhlCalls(AccountCalls):
    """The ground that the groups of calls stand on."""

    def __init__(self, http: HttpClient, *, location_id: str) -> None:
        super().__init__(http)
        self.location_id = location_id

    @property
    def _alt(self) -> JsonObject:
        """Whose records: what payments and invoices call the location."""
        return {"altId": self.location_id, "altType": "location"}

    @property
    def _alt_query(self) -> JsonObject:
        # Some back ends behind payments want locationId too, whatever their description says.
        return self._alt | {"locationId": self.location_id}

    async def _get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        answer = await self.http.call("GET", path, params=params, urgent=self._urgent)
        return answer.body

    async def _object(self, path: str, params: Mapping[str, Any] | None = None) -> JsonObject:
        return _expect_object(await self._get(path, params), f"GET {path}")

    async def _send(
        self,
        method: str,
        path: str,
        parse: Parse[T],
        *,
        body: JsonObject | None = None,
        params: Mapping[str, Any] | None = None,
        repeatable: bool = False,
    ) -> T:
        answer = await self.http.call(
            method, path, params=params, body=body, repeatable=repeatable, urgent=self._urgent
        )
        try:
            return parse(_expect_object(answer.body, f"{method} {path}"))
        except BadRecordError as error:
            if repeatable:
                raise
            raise InDoubtError(
                f"HighLevel {method} {path}: accepted ({answer.status}), but the answer cannot be read "
                f"({error}); the record is looked up before anything is sent again",
                cause="ghl.unreadable_answer",
            ) from error

    async def _page(
        self, path: str, params: Mapping[str, Any], *, rows: str, total: str, offset: int, limit: int
    ) -> Page[JsonObject]:
        data = await self._object(path, {**params, "limit": limit, "offset": offset})
        if not isinstance(data.get(rows), list):
            raise BadRecordError(
                f"HighLevel GET {path}: the answer has no list {rows!r}", cause="ghl.unknown_envelope"
            )
        return Page(tuple(objects(data, rows)), _count(data.get(total)))

    async def _walk(
        self,
        page: Callable[[int, int], Awaitable[Page[JsonObject]]],
        parse: Parse[T],
        *,
        page_rows: int = PAGE_ROWS,
        on_bad: OnBad | None = None,
    ) -> AsyncIterator[T]:
        async def fetch(offset: int, wanted: int) -> tuple[tuple[JsonObject, ...], int | None]:
            found = await page(offset, wanted)
            return found.rows, found.total

        async for row in walk(fetch, key=identity, page_rows=page_rows, overlap_rows=_OVERLAP_ROWS):
            try:
                record = parse(row)
            except BadRecordError as error:
                # One unreadable record must not hide all that come after it.
                if on_bad is None:
                    raise
                on_bad(error, row)
            else:
                yield record


def part(value: str) -> str:
    """Quote ``value`` as one part of a path."""
    return quote(value, safe="")


def day(value: date | None) -> str | None:
    """Write a day the way list filters take it; HighLevel reads it as a UTC day."""
    return None if value is None else value.strftime("%Y-%m-%d")


def identity(row: JsonObject) -> str:
    """The id of a row, in either spelling."""
    found = row.get("_id") or row.get("id")
    if not isinstance(found, str):
        raise BadRecordError("HighLevel sent a list with a row that has no id", cause="record.missing.id")
    return found


def _count(value: Any) -> int | None:
    # Products wrap it: [{"total": 7}].
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = value[0].get("total")
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _expect_object(body: Any, what: str) -> JsonObject:
    if not isinstance(body, dict):
        raise BadRecordError(f"HighLevel {what}: the answer is not an object", cause="ghl.not_an_object")
    return body
