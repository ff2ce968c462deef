"""Custom objects: kinds of records that the account made up; making a kind takes an agency."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, record_schema, text

OBJECT_KEY = needed(text("The object's key, such as custom_objects.kilns.", minLength=1))
ROW = record_schema(
    description="The kind of record.",
    id="string",
    key="string",
    labels="object null",
    standard="boolean null",
)
