"""Let something of our own happen to one flow: stored durably before anybody hears yes."""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.own_events import record_of
from orderbridge.catalogue.registry import operation
from orderbridge.core import jsonio
from orderbridge.core.errors import FlowError
from orderbridge.engine.listening import listens_of
from orderbridge.store.flows import StoredFlow
from orderbridge.store.inbox import NewDelivery


def happened(flow: StoredFlow, kind: str, occurrence_id: str, state: Any) -> NewDelivery:
    """Return the delivery of an occurrence; the same ``occurrence_id`` is the same occurrence.

    Args:
        flow: To which it happened.
        kind: ``schedule``, ``inbound`` or ``manual``.
        occurrence_id: Unique within the flow.
        state: What the flow is given.
    """
    record_id = record_of(flow.id, occurrence_id)
    return NewDelivery(
        connection_id=flow.source_connection,
        delivery_id=f"{kind}/{record_id}",
        source=kind,
        type=f"{kind}_happened",
        kind=kind,
        record_id=record_id,
        lane_kind=kind,
        lane_record_id=record_id,
        body=jsonio.encode(state),
        priority=10,
    )


def require(flow: StoredFlow, kind: str, trigger: str) -> None:
    """Check that a flow listens to what is about to happen to it.

    Raises:
        FlowError: It is switched off, or listens to something else.
    """
    listens = listens_of(flow)
    if listens is None or listens.kind != kind:
        raise FlowError(
            f"flow {flow.name!r} listens to {flow.definition['trigger']}, not to {operation(trigger).ref}",
            cause="flow.other_trigger",
        )
    if not flow.enabled:
        raise FlowError(
            f"flow {flow.name!r} is switched off; 'orderbridge flows enable' switches it on", cause="flow.off"
        )
