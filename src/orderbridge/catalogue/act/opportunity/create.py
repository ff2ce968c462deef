"""An action: create an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.filters import of_first_link
from orderbridge.catalogue.act.names import stage
from orderbridge.catalogue.act.opportunity import FIELDS, OPPORTUNITY, STAGE, WRITE_PERMISSIONS
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing, text
from orderbridge.catalogue.resolving import resolving
from orderbridge.connectors.act import odata
from orderbridge.core.jsonio import JsonObject

_GIVEN = {name: field for name, field in FIELDS.items() if name != "stage_id"} | {
    "stage": text("Name of its stage; left out, Act! takes the first one.", minLength=1),
    "process": text("Name of the process of that stage; needed where several have one of that name."),
}


async def _resolve(ctx: ActionContext, given: JsonObject) -> JsonObject:
    rest = {name: value for name, value in given.items() if name not in ("stage", "process")}
    if "stage" not in given:
        return rest
    return rest | {"stage": await stage(ctx, given["stage"], process=given.get("process"))}


def _search(given: JsonObject) -> JsonObject:
    if given.get("source_id"):
        return {"$filter": odata.eq("sourceId", given["source_id"])}
    return of_first_link(given)


OPERATION = resolving(
    creating(
        id="act.opportunity.create",
        title="Create an opportunity",
        description="Creates an opportunity without an amount; line items give it one.",
        call="POST /api/opportunities",
        fields=FIELDS | STAGE,
        record=OPPORTUNITY,
        search=_search,
        permissions=WRITE_PERMISSIONS,
        example={
            "name": "Roof",
            "contact_ids": ["66666666-7777-8888-9999-000000000000"],
            "stage": "Proposal",
        },
        example_output={
            "id": "11111111-2222-3333-4444-555555555555",
            "verdict": "confirmed",
            "record": {"name": "Roof"},
        },
    ),
    fields=needing(_GIVEN, "name", "contact_ids"),
    resolve=_resolve,
    calls="2, and a few more where a stage is named",
)
