"""An action: move an opportunity to a stage."""

from __future__ import annotations

from orderbridge.catalogue.act.names import stage
from orderbridge.catalogue.act.opportunity import ID, OPPORTUNITY, STAGE, WRITE_PERMISSIONS
from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import needed, text
from orderbridge.catalogue.resolving import resolving
from orderbridge.core.jsonio import JsonObject

_CHANGE = changing(
    id="act.opportunity.set_stage",
    title="Move an opportunity to a stage",
    description="Moves an opportunity to a stage by its name, within its own process unless another is named.",
    call="PATCH /api/opportunities/{opportunityId}",
    fields=ID | STAGE,
    record=OPPORTUNITY,
    key="opportunity_id",
    id_in_body=True,
    permissions=WRITE_PERMISSIONS,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555", "stage": "Negotiation"},
    example_output={
        "id": "11111111-2222-3333-4444-555555555555",
        "verdict": "confirmed",
        "record": {"stage": {"name": "Negotiation"}},
    },
)


async def _resolve(ctx: ActionContext, given: JsonObject) -> JsonObject:
    opportunity_id, process = given["opportunity_id"], given.get("process")
    own = None
    if process is None:
        record = await OPPORTUNITY.read(ctx, opportunity_id, {})
        present = (record or {}).get("stage") or {}
        own = (present.get("process") or {}).get("id")
    found = await stage(ctx, given["stage"], process=process, process_id=own)
    return {"opportunity_id": opportunity_id, "stage": found}


OPERATION = resolving(
    _CHANGE,
    fields=ID
    | {
        "stage": needed(text("Name of the stage.", minLength=1)),
        "process": text("Name of the process; left out, the one that the opportunity is in."),
    },
    resolve=_resolve,
    calls="5, or 4 where it is there already",
)
