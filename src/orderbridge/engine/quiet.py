"""A backfill is quiet: it notifies nobody, messages no customer and makes no task unless it was asked to.

This is the one place where that is decided, for every flow: by the backfill that an event comes from, and by what the
catalogue says of an operation. Replays of such a run are runs of the same event, so they are as quiet.
"""

from __future__ import annotations

from dataclasses import dataclass

from orderbridge.catalogue.operation import MESSAGES, Operation
from orderbridge.core.jsonio import JsonObject
from orderbridge.store import backfills
from orderbridge.store.database import Tx
from orderbridge.store.events import Event

SOURCE = "backfill"
# Behind everything that comes in, and behind what a person does once more.
PRIORITY = -20
LEFT_OUT = "left_out"
REASON = "left out: backfill is quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """What a backfill may do besides carrying over.

    Attributes:
        with_tasks: Steps that put a task before somebody are done.
        with_messages: Steps that message people are done; each still needs the consent of its flow.
    """

    with_tasks: bool = False
    with_messages: bool = False

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


async def of_event(tx: Tx, event: Event) -> Quiet | None:
    """Return how quiet the runs of an event are, None where they need not be."""
    if event.backfill_id is None:
        return Quiet() if event.source == SOURCE else None
    options = await backfills.options(tx, event.backfill_id)
    return Quiet(with_tasks=bool(options.get("with_tasks")), with_messages=bool(options.get("with_messages")))
