"""The lists of an Act! database: what was edited since the last look, oldest first, and now and then everything.

There is no feed of deletions; a record that a look at everything does not show is looked up by its id.

Source: Act! Web API notes, sections 4, 5, 11.3 and 11.8.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from orderbridge.catalogue.act.readers import CUSTOM_RECORD, KINDS, LINE_ITEM, OPPORTUNITY, Kind, shown
from orderbridge.connectors.act.odata import edited_since
from orderbridge.connectors.fields import instant
from orderbridge.core.errors import NotFoundError, RejectedError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.listening import Listening
from orderbridge.sync.rows import BY_EDITED, Row, Stream, View

_NAMES = {
    "contact": "contacts",
    "company": "companies",
    OPPORTUNITY: "opportunities",
    "product": "products",
    "history": "history",
    "note": "notes",
    "task": "tasks",
}
# A remote copy delivers edits with the time at which they were made there: the month's look finds those.
_EDITS = "asked for edits: one is found whatever the age of the record; the whole list shows what was deleted"


def streams(listening: Listening) -> tuple[Stream, ...]:
    """Return the lists that these flows need."""
    stock = [
        _stream(
            name=_NAMES[kind],
            kind=kind,
            rows=partial(_stock, spec=spec),
            listened=kind,
        )
        for kind, spec in KINDS.items()
    ]
    lines = _stream(
        name="line_items",
        kind=OPPORTUNITY,
        rows=partial(_stock, spec=KINDS[OPPORTUNITY]),
        listened=LINE_ITEM,
        seen_as=LINE_ITEM,
        # The lines of old opportunities have to be known before one of them can be seen to change.
        backfills=True,
    )
    tables = [
        _stream(
            name=f"custom/{table}",
            kind=CUSTOM_RECORD,
            rows=partial(_table, table=table),
            listened=CUSTOM_RECORD,
            seen_as=f"{CUSTOM_RECORD}/{table}",
            prefix=f"{table}/",
        )
        for table in sorted(listening.tables)
    ]
    return (*stock, lines, *tables)


def _stream(**given: Any) -> Stream:
    return Stream(
        asked_by=BY_EDITED, why=_EDITS, ascending=True, scans=True, counted=False, page_rows=200, **given
    )


async def _stock(view: View, *, spec: Kind) -> AsyncIterator[Row]:
    async for raw in _raw(view, spec.path, spec.edited, spec.query):
        record_id = str(raw["id"])
        yield _row(raw, record_id, shown(spec.kind, raw), spec.kind, spec.edited)


async def _table(view: View, *, table: str) -> AsyncIterator[Row]:
    try:
        async for raw in _raw(view, f"/api/custom/entities/{quote(table, safe='')}", "edited", {}):
            record_id = f"{table}/{raw['id']}"
            state = shown(CUSTOM_RECORD, raw) | {"table": table}
            yield _row(raw, record_id, state, CUSTOM_RECORD, "edited")
    except NotFoundError as error:
        raise RejectedError(
            f"{error}; a flow listens to the custom table {table!r}, which this Act! database does not show",
            cause="act.no_such_table",
        ) from error


async def _raw(view: View, path: str, edited: str, query: Mapping[str, str]) -> AsyncIterator[JsonObject]:
    client = (await view.runtime.act(view.connection.id)).unhurried()
    order_by = f"{edited},id"
    if view.after is not None:
        condition = edited_since(view.after, field=edited)
        try:
            async for row in client.rows(path, filter=condition, order_by=order_by, params=query):
                yield row
            return
        except NotFoundError:
            raise
        except RejectedError:
            # Not every list is said to take a filter; then it is read whole.
            pass
    async for row in client.rows(path, order_by=order_by, params=query):
        yield row


def _row(raw: JsonObject, record_id: str, state: JsonObject, kind: str, edited: str) -> Row:
    return Row(record_id=record_id, state=state, lane=(kind, record_id), edited=instant(raw.get(edited)))
