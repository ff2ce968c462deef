"""Flows that rewrite each other's value: stopped at the second time round, with both named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderbridge.catalogue.context import Notice
from orderbridge.connectors.registry import title
from orderbridge.core.errors import HeldError, OrderBridgeError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get
from orderbridge.engine.echo import entry, kind_of
from orderbridge.notify.notices import Notices
from orderbridge.store import channels, flows, own_writes
from orderbridge.store.database import Tx

log = get(__name__)

CAUSE = "flow.bounce"
_MOST_BOUNCES = 2


class BounceError(HeldError):
    """Two flows write over each other; a person changes one of them.

    Attributes:
        field: Over which one.
    """

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message, cause=CAUSE)
        self.field = field


def count(writes: Sequence[JsonObject]) -> int:
    """Count how often a flow wrote a value again that another flow had written over."""
    bounces = 0
    for number, write in enumerate(writes):
        before = writes[:number]
        again = any(_equal(item, write) for item in before)
        if again and before[-1]["author"] != write["author"]:
            bounces += 1
    return bounces


def _equal(one: JsonObject, other: JsonObject) -> bool:
    return bool(one["author"] == other["author"] and one["mark"] == other["mark"])


async def refuse(
    tx: Tx,
    connection_id: str,
    system: str,
    kind: str,
    record_id: str,
    values: Mapping[str, Any],
    *,
    author: str,
) -> None:
    """Stop a write that would be the second bounce of one of its fields.

    Args:
        tx: To look in.
        connection_id: Where it would be written.
        system: ``act`` or ``ghl``.
        kind: Of record, as the write calls it.
        record_id: Over there.
        values: What would be written, by field; only what is another value now.
        author: The flow, or the template that it belongs to.

    Raises:
        BounceError: Names both flows, the field and both values.
    """
    name = kind_of(system, kind)
    known = (await own_writes.of_records(tx, connection_id, [(name, record_id)])).get((name, record_id))
    for field, value in values.items():
        past = known.history.get(field, []) if known else []
        if not past or past[-1]["author"] == author:
            continue
        mine = entry(author, value)
        if count([*past, mine]) < _MOST_BOUNCES:
            continue
        names = await flows.names(tx, [author, past[-1]["author"]])
        one, other = names[author], names[past[-1]["author"]]
        raise BounceError(
            f"{title(system)} {name} {record_id}: flow {one!r} wants {field} to be {mine['text']!r}, and flow "
            f"{other!r} keeps making it {past[-1]['text']!r}; they have written over each other twice, so "
            f"this was not sent. Let only one of them write {field}, then replay this run",
            field=field,
        )


async def forgive(tx: Tx, connection_id: str, system: str, kind: str, record_id: str, field: str) -> None:
    """Forget who wrote a field: a person who replays the run that was stopped wants it written."""
    await own_writes.forget_history(tx, connection_id, kind_of(system, kind), record_id, [field])


async def tell(notices: Notices, error: BounceError) -> None:
    """Say it through every channel that there is; it is logged and held whether they work or not."""
    log.error("two flows write over each other", reason=str(error))
    async with notices.db.read() as tx:
        names = [row["name"] for row in await channels.every(tx)]
    for name in names:
        notice = Notice(
            channel=name,
            title="Two flows write over each other",
            text=str(error),
            kind="failure",
            key=str(error),
        )
        try:
            await notices.say(notice)
        except OrderBridgeError as refused:
            log.warning("an alert was not delivered", channel=name, cause=refused.cause)
