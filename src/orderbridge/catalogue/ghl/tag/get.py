"""An action: read one tag."""

from __future__ import annotations

from orderbridge.catalogue.ghl.tag import ROW, TAG_ID
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.tag.get",
    title="Get a tag",
    description="Reads one tag of this location.",
    call="GET /locations/{locationId}/tags/{tagId}",
    fields={"tag_id": TAG_ID},
    inside="tag",
    output=ROW,
    example={"tag_id": "a1"},
    example_output={"id": "a1", "name": "vip"},
)
