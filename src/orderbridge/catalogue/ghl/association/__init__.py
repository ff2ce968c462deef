"""Associations: which kinds of records can belong together."""

from __future__ import annotations

from orderbridge.catalogue.fields import record_schema

ROW = record_schema(
    description="The association.",
    id="string",
    key="string",
    first_object_key="string",
    second_object_key="string",
    first_object_label="string null",
    second_object_label="string null",
)
