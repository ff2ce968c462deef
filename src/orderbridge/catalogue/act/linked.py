"""What a record shows of its links."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject


def is_linked(record: JsonObject, collection: str, record_id: str) -> bool:
    """Tell whether a record of Act! shows that one among its linked ones, such as ``contacts``."""
    ids = {str(item.get("id")).casefold() for item in record.get(collection) or ()}
    return record_id.casefold() in ids


def has_contact(record: JsonObject, given: JsonObject) -> JsonObject:
    """Return whether the record shows the contact that the input names."""
    return {"linked": is_linked(record, "contacts", given["contact_id"])}
