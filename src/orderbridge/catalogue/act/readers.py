"""How each kind of Act! record is read when something says that it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from orderbridge.catalogue.changes import DELETED, Observed
from orderbridge.catalogue.names import to_ours
from orderbridge.catalogue.paging import with_id
from orderbridge.catalogue.reading import Look, Reader, absent, event_type, hidden, seen
from orderbridge.connectors.act.models import STATUS_NUMBERS
from orderbridge.connectors.act.odata import rows_of
from orderbridge.core.errors import BadRecordError, NotFoundError, RejectedError
from orderbridge.core.jsonio import JsonObject

ACT = "act"
OPPORTUNITY, LINE_ITEM, CUSTOM_RECORD = "opportunity", "line_item", "custom_record"
# Without it, rich text comes back as HTML.
PLAIN: Mapping[str, str] = {"format": "text"}
# Counted by Act! from today's date: they move every night and nobody did anything.
_COUNTED = frozenset({"days_open", "days_in_stage", "age", "related_entities_resolver"})
_STATUS_NAMES = {number: name for name, number in STATUS_NUMBERS.items()}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of record of Act!.

    Attributes:
        path: Of the list; a record stands below it by its id.
        edited: What lists call the time of the last edit.
        query: What every call carries.
    """

    kind: str
    path: str
    edited: str = "edited"
    query: Mapping[str, str] = field(default_factory=dict)

    async def __call__(self, look: Look) -> list[Observed]:
        """Read it by its id."""
        try:
            state = await self.read(look)
        except NotFoundError as error:
            return absent(look, ACT, error)
        except RejectedError as error:
            return hidden(look, error)
        return [seen(look, ACT, state)]

    async def read(self, look: Look) -> JsonObject:
        """Return the record in our names.

        Raises:
            NotFoundError: It is missing, deleted, or hidden from this user.
        """
        place = f"{self.path}/{quote(look.record_id, safe='')}"
        body = (await look.act.request("GET", place, params=self.query)).body
        if not isinstance(body, dict):
            raise BadRecordError(f"Act! GET {place}: the answer is not a record", cause="act.not_a_record")
        return shown(self.kind, body)


KINDS = {
    item.kind: item
    for item in (
        Kind(kind="contact", path="/api/contacts"),
        Kind(kind="company", path="/api/companies"),
        Kind(kind=OPPORTUNITY, path="/api/opportunities"),
        Kind(kind="product", path="/api/Products", edited="editDate"),
        Kind(kind="history", path="/api/History", query=PLAIN),
        Kind(kind="note", path="/api/notes", query=PLAIN),
        Kind(kind="task", path="/api/tasks", query=PLAIN),
    )
}


def shown(kind: str, row: JsonObject) -> JsonObject:
    """Return a record in our names, without what Act! counts anew every day."""
    if kind == CUSTOM_RECORD:
        return with_id(row)
    state = {name: value for name, value in to_ours(row).items() if name not in _COUNTED}
    if kind == OPPORTUNITY and isinstance(state.get("status"), int):
        state["status"] = _STATUS_NAMES.get(state["status"], state["status"])
    return state


async def opportunity(look: Look) -> list[Observed]:
    """Read an opportunity and, where a flow listens to them, its lines."""
    found = await KINDS[OPPORTUNITY](look)
    if LINE_ITEM not in look.wanted or not found:
        return found
    [one] = found
    return [*found, *(_lines_gone(look) if one.deleted else await _lines(look))]


async def custom_record(look: Look) -> list[Observed]:
    """Read a record of a custom table; its id here is the table's name and its own."""
    table, _, record_id = look.record_id.partition("/")
    place = f"/api/custom/entities/{quote(table, safe='')}/{quote(record_id, safe='')}"
    try:
        body = (await look.act.request("GET", place)).body
    except NotFoundError as error:
        return absent(look, ACT, error)
    except RejectedError as error:
        return hidden(look, error)
    if not isinstance(body, dict):
        raise BadRecordError(f"Act! GET {place}: the answer is not a record", cause="act.not_a_record")
    return [seen(look, ACT, shown(CUSTOM_RECORD, body) | {"table": table})]


async def _lines(look: Look) -> list[Observed]:
    place = f"/api/opportunities/{quote(look.record_id, safe='')}/products"
    rows = rows_of(await look.act.request("GET", place), what=f"GET {place}")
    states = {str(row["id"]): shown(LINE_ITEM, row) | {"opportunity_id": look.record_id} for row in rows}
    there = [seen(look, ACT, state, part=(LINE_ITEM, line_id)) for line_id, state in states.items()]
    return there + _lines_gone(look, frozenset(states))


def _lines_gone(look: Look, there: frozenset[str] = frozenset()) -> list[Observed]:
    return [
        Observed(
            kind=LINE_ITEM,
            record_id=line_id,
            type=event_type(ACT, LINE_ITEM),
            state=state,
            deleted=True,
        )
        for (kind, line_id), state in look.parts.items()
        if kind == LINE_ITEM and line_id not in there and not state.get(DELETED)
    ]


READERS: dict[str, Reader] = {**KINDS, OPPORTUNITY: opportunity, CUSTOM_RECORD: custom_record}
# Read together with their opportunity.
PARTS = {LINE_ITEM: OPPORTUNITY}
