"""Custom values: texts that pages and mails of a location share."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, record_id, record_schema, text
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.records import Record

LIST = Listing(call="GET /locations/{locationId}/customValues", rows="customValues")
VALUE = Record(
    system="ghl", kind="custom_value", one="GET /locations/{locationId}/customValues/{id}", inside="customValue",
    many=LIST, match=("name", "value"),
)  # fmt: skip
SCOPES = ("locations/customValues.readonly", "locations/customValues.write")
VALUE_ID = needed(record_id("The custom value.", wire="id"))
FIELDS = {
    "name": text("What your team calls it.", minLength=1),
    "value": text("What stands in its place."),
}
ROW = record_schema(
    description="The custom value.", id="string", name="string", field_key="string null", value="string null"
)
