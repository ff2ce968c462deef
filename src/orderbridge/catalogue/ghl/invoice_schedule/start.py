"""An action: start an invoice schedule."""

from __future__ import annotations

from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.ghl.invoice_schedule import SCHEDULE, SCHEDULE_ID, SCOPES
from orderbridge.catalogue.operation import MESSAGES, READS, WRITES
from orderbridge.core.jsonio import JsonObject


async def _mode(_ctx: ActionContext, _given: JsonObject, before: JsonObject) -> JsonObject:
    return {"liveMode": bool(before.get("live_mode"))}


OPERATION = acting(
    id="ghl.invoice_schedule.start",
    title="Start an invoice schedule",
    description="Lets a schedule begin: from now on HighLevel sends each of its invoices to the customer.",
    call="POST /invoices/schedule/{scheduleId}/schedule",
    fields={"schedule_id": SCHEDULE_ID},
    record=SCHEDULE,
    key="schedule_id",
    # Which word a started schedule shows is not published.
    until=lambda _given, _before: {"started": True},
    view=lambda row, _given: row | {"started": row.get("status") != "draft"},
    fill=_mode,
    effects=frozenset({READS, WRITES, MESSAGES}),
    scopes=SCOPES,
    example={"schedule_id": "6a1b2c3d4e5f60718293a4c8"},
    example_output={
        "id": "6a1b2c3d4e5f60718293a4c8",
        "verdict": "confirmed",
        "record": {"status": "scheduled"},
    },
)
