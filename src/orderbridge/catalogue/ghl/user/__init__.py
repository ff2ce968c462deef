"""Users: the people who work with HighLevel."""

from __future__ import annotations

from orderbridge.catalogue.fields import record_schema

ROW = record_schema(
    description="The user.",
    id="string",
    name="string null",
    first_name="string null",
    last_name="string null",
    email="string null",
)
