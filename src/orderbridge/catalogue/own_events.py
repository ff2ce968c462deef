"""Events of our own that belong to one flow: the clock, a call from outside, a person.

Their record is named ``<flow>/<occurrence>``: each has a lane to itself and only that flow listens.
"""

from __future__ import annotations

from orderbridge.catalogue.changes import Observed
from orderbridge.catalogue.reading import Look, Reader
from orderbridge.core.jsonio import JsonObject

SCHEDULE, INBOUND, MANUAL = "schedule", "inbound", "manual"


async def occurrence(look: Look) -> list[Observed]:
    """Take what was stored when it happened: there is nowhere to read it again, and it never changes."""
    told = next((item for item in look.notices if item.raw is not None), None)
    state: JsonObject = look.last if look.last is not None else told.body() if told else {}
    return [
        Observed(kind=look.kind, record_id=look.record_id, type=f"core.{look.kind}.happened", state=state)
    ]


def record_of(flow_id: str, occurrence_id: str) -> str:
    """Name an occurrence of a flow."""
    return f"{flow_id}/{occurrence_id}"


def belongs_to(record_id: str, flow_id: str) -> bool:
    """Whether an occurrence is this flow's."""
    return record_id.startswith(f"{flow_id}/")


READERS: dict[str, Reader] = dict.fromkeys((SCHEDULE, INBOUND, MANUAL), occurrence)
