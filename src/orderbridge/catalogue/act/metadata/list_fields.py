"""An action: list the fields of a record type."""

from __future__ import annotations

from orderbridge.catalogue.act.metadata import FIELD_LIST, FIELD_ROW, RECORD_TYPE
from orderbridge.catalogue.act.samples import RECORD_ID, listed
from orderbridge.catalogue.fields import flag
from orderbridge.catalogue.reads import listing
from orderbridge.core.jsonio import JsonObject


def _wanted(row: JsonObject, given: JsonObject) -> bool:
    return bool(row.get("is_custom")) or not given.get("only_custom")


OPERATION = listing(
    id="act.metadata.list_fields",
    title="List the fields of a record type",
    description="Lists fields with the key that custom_fields wants (column_name in lower case); for activities, "
    "histories, notes and users Act! answers an empty list.",
    many=FIELD_LIST,
    fields=RECORD_TYPE | {"only_custom": flag("Leave Act!'s own fields out.", sent=False)},
    only=_wanted,
    row=FIELD_ROW,
    most=1000,
    example={"record_type": "contact", "only_custom": True},
    example_output=listed(
        id=RECORD_ID, display_name="Consent given on", column_name="CUST_FAX_CONSENT_481516"
    ),
)
