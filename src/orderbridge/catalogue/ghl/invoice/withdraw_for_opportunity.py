"""An action: take the draft of an opportunity back that came to nothing."""

from __future__ import annotations

from orderbridge.catalogue import origin
from orderbridge.catalogue.act import invoicing
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import object_of, record_id
from orderbridge.catalogue.ghl import opportunity_invoice as its
from orderbridge.catalogue.ghl.invoice import SCOPES
from orderbridge.catalogue.ghl.invoice import delete as single
from orderbridge.catalogue.operation import DELETES, READS, WRITES, Operation
from orderbridge.connectors.act.models import Opportunity
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.errors import HeldError
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
        opportunity = await ctx.act.opportunity(opportunity_id)
        if opportunity.status not in ("Lost", "Inactive"):
            raise RunEnds(
                Ending.NOTHING_TO_DO,
                f"nothing to do: Act! opportunity {opportunity_id} is {opportunity.status.lower()} by now",
                output=origin.NOTHING_DONE,
            )
        if found.invoice.get("status") != "draft":
            await _hold_unless_settled(ctx, opportunity, found.invoice)
        assert single.OPERATION.run is not None
        done = await single.OPERATION.run(ctx, {"invoice_id": found.id})
        await its.withdrawn(ctx, opportunity_id)
        return done


async def _hold_unless_settled(ctx: ActionContext, opportunity: Opportunity, invoice: JsonObject) -> None:
    now = await invoicing.read(ctx, str(invoice["id"]), opportunity.id, invoice)
    where = f"Act! opportunity {opportunity.id} ({opportunity.name}) is {opportunity.status.lower()}"
    if now.state == "refunded":
        raise RunEnds(
            Ending.NOTHING_TO_DO,
            f"nothing to do: {where}, and its invoice {now.number} was given back",
            output=origin.NOTHING_DONE,
        )
    raise HeldError(
        f"{where}, and its invoice {now.number} in HighLevel is {now.state}; only a draft is taken back by "
        "itself. Void or "
        "refund it there, or reopen the opportunity in Act!",
        cause="invoice.sent_for_lost_opportunity",
    )


OPERATION = Operation(
    id="ghl.invoice.withdraw_for_opportunity",
    system="ghl",
    title="Take back the draft of an Act! opportunity",
    description=(
        "Deletes the draft of an opportunity that was lost; an invoice that was sent is held for a person. Won again "
        "later, the opportunity is invoiced again."
    ),
    input_schema=object_of({"opportunity_id": record_id("The opportunity in Act!.", required=True)}),
    output_schema=single.OPERATION.output_schema,
    example={"opportunity_id": "11111111-2222-3333-4444-555555555555"},
    example_output=single.OPERATION.example_output,
    scopes=SCOPES,
    permissions=("Access All Non-Private Data",),
    effects=frozenset({READS, WRITES, DELETES}),
    calls="1 of Act!, and 1 to 4 of HighLevel",
    proof="the draft is looked up afterwards and must be gone",
    run=_run,
)
