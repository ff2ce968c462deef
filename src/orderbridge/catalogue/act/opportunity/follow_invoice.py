"""An action: let the status and the stage of an opportunity follow its HighLevel invoice."""

from __future__ import annotations

from orderbridge.catalogue.act import invoicing, names
from orderbridge.catalogue.act.history import log_change
from orderbridge.catalogue.act.opportunity import ID, OPPORTUNITY, STAGE, STATUS, WRITE_PERMISSIONS
from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import group, object_of, record_id
from orderbridge.catalogue.ghl import opportunity_invoice as its
from orderbridge.catalogue.ghl.invoice import INVOICE
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.order_states import Follow, Leave, TakeBack
from orderbridge.catalogue.order_status import Look, look
from orderbridge.catalogue.schema import OPTIONAL_TEXT, TEXT, object_schema
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.errors import FlowError, HeldError
from orderbridge.core.jsonio import JsonObject, fingerprint

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
    last = given.get("last") or {}
    opportunity_id, invoice_id = await _which(ctx, given, last)
    # Read while nobody else writes it: two that hear of two changes must not end with the older one.
    async with ctx.exclusive([f"invoice_of/{opportunity_id}"], system="act"):
        there = await look(
            ctx,
            opportunity_id=opportunity_id,
            invoice_id=invoice_id,
            statuses=given.get("statuses") or {},
            last=last,
        )
        output: JsonObject = {
            "id": opportunity_id,
            "state": there.now.state,
            "status": None,
            "stage": None,
            "because": None,
        }
        output |= {"draft_left": isinstance(there.decision, TakeBack), "verdict": "unchanged"}
        if "invoice_id" in given and there.asked_elsewhere:
            raise _nothing(f"{there.named} was edited meanwhile, and that is looked at by itself", output)
        there.hold_if_asked()
        if isinstance(there.decision, Follow):
            return await _follow(ctx, given, there, there.decision, output)
        await there.done()
        if isinstance(there.decision, TakeBack) and "opportunity_id" in given:
            # What becomes of the draft is for the steps that come.
            return output
        raise _nothing(f"{there.named} is left as it is: {_why(there)}", output)


async def _which(ctx: ActionContext, given: JsonObject, last: JsonObject) -> tuple[str, str]:
    if "invoice_id" in given:
        return await invoicing.opportunity_of(ctx, given["invoice_id"], last.get("name")), given["invoice_id"]
    if "opportunity_id" not in given:
        raise FlowError("give invoice_id or opportunity_id", cause="flow.input")
    opportunity_id = given["opportunity_id"]
    invoice_id = await its.known(ctx, opportunity_id)
    if invoice_id is None or await INVOICE.read(ctx, invoice_id, {}) is None:
        raise _nothing(
            f"Act! opportunity {opportunity_id} has no invoice in HighLevel",
            {"id": opportunity_id, "verdict": "unchanged", "draft_left": False},
        )
    return opportunity_id, invoice_id


async def _follow(
    ctx: ActionContext, given: JsonObject, there: Look, follow: Follow, output: JsonObject
) -> JsonObject:
    now, opportunity_id = there.now, there.opportunity.id
    stage = _stage(given.get("stages"), now)
    output |= {"status": follow.status, "stage": stage, "because": follow.because}
    wanted: JsonObject = {} if follow.status is None else {"status": follow.status}
    if stage is not None:
        record = await OPPORTUNITY.read(ctx, opportunity_id, {})
        process = (((record or {}).get("stage") or {}).get("process") or {}).get("id")
        wanted["stage"] = await names.stage(ctx, stage, process=None, process_id=process)
    if not wanted:
        await there.done()
        raise _nothing(
            f"the value maps leave the opportunity as it is while invoice {now.number} is {now.state}", output
        )
    if follow.because is not None:
        await _say(ctx, there, follow.because)
    if follow.writes:
        await there.begin()
    assert _CHANGE.run is not None
    # Begun again after a crash it may want something else: each content is a write of its own.
    part = ctx.part(fingerprint({"wanted": wanted, "before": there.opportunity.status})[:12])
    done = await _CHANGE.run(part, {"opportunity_id": opportunity_id, **wanted})
    await there.done()
    return output | {"verdict": done["verdict"]}


async def _say(ctx: ActionContext, there: Look, because: str) -> None:
    """Say before it is done why a person's word is written over: afterwards a crash would leave it unsaid."""
    if not there.opportunity.contact_ids:
        return
    assert log_change.OPERATION.run is not None
    now = there.now
    await log_change.OPERATION.run(
        ctx.part("line"),
        {
            "reference": f"status:{now.invoice_id}:{now.state}",
            "regarding": f"Status by HighLevel invoice {now.number}",
            "facts": {
                "invoice": now.number,
                "state": now.state,
                "paid": f"{now.paid} {now.currency}",
                "refunded": f"{now.refunded} {now.currency}",
                "status": because,
            },
            "contact_id": there.opportunity.contact_ids[0],
            "opportunity_id": there.opportunity.id,
        },
    )


def _why(there: Look) -> str:
    decision = there.decision
    return decision.why if isinstance(decision, Leave | TakeBack) else ""


def _nothing(reason: str, output: JsonObject) -> RunEnds:
    return RunEnds(Ending.NOTHING_TO_DO, f"nothing to do: {reason}", output=output)


def _stage(table: JsonObject | None, now: invoicing.Standing) -> str | None:
    if not table:
        return None
    if now.state not in table:
        raise HeldError(
            f"HighLevel invoice {now.number} is {now.state}, which the value map stages ({', '.join(table)}) "
            "does not have; add it, empty where it shall change nothing, and replay",
            cause=f"mapping.unmapped.invoice.{now.state}",
        )
    value = table[now.state]
    return None if value in (None, "") else str(value)


OPERATION = Operation(
    id="act.opportunity.follow_invoice",
    system="act",
    title="Let an opportunity follow its invoice",
    description=(
        "Sets status and stage of the opportunity by how its HighLevel invoice stands now. What a value map leaves "
        "empty stays as it is, and so does a sale that a person ended, until money comes; a person's status that money "
        "speaks against is written over once, with a line in the history, and then asked about."
    ),
    input_schema=object_of(
        {
            "invoice_id": record_id("The invoice in HighLevel, or"),
            "opportunity_id": record_id("the opportunity in Act! that it was made for."),
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
        because=OPTIONAL_TEXT,
        draft_left={"type": "boolean"},
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
        "because": None,
        "draft_left": False,
    },
    scopes=("invoices.readonly", "payments/transactions.readonly"),
    permissions=(
        "Access All Non-Private Data",
        "Create and Edit History",
        "Manage Other Users' Opportunities",
    ),
    effects=frozenset({READS, WRITES}),
    proof="the opportunity is read back and must show it",
    calls="2 or 3 of HighLevel, and 2 to 11 of Act!; none for an opportunity without an invoice",
    run=_run,
)
