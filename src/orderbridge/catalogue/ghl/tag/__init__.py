"""Tags: the words that a location's contacts can carry."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, record_id, record_schema, text
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.records import Record

LIST = Listing(call="GET /locations/{locationId}/tags", rows="tags")
TAG = Record(
    system="ghl", kind="tag", one="GET /locations/{locationId}/tags/{tagId}", id_name="tagId", inside="tag",
    many=LIST, match=("name",),
)  # fmt: skip
SCOPES = ("locations/tags.readonly", "locations/tags.write")
TAG_ID = needed(record_id("The tag."))
NAME = text(
    "The word; HighLevel keeps it in lower case.", required=True, minLength=1,
    normal=lambda name: name.strip().lower(),
)  # fmt: skip
ROW = record_schema(description="The tag.", id="string", name="string")
