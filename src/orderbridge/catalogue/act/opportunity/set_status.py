"""An action: close or reopen an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import ID, OPPORTUNITY, STATUS, WRITE_PERMISSIONS
from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import day, needed, text
from orderbridge.catalogue.resolving import resolving
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject

_FIELDS = ID | {
    "status": needed(STATUS),
    "reason": text("Why it was won or lost."),
    "closed_on": day(
        "When it was decided, for Won and Lost; left out, Act! takes today.",
        wire="actualCloseDate",
        read_as="actual_close_date",
    ),
}


async def _resolve(_ctx: ActionContext, given: JsonObject) -> JsonObject:
    if "closed_on" in given and given["status"] not in ("Won", "Lost"):
        raise FlowError(
            f"an opportunity that is {given['status']} has no closing day; leave closed_on out",
            cause="flow.input_refused",
        )
    return given


OPERATION = resolving(
    changing(
        id="act.opportunity.set_status",
        title="Close or reopen an opportunity",
        description="Sets an opportunity to Won, Lost, Open or Inactive; an open one shows 9999-12-31 as closing day.",
        call="PATCH /api/opportunities/{opportunityId}",
        fields=_FIELDS,
        record=OPPORTUNITY,
        key="opportunity_id",
        id_in_body=True,
        permissions=WRITE_PERMISSIONS,
        example={
            "opportunity_id": "11111111-2222-3333-4444-555555555555",
            "status": "Won",
            "closed_on": "2026-01-31",
        },
        example_output={
            "id": "11111111-2222-3333-4444-555555555555",
            "verdict": "confirmed",
            "record": {"status_name": "Won"},
        },
    ),
    fields=_FIELDS,
    resolve=_resolve,
)
