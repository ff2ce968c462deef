"""Locations: the sub-accounts of an agency."""

from __future__ import annotations

from orderbridge.catalogue.fields import record_schema

ROW = record_schema(
    description="The location.",
    id="string",
    company_id="string null",
    name="string",
    email="string null",
    phone="string null",
    timezone="string null",
    country="string null",
)
