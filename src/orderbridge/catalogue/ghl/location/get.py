"""An action: read this location."""

from __future__ import annotations

from orderbridge.catalogue.ghl.location import ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.location.get",
    title="Get the location",
    description="Reads the connected location: its address, its time zone, and whether it allows duplicate contacts.",
    call="GET /locations/{locationId}",
    fields={},
    inside="location",
    output=ROW,
    example={},
    example_output={"id": "ve9EPM428h8vShlRW1KT", "name": "Cedar & Clay Studio"},
)
