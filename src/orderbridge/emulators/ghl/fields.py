"""Custom fields of contacts and opportunities."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.state import GhlWorld


def add_custom_field(world: GhlWorld, location_id: str, given: JsonObject) -> JsonObject:
    """Add a custom field; its key is made of its name."""
    model = given.get("model") or "contact"
    words = "".join(letter if letter.isalnum() else " " for letter in given["name"].lower()).split()
    return world.custom_fields.add(
        {
            "id": world.short_id(),
            "name": given["name"],
            "fieldKey": f"{model}.{'_'.join(words)}",
            "placeholder": given.get("placeholder", ""),
            "dataType": given["dataType"],
            "position": given.get("position", 50),
            "picklistOptions": given.get("textBoxListOptions", []),
            "locationId": location_id,
            "model": model,
            "createdAt": world.now(),
        }
    )
