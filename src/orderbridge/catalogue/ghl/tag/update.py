"""An action: rename a tag."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.tag import NAME, SCOPES, TAG, TAG_ID

OPERATION = changing(
    id="ghl.tag.update",
    title="Rename a tag",
    description="Gives a tag another name; filters and workflows that name the old word no longer find anybody.",
    call="PUT /locations/{locationId}/tags/{tagId}",
    fields={"tag_id": TAG_ID, "name": NAME},
    record=TAG,
    key="tag_id",
    scopes=SCOPES,
    example={"tag_id": "a1", "name": "very important"},
    example_output={"id": "a1", "verdict": "confirmed", "record": {"name": "very important"}},
)
