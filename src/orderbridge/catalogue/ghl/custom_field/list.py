"""An action: list custom fields."""

from __future__ import annotations

from orderbridge.catalogue.fields import choice
from orderbridge.catalogue.ghl.custom_field import LIST, MODELS, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.custom_field.list",
    title="List custom fields",
    description="Lists the custom fields of contacts and opportunities with the ids that their records carry.",
    many=LIST,
    fields={"model": choice("Only those of contacts or of opportunities.", MODELS)},
    row=ROW,
    calls="1",
    most=1000,
    example={"model": "contact"},
    example_output={"rows": [{"id": "cf1", "name": "Act! contact id"}], "count": 1, "more": False},
)
