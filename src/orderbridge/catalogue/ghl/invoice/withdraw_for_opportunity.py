"""An action: take the draft of an opportunity back that came to nothing."""

from __future__ import annotations

from orderbridge.catalogue import origin
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import group, object_of, record_id
from orderbridge.catalogue.ghl import opportunity_invoice as its
from orderbridge.catalogue.ghl.invoice import SCOPES
from orderbridge.catalogue.ghl.invoice import delete as single
from orderbridge.catalogue.operation import DELETES, READS, WRITES, Operation
from orderbridge.catalogue.order_states import Leave, TakeBack
from orderbridge.catalogue.order_status import look
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.jsonio import JsonObject


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    opportunity_id = given["opportunity_id"]
    async with ctx.exclusive([its.place(opportunity_id)], system="ghl"):
        found = await its.find(ctx, opportunity_id)
        if found.invoice is None:
            if found.gone is None:
                # One that could not be made yet is not made later either.
                await its.withdrawn(ctx, opportunity_id)
            raise RunEnds(
                Ending.NOTHING_TO_DO,
                f"nothing to do: Act! opportunity {opportunity_id} has no invoice in HighLevel",
                output=origin.NOTHING_DONE,
            )
        there = await look(
            ctx,
            opportunity_id=opportunity_id,
            invoice_id=str(found.id),
            statuses=given.get("statuses") or {},
            last=found.invoice,
        )
        there.hold_if_asked()
        if not isinstance(there.decision, TakeBack):
            why = there.decision.why if isinstance(there.decision, Leave) else "no person ended it"
            raise RunEnds(
                Ending.NOTHING_TO_DO,
                f"nothing to do: {there.named} is {there.opportunity.status.lower()} by now: {why}",
                output=origin.NOTHING_DONE,
            )
        assert single.OPERATION.run is not None
        done = await single.OPERATION.run(ctx, {"invoice_id": found.id})
        await its.withdrawn(ctx, opportunity_id)
        await there.done()
        return done


OPERATION = Operation(
    id="ghl.invoice.withdraw_for_opportunity",
    system="ghl",
    title="Take back the draft of an Act! opportunity",
    description=(
        "Deletes the draft of an opportunity that was lost; an invoice that was sent is held for a person. Won again "
        "later, the opportunity is invoiced again."
    ),
    input_schema=object_of(
        {
            "opportunity_id": record_id("The opportunity in Act!.", required=True),
            "statuses": group(
                "State of the invoice → status of the opportunity: a sale that the map ended, and no person, keeps its "
                "draft.",
                {},
                open=True,
            ),
        }
    ),
    output_schema=single.OPERATION.output_schema,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555"},
    example_output=single.OPERATION.example_output,
    scopes=("payments/transactions.readonly", *SCOPES),
    permissions=("Access All Non-Private Data",),
    effects=frozenset({READS, WRITES, DELETES}),
    calls="1 of Act!, and 1 to 6 of HighLevel",
    proof="the draft is looked up afterwards and must be gone",
    run=_run,
)
