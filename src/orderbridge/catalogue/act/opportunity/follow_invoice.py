"""An action: let the status and the stage of an opportunity follow its HighLevel invoice."""

from __future__ import annotations

from orderbridge.catalogue.act import invoicing, names
from orderbridge.catalogue.act.opportunity import ID, OPPORTUNITY, STAGE, STATUS, WRITE_PERMISSIONS
from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import group, needed, object_of, record_id
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.schema import OPTIONAL_TEXT, TEXT, object_schema
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

_CHANGE = changing(
    id="act.opportunity.follow_invoice",
    title="Let an opportunity follow its invoice",
    description="Sets status and stage in one call: two writes of one step to one record would be taken for one.",
    call="PATCH /api/opportunities/{opportunityId}",
    fields=ID | {"status": STATUS} | STAGE,
    record=OPPORTUNITY,
    key="opportunity_id",
    id_in_body=True,
    permissions=WRITE_PERMISSIONS,
)


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    invoice_id, last = given["invoice_id"], given.get("last") or {}
    opportunity_id = await invoicing.opportunity_of(ctx, invoice_id, last.get("name"))
    # Read while nobody else writes it: two that hear of two changes must not end with the older one.
    async with ctx.exclusive([f"invoice_of/{opportunity_id}"], system="act"):
        now = await invoicing.read(ctx, invoice_id, opportunity_id, last)
        status, stage = (_mapped(given.get(name), now, name) for name in ("statuses", "stages"))
        output = {"id": opportunity_id, "state": now.state, "status": status, "stage": stage}
        wanted: JsonObject = {}
        if status is not None:
            wanted["status"] = status
        if stage is not None:
            record = await OPPORTUNITY.read(ctx, opportunity_id, {})
            process = (((record or {}).get("stage") or {}).get("process") or {}).get("id")
            wanted["stage"] = await names.stage(ctx, stage, process=None, process_id=process)
        if not wanted:
            raise RunEnds(
                Ending.NOTHING_TO_DO,
                f"nothing to do: the value maps leave the opportunity as it is while invoice {now.number} is "
                f"{now.state}",
                output=output | {"verdict": "unchanged"},
            )
        assert _CHANGE.run is not None
        done = await _CHANGE.run(ctx, {"opportunity_id": opportunity_id, **wanted})
    return output | {"verdict": done["verdict"]}


def _mapped(table: JsonObject | None, now: invoicing.Standing, name: str) -> str | None:
    if not table:
        return None
    if now.state not in table:
        raise HeldError(
            f"HighLevel invoice {now.number} is {now.state}, which the value map {name} ({', '.join(table)}) "
            "does not have; "
            "add it, empty where it shall change nothing, and replay",
            cause=f"mapping.unmapped.invoice.{now.state}",
        )
    value = table[now.state]
    return None if value in (None, "") else str(value)


OPERATION = Operation(
    id="act.opportunity.follow_invoice",
    system="act",
    title="Let an opportunity follow its invoice",
    description=(
        "Sets status and stage of the opportunity by how its HighLevel invoice stands now; orders are not "
        "its business, "
        "and what a value map leaves empty stays as it is."
    ),
    input_schema=object_of(
        {
            "invoice_id": needed(record_id("The invoice in HighLevel.")),
            "statuses": group(
                f"State of the invoice → status of the opportunity. States: {', '.join(invoicing.STATES)}.",
                {},
                open=True,
            ),
            "stages": group("State of the invoice → name of a stage.", {}, open=True),
            "last": group("The invoice as it was seen last, for one that is gone.", {}, open=True),
        }
    ),
    output_schema=object_schema(
        ["id", "verdict"],
        id=OPTIONAL_TEXT,
        verdict=TEXT,
        state=TEXT,
        status=OPTIONAL_TEXT,
        stage=OPTIONAL_TEXT,
    ),
    example={
        "invoice_id": "6a1b2c3d4e5f60718293a4c1",
        "statuses": {"draft": None, "sent": None, "paid": "Won", "void": "Lost"},
    },
    example_output={
        "id": "aaaaaaaa-0000-0000-0000-000000000001",
        "verdict": "confirmed",
        "state": "paid",
        "status": "Won",
        "stage": None,
    },
    scopes=("invoices.readonly", "payments/transactions.readonly"),
    permissions=("Access All Non-Private Data", "Manage Other Users' Opportunities"),
    effects=frozenset({READS, WRITES}),
    proof="the opportunity is read back and must show it",
    calls="2 of HighLevel, and 2 to 8 of Act!",
    run=_run,
)
