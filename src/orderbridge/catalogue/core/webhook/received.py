"""A trigger: another program called the flow's own address."""

from __future__ import annotations

from orderbridge.catalogue.own_events import INBOUND
from orderbridge.catalogue.triggers import on_own_event

OPERATION = on_own_event(
    id="core.webhook.received",
    kind=INBOUND,
    title="Another program called the flow's own address",
    description="The address itself is the secret, for nothing else proves who calls; what the caller says is a hint, "
    "so read what matters from its source. 'orderbridge flows hook' makes the address.",
    output={
        "type": "object",
        "properties": {
            "body": {"description": "The JSON that was sent."},
            "received_at": {"type": "string", "format": "date-time"},
        },
        "required": ["body", "received_at"],
    },
    example_output={"body": {"contact": "66f1"}, "received_at": "2026-03-02T09:00:00Z"},
)
