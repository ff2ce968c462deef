"""An action: delete a tag."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.ghl.tag import SCOPES, TAG, TAG_ID

OPERATION = deleting(
    id="ghl.tag.delete",
    title="Delete a tag",
    description="Deletes a tag and takes it from every contact that carries it.",
    call="DELETE /locations/{locationId}/tags/{tagId}",
    fields={"tag_id": TAG_ID},
    record=TAG,
    key="tag_id",
    scopes=SCOPES,
    example={"tag_id": "a1"},
    example_output={"id": "a1", "verdict": "confirmed", "record": {"deleted": True}},
)
