"""History is quiet: it notifies nobody, messages no customer and makes no task unless a backfill was asked to.

This is the one place where that is decided, for every flow: by the backfill that an event comes from, or by the age of
a record that is met for the first time, and by what the catalogue says of an operation. Replays of such a run are runs
of the same event, so they are as quiet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderbridge.catalogue.operation import MESSAGES, Operation
from orderbridge.catalogue.reading import POLL, WEBHOOK, is_known, is_touched
from orderbridge.core.jsonio import JsonObject
from orderbridge.store import backfills
from orderbridge.store.database import Tx
from orderbridge.store.events import Event

SOURCE = "backfill"
# Behind everything that comes in, and behind what a person does once more.
PRIORITY = -20
# What a poll finds of before a flow listened: nobody waits for it either, but nobody has put it off.
HISTORY_PRIORITY = -10
LEFT_OUT = "left_out"
REASON = "left out: backfill is quiet"
OLDER = "left out: it is older than the flow, and history is quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """What may be done with history besides carrying it over.

    Attributes:
        with_tasks: Steps that put a task before somebody are done.
        with_messages: Steps that message people are done; each still needs the consent of its flow.
        reason: Why a step is left out, for people.
    """

    with_tasks: bool = False
    with_messages: bool = False
    reason: str = REASON

    def leaves_out(self, action: Operation) -> bool:
        """Whether a step is not done at all."""
        if action.makes_tasks and not self.with_tasks:
            return True
        return MESSAGES in action.effects and not self.with_messages

    def softened(self, action: Operation, given: JsonObject) -> JsonObject:
        """Return the input of a step that is done, without what would message people besides."""
        if self.with_messages:
            return given
        loud = {name for name, effect in action.conditional.items() if effect == MESSAGES}
        return {name: False if name in loud and value else value for name, value in given.items()}


async def of_event(tx: Tx, event: Event, *, system: str, began_at: datetime) -> Quiet | None:
    """Return how quiet a flow's run of an event is, None where it need not be.

    Args:
        tx: The transaction.
        event: What the run is of.
        system: Of the account that it came from.
        began_at: When the flow was published first.
    """
    if event.backfill_id is None:
        if event.source == SOURCE:
            return Quiet()
        return Quiet(reason=OLDER) if was_there(event, system, began_at) else None
    options = await backfills.options(tx, event.backfill_id)
    return Quiet(with_tasks=bool(options.get("with_tasks")), with_messages=bool(options.get("with_messages")))


def was_there(event: Event, system: str, began_at: datetime) -> bool:
    """Whether nothing has happened: a record that was there before the flow is seen for the first time.

    What a webhook told of, and what was edited since, has happened, however old the record is. What belongs to a record
    is judged by itself: a new payment of an old order is news.
    """
    change = event.change
    if event.source not in (POLL, WEBHOOK) or change.told or change.before or change.deleted:
        return False
    return is_known(system, event.state, began_at) and not is_touched(system, event.state, began_at)
