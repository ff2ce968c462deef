"""An action: record on an opportunity's invoice what Act! says was received."""

from __future__ import annotations

from decimal import Decimal

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import anything, choice, object_of, record_id
from orderbridge.catalogue.ghl import opportunity_invoice as its
from orderbridge.catalogue.ghl.invoice import record_payment as single
from orderbridge.catalogue.operation import MONEY, READS, WRITES, Operation
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

_RECEIVED = "received_of_opportunity"
_MODES = ["cash", "card", "cheque", "bank_transfer", "other"]
_FIELDS = {
    "opportunity_id": record_id("The opportunity in Act!.", required=True),
    "received": anything("All that was received so far outside HighLevel; empty for nothing."),
    "mode": choice("How it was paid.", _MODES),
}


def _number(value: object) -> Decimal:
    try:
        return Decimal(str(value)) if value not in (None, "") else Decimal(0)
    except ArithmeticError as error:
        raise HeldError(
            f"what Act! says was received is {value!r}, which is no amount; correct the field there. Nothing "
            "was recorded",
            cause="invoice.received_unreadable",
        ) from error


def _nothing(reason: str) -> RunEnds:
    return RunEnds(Ending.NOTHING_TO_DO, f"nothing to do: {reason}", output=_NOTHING)


_NOTHING: JsonObject = {"id": None, "verdict": "unchanged", "amount": None}


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    opportunity_id, received = given["opportunity_id"], _number(given.get("received"))
    async with ctx.exclusive([its.place(opportunity_id)], system="ghl"):
        known = Decimal(await ctx.remembered("ghl", _RECEIVED, opportunity_id) or "0")
        if received == known:
            raise _nothing(f"HighLevel knows of the {received} that Act! says were received")
        found = await its.find(ctx, opportunity_id)
        if found.invoice is None:
            raise _nothing(f"Act! opportunity {opportunity_id} has no invoice in HighLevel")
        where = f"Act! opportunity {opportunity_id}, HighLevel invoice {found.id}"
        if received < known:
            raise HeldError(
                f"{where}: Act! says that {received} were received, and {known} are recorded already; nothing "
                "can take a "
                "payment back by itself: refund it in HighLevel, or correct the field in Act!",
                cause="invoice.received_less",
            )
        if found.invoice.get("status") == "draft":
            raise HeldError(
                f"{where}: {received} were received, but the invoice is a draft and HighLevel takes no payment of one; "
                "send it there, then replay",
                cause="invoice.draft_not_payable",
            )
        assert single.OPERATION.run is not None
        done = await single.OPERATION.run(
            ctx,
            {
                "invoice_id": found.id,
                # The running total: the same receipt is the same reference, however often it is told.
                "reference": f"Act! {opportunity_id} {received.normalize():f}",
                "amount": received - known,
                "mode": given.get("mode") or "other",
            },
        )
        await ctx.remember("ghl", _RECEIVED, opportunity_id, str(received))
        return done


OPERATION = Operation(
    id="ghl.invoice.record_received",
    system="ghl",
    title="Record what Act! says was received",
    description=(
        "Notes the money that came in outside HighLevel on the opportunity's invoice, each amount once: what Act! says "
        "altogether, less what was recorded before. It charges nobody."
    ),
    input_schema=object_of(_FIELDS),
    output_schema=single.OPERATION.output_schema,
    example={
        "opportunity_id": "11111111-2222-3333-4444-555555555555",
        "received": 50.05,
        "mode": "bank_transfer",
    },
    example_output=single.OPERATION.example_output,
    scopes=single.OPERATION.scopes,
    permissions=("Access All Non-Private Data",),
    effects=frozenset({READS, WRITES, MONEY}),
    calls="none where nothing is new, else 5 and 1 for each payment there is already",
    proof="the transaction is found by the reference that it carries, and its amount compared",
    run=_run,
)
