"""A trigger: a person started the flow."""

from __future__ import annotations

from orderbridge.catalogue.own_events import MANUAL
from orderbridge.catalogue.triggers import on_own_event

OPERATION = on_own_event(
    id="core.manual.started",
    kind=MANUAL,
    title="A person started the flow",
    description="Fires for 'orderbridge flows start' with the input given there, once for each start.",
    output={
        "type": "object",
        "properties": {
            "input": {"description": "What was given, any JSON."},
            "started_at": {"type": "string", "format": "date-time"},
        },
        "required": ["input", "started_at"],
    },
    example_output={"input": {"order": "4711"}, "started_at": "2026-03-02T09:00:00Z"},
)
