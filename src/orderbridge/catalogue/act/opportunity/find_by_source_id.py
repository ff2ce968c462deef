"""An action: find the opportunity that carries another system's id."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import OPPORTUNITY, PERMISSIONS
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import needed, object_of, text
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.schema import OPTIONAL_TEXT, object_schema
from orderbridge.connectors.act import odata
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

_FIELDS = {"source_id": needed(text("Its id in the other system.", minLength=1))}


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    query = {"$filter": odata.eq("sourceId", given["source_id"])}
    rows = [row async for row in OPPORTUNITY.listed(ctx, {}, most=10, query=query)]
    if len(rows) > 1:
        raise HeldError(
            f"Act! holds {len(rows)} opportunities with the source id {given['source_id']} (ids "
            f"{', '.join(row['id'] for row in rows)}); delete all but one and replay",
            cause="opportunity.duplicate",
        )
    found = rows[0] if rows else None
    return {"found": found is not None, "id": (found or {}).get("id"), "record": found}


OPERATION = Operation(
    id="act.opportunity.find_by_source_id",
    system="act",
    title="Find an opportunity by its source id",
    description="Finds the one opportunity that carries another system's id; several of them wait for a person.",
    input_schema=object_of(_FIELDS),
    output_schema=object_schema(
        ["found", "id", "record"],
        found={"type": "boolean"},
        id=OPTIONAL_TEXT,
        record={"type": ["object", "null"]},
    ),
    method="GET",
    path="/api/opportunities",
    permissions=PERMISSIONS,
    calls="1",
    run=_run,
    example={"source_id": "6a1b2c3d4e5f60718293a4b5"},
    example_output={"found": True, "id": "11111111-2222-3333-4444-555555555555", "record": {"name": "Roof"}},
)
