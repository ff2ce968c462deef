"""An action: list the custom tables."""

from __future__ import annotations

from orderbridge.catalogue.act.custom_table import LIST, ROW
from orderbridge.catalogue.act.samples import RECORD_ID, listed
from orderbridge.catalogue.fields import flag
from orderbridge.catalogue.reads import listing
from orderbridge.core.jsonio import JsonObject


def _wanted(row: JsonObject, given: JsonObject) -> bool:
    return bool(row.get("is_custom")) or bool(given.get("include_stock"))


OPERATION = listing(
    id="act.custom_table.list",
    title="List custom tables",
    description="Lists the tables that were added to the database, under the names that the custom_record operations "
    "take; older builds have none of this.",
    many=LIST,
    fields={"include_stock": flag("Also contacts, companies, groups and opportunities.", sent=False)},
    only=_wanted,
    row=ROW,
    example={"include_stock": False},
    example_output=listed(id=RECORD_ID, name="Payments", display_name="Payments", is_custom=True),
)
