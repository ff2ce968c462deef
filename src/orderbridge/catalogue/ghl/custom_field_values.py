"""Values of custom fields: given by the field's id, sent as a list, and shown as a list of another shape."""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.fields import Field, owners_fields
from orderbridge.core.jsonio import JsonObject


def _packed(values: Any) -> list[JsonObject]:
    return [{"id": field_id, "field_value": value} for field_id, value in values.items()]


CUSTOM_FIELDS: Field = owners_fields(
    "Values of custom fields by the field's id (see ghl.custom_field.list); the others stay.", packed=_packed
)


def by_id(record: JsonObject) -> JsonObject:
    """Return the record's custom fields by their ids."""
    rows = record.get("custom_fields")
    if not isinstance(rows, list):
        return {}
    return {
        "custom_fields": {row["id"]: _value(row) for row in rows if isinstance(row, dict) and "id" in row}
    }


def _value(row: JsonObject) -> Any:
    # Contacts show "value", opportunities "fieldValue" and kinds of it.
    named = [row[name] for name in ("value", "fieldValue", "field_value") if name in row]
    return named[0] if named else next((row[name] for name in row if name.startswith("fieldValue")), None)
