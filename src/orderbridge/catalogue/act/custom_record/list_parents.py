"""An action: list what a row of a custom table belongs to."""

from __future__ import annotations

from orderbridge.catalogue.act.custom_record import ID, PERMISSIONS
from orderbridge.catalogue.act.samples import CONTACT_ID, RECORD_ID, listed
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import choice, needed, object_of
from orderbridge.catalogue.names import to_ours
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.paging import ODATA, Listing, pages
from orderbridge.core.jsonio import JsonObject

_KINDS = ("contacts", "companies", "groups", "opportunities")
# These paths have no "custom/entities" in them, unlike those of the rows themselves.
_LISTS = {
    kind: Listing(call=f"GET /api/{{entityName}}/{{id}}/associated-{kind}", paging=ODATA, page_rows=200)
    for kind in _KINDS
}
_FIELDS = ID | {"kind": needed(choice("Which parents.", _KINDS))}


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    values = {"entityName": given["table"], "id": given["record_id"]}
    rows = [to_ours(row) async for row in pages(ctx, "act", _LISTS[given["kind"]], values)]
    return {"rows": rows, "count": len(rows), "more": False}


OPERATION = Operation(
    id="act.custom_record.list_parents",
    system="act",
    title="List what a row of a custom table belongs to",
    description="Lists the whole contacts, companies, groups or opportunities to which a row is linked.",
    input_schema=object_of(_FIELDS),
    output_schema={
        "type": "object",
        "properties": {
            "rows": {"type": "array", "items": {"type": "object"}},
            "count": {"type": "integer"},
            "more": {"type": "boolean"},
        },
        "required": ["rows", "count", "more"],
    },
    permissions=PERMISSIONS,
    calls="1 for every 200 rows",
    example={"table": "Payments", "record_id": RECORD_ID, "kind": "contacts"},
    example_output=listed(id=CONTACT_ID, full_name="Ada Sample"),
    run=_run,
)
