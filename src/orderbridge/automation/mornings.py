"""Alerts on days that were closed by themselves: both sides differ, or something of the day did not come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal

from orderbridge.connectors.registry import title
from orderbridge.core.jsonio import JsonObject
from orderbridge.store import daily
from orderbridge.store.alerts import Alert
from orderbridge.store.closes import RED
from orderbridge.store.connections import Connection
from orderbridge.store.daily import Trouble
from orderbridge.store.database import Tx

DAY_DIFFERS, DAY_INCOMPLETE = "day_differs", "day_incomplete"
KINDS = (DAY_DIFFERS, DAY_INCOMPLETE)

_SHOWN = 3


async def look(tx: Tx, every: Sequence[Connection], leading: Mapping[str, AbstractSet[str]]) -> list[Alert]:
    """Return the days that are not in order, as they were closed or stated last.

    Args:
        tx: The transaction.
        every: The connections.
        leading: From which connections flows that are on lead to a connection: where none does, nobody wants to be
            told that the two sides differ.
    """
    by_id = {item.id: item for item in every}
    joined = {frozenset((target, source)) for target, sources in leading.items() for source in sources}
    found = []
    for item in await daily.not_in_order(tx):
        one, other = by_id.get(item.connection_id), by_id.get(item.target_id)
        if item.job == daily.CLOSE:
            if one and other and {one.id, other.id} in joined:
                found.append(_differs(item, one, other))
        elif one and any(one.id in pair for pair in joined):
            found.append(_incomplete(item, one))
    return found


def _differs(item: Trouble, one: Connection, other: Connection) -> Alert:
    document, day = item.document, item.day
    red = item.state == RED
    said = "differ, and nothing explains it" if red else "do not agree"
    todos = [f"{code}: {todo}" for code, todo in (document.get("next") or {}).items()]
    todo = f" {' '.join(todos[:_SHOWN])}" if todos else ""
    more = f" ({len(todos) - _SHOWN} further reasons.)" if len(todos) > _SHOWN else ""
    return Alert(
        key=f"{DAY_DIFFERS}/{one.id}/{other.id}/{day}",
        kind=DAY_DIFFERS,
        title=f"{one.name} and {other.name} {said} on {day}",
        text=f"{str(document['line']).rstrip('.')}.{_besides(document)} Next: 'orderbridge close show {day}' names "
        f"every record with its reason.{todo}{more} Afterwards 'orderbridge close --day {day}' closes the day again.",
        since=item.settled_at,
        money=_differing(document),
    )


def _besides(document: JsonObject) -> str:
    parts = [
        f" {document[name]} {words}."
        for name, words in (
            ("duplicates", "opportunities stand for an order that has one already"),
            ("unreadable", "records cannot be read"),
        )
        if document[name]
    ]
    return "".join(parts)


def _differing(document: JsonObject) -> dict[str, Decimal]:
    """By currency the most that any measure differs by: an order that is missing is also not paid, and counts once."""
    found: dict[str, Decimal] = {}
    for currency, measures in document["totals"].items():
        apart = max((abs(Decimal(str(part["difference"]))) for part in measures.values()), default=Decimal(0))
        if apart:
            found[currency] = apart
    return found


def _incomplete(item: Trouble, one: Connection) -> Alert:
    statement, day = item.document, item.day
    kinds = statement["kinds"]
    parts = [f"{kind['missing']} {_words(kind['kind'])} events" for kind in kinds if kind["missing"]]
    parts += [
        f"unknown how many {_words(kind['kind'])} events, because the list could not be asked: "
        f"{str(kind['not_asked']).rstrip('.')}"
        for kind in kinds
        if kind["not_asked"]
    ]
    ids = [gap["record_id"] for kind in kinds for gap in kind["gaps"] if gap["what"] in ("missing", "stale")]
    such = f" Such as {', '.join(ids[:_SHOWN])}." if ids else ""
    return Alert(
        key=f"{DAY_INCOMPLETE}/{one.id}/{day}",
        kind=DAY_INCOMPLETE,
        title=f"not everything of {day} has come from {one.name}",
        text=f"Missing of what {title(one.system)} shows for the day: {'; '.join(parts)}.{such} Next: 'orderbridge "
        f"poll --once' fetches it while 'orderbridge serve' runs; afterwards 'orderbridge completeness --connection "
        f"{one.name} --day {day}' states the day again.",
        since=item.settled_at,
        money={},
    )


def _words(kind: str) -> str:
    return kind.replace("_", " ")
