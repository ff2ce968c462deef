"""What a flow's mappings would see: of the newest stored events of its trigger's kind, or else of its example."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderbridge.automation import drafts
from orderbridge.catalogue import own_events
from orderbridge.catalogue.operation import Listens
from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.steps import scope_of
from orderbridge.store import events
from orderbridge.store.events import Event

# Of a flow's own events, those of other flows stand between them.
_PER_OWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Something to try mappings on.

    Attributes:
        event_id: None for the trigger's example, which nobody sent.
        record_id: The record's.
        type: As the event came: ``OrderCreate``.
        accepted_at: When it came; None for the example.
        fires: Whether the trigger fires on it, with the flow's own input.
        scope: What mappings see at the start of a run: ``event``, ``before``, ``steps``.
    """

    event_id: str | None
    record_id: str
    type: str
    accepted_at: datetime | None
    fires: bool
    scope: JsonObject

    def as_json(self) -> JsonObject:
        """The sample as it is shown, secrets and all; whoever shows it hides these."""
        return {
            "event_id": self.event_id,
            "record_id": self.record_id,
            "type": self.type,
            "accepted_at": self.accepted_at,
            "fires": self.fires,
            "scope": self.scope,
        }


async def of_flow(runtime: Runtime, name: str, *, trigger: str | None = None, limit: int = 5) -> list[Sample]:
    """Return what a flow can be looked at with: what it fires on first, then the newest.

    Args:
        runtime: The database.
        name: The flow's, or its id; a draft will do.
        trigger: Another one than the flow's, such as one that is not saved yet.
        limit: How many at most.

    Raises:
        SetupError: There is no such flow.
        FlowError: The trigger is none.
    """
    async with runtime.db.read() as tx:
        found = await drafts.find(tx, name)
        given = found.newest.get("trigger_with", {}) if trigger in (None, found.newest["trigger"]) else {}
        declared = operation(trigger or found.newest["trigger"])
        listens = declared.listens
        if listens is None:
            raise FlowError(f"{declared.ref} is no trigger", cause="flow.not_a_trigger")
        own = listens.kind in own_events.READERS
        stored = await events.recent(
            tx, found.source.id, listens.kind, limit=limit * _PER_OWN if own else limit
        )
        times = await events.accepted(tx, [item.id for item in stored])
    if own:
        stored = [item for item in stored if own_events.belongs_to(item.record_id, found.flow_id)][:limit]
    made = [
        Sample(
            event_id=item.id,
            record_id=item.record_id,
            type=item.type,
            accepted_at=times.get(item.id),
            fires=_fires(listens, item, given),
            scope=scope_of(item),
        )
        for item in stored
    ]
    if made:
        return sorted(made, key=lambda item: not item.fires)
    example = declared.example_output
    if not example:
        return []
    return [
        Sample(
            event_id=None,
            record_id=str(example.get("id", "sample")),
            type=f"sample.{listens.kind}",
            accepted_at=None,
            fires=True,
            scope={"event": example, "before": {}, "steps": {}},
        )
    ]


def _fires(listens: Listens, event: Event, given: JsonObject) -> bool:
    try:
        return listens.happens(event.change, given)
    except (KeyError, TypeError):
        # Its input is not complete yet: a draft's.
        return False
