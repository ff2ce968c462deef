"""What all groups of Act! calls share: reading a record, walking a list, writing and reading the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from orderbridge.connectors.account_calls import AccountCalls
from orderbridge.connectors.act.odata import rows_of
from orderbridge.connectors.base import Answer
from orderbridge.connectors.paging import walk
from orderbridge.core.errors import BadRecordError, InDoubtError
from orderbridge.core.jsonio import JsonObject

T = TypeVar("T")
Parse = Callable[[JsonObject], T]

# $top=5000 was seen to return 5000, so a page shorter than this is the end of the list.
PAGE_ROWS = 200
_OVERLAP_ROWS = 3


class ActCalls(AccountCalls):
    """The ground that the groups of calls stand on."""

    def rows(
        self,
        path: str,
        *,
        filter: str | None = None,
        order_by: str = "id",
        params: Mapping[str, Any] | None = None,
    ) -> AsyncIterator[JsonObject]:
        """Yield the rows of any list as Act! sends them, each once.

        Args:
            path: Of the list.
            filter: OData, see ``odata.py``.
            order_by: Ends in a unique field, because ``$skip`` repeats and drops rows on ties.
            params: What every call carries.
        """
        return self._walk(path, filter=filter, order_by=order_by, params=params)

    async def _get(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        return await self.http.call("GET", path, params=params, urgent=self._urgent)

    async def _record(self, path: str, parse: Parse[T], params: Mapping[str, Any] | None = None) -> T:
        answer = await self._get(path, params)
        if not isinstance(answer.body, dict):
            raise BadRecordError(f"Act! GET {path}: the answer is not a record", cause="act.not_a_record")
        return parse(answer.body)

    async def _rows(self, path: str, params: Mapping[str, Any] | None = None) -> list[JsonObject]:
        return rows_of(await self._get(path, params), what=f"GET {path}")

    def _walk(
        self,
        path: str,
        *,
        filter: str | None = None,
        order_by: str | None = "id",
        page_rows: int = PAGE_ROWS,
        params: Mapping[str, Any] | None = None,
    ) -> AsyncIterator[JsonObject]:
        async def fetch(offset: int, wanted: int) -> tuple[list[JsonObject], None]:
            query = {"$filter": filter, "$orderby": order_by, "$top": wanted, "$skip": offset or None}
            return await self._rows(path, query | dict(params or {})), None

        return walk(fetch, key=_identity, page_rows=page_rows, overlap_rows=_OVERLAP_ROWS)

    async def _write(
        self,
        method: str,
        path: str,
        body: JsonObject | list[Any] | None,
        parse: Parse[T],
        params: Mapping[str, Any] | None = None,
    ) -> T:
        answer = await self.http.call(method, path, params=params, body=body, urgent=self._urgent)
        try:
            if not isinstance(answer.body, dict):
                raise BadRecordError("the answer is not a record")
            return parse(answer.body)
        except BadRecordError as error:
            raise InDoubtError(
                f"Act! {method} {path}: accepted ({answer.status}), but the answer cannot be read ({error}); "
                "the record is looked up before anything is sent again",
                cause="act.unreadable_answer",
            ) from error


def part(value: str) -> str:
    """Quote ``value`` as one part of a path."""
    return quote(value, safe="")


def _identity(row: JsonObject) -> str:
    identity = row.get("id")
    if identity is None:
        raise BadRecordError("Act! sent a list with a row that has no id", cause="record.missing.id")
    return str(identity)
