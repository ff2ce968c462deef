"""An action: create a tag."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.ghl.tag import NAME, SCOPES, TAG

OPERATION = creating(
    id="ghl.tag.create",
    title="Create a tag",
    description="Makes a tag that contacts can carry; giving a contact a new word makes one as well.",
    call="POST /locations/{locationId}/tags",
    fields={"name": NAME},
    record=TAG,
    scopes=SCOPES,
    example={"name": "vip"},
    example_output={"id": "a1", "verdict": "confirmed", "record": {"name": "vip"}},
)
