"""An action: show on an opportunity how its HighLevel invoice stands."""

from __future__ import annotations

from orderbridge.catalogue.act import invoicing
from orderbridge.catalogue.act.keyed_record import KeyedRecord, prove_keyed
from orderbridge.catalogue.act.opportunity import update as change
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import group, needed, object_of, record_id, text
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.schema import AMOUNT, OPTIONAL_TEXT, TEXT, object_schema
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import Money, quantized

KIND = "invoice"


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    invoice_id, last = given["invoice_id"], given.get("last") or {}
    opportunity_id = await invoicing.opportunity_of(ctx, invoice_id, last.get("name"))
    # Read while nobody else writes it: two that hear of two changes must not end with the older one.
    async with ctx.exclusive([f"invoice_of/{opportunity_id}"], system="act"):
        now = await invoicing.read(ctx, invoice_id, opportunity_id, last)
        opportunity = await ctx.act.opportunity(opportunity_id)
        kept = await prove_keyed(ctx, _record(ctx, now, opportunity_id, opportunity.contact_ids))
        if kept["id"] is not None:
            await ctx.pair((KIND, invoice_id), (KIND, kept["id"]), how="created")
        if given.get("status_field"):
            await _show(ctx, opportunity_id, given["status_field"], now.state)
    return kept | {
        "opportunity_id": opportunity_id,
        "state": now.state,
        "total": now.total,
        "paid": now.paid,
        "refunded": now.refunded,
        "currency": now.currency,
    }


def _record(
    ctx: ActionContext, now: invoicing.Standing, opportunity_id: str, contact_ids: tuple[str, ...]
) -> KeyedRecord:
    words = now.state.replace("_", " ")
    lines = [f"HighLevel invoice {now.number}: {Money(now.total, now.currency)}, {words}."]
    if now.paid:
        lines.append(f"Paid: {Money(now.paid, now.currency)}.")
    if now.refunded:
        lines.append(f"Refunded: {Money(now.refunded, now.currency)}.")
    return KeyedRecord(
        ctx=ctx,
        kind=KIND,
        reference=now.invoice_id,
        # There is no table for invoices: people read them in the history of the opportunity.
        table="Invoices",
        title=f"Invoice {now.number}: {words}",
        text="\n".join(lines),
        facts={
            "number": now.number,
            "status": now.state,
            "total": str(quantized(now.total, now.currency)),
            "paid": str(quantized(now.paid, now.currency)),
            "refunded": str(quantized(now.refunded, now.currency)),
            "currency": now.currency,
        },
        columns={},
        happened_at=ctx.clock.now(),
        contact_ids=contact_ids,
        opportunity_id=opportunity_id,
    )


async def _show(ctx: ActionContext, opportunity_id: str, field: str, state: str) -> None:
    assert change.OPERATION.run is not None
    done = await change.OPERATION.run(
        ctx, {"opportunity_id": opportunity_id, "custom_fields": {field: state}}
    )
    if done["verdict"] not in ("confirmed", "unchanged"):
        raise HeldError(
            f"Act! opportunity {opportunity_id}: the field {field!r} does not keep the state of the invoice ({state}); "
            "give the internal name of a text field of opportunities, such as opportunity_field_1, and replay",
            cause="invoice.status_field",
        )


OPERATION = Operation(
    id="act.invoice.record",
    system="act",
    title="Show how an opportunity's invoice stands",
    description=(
        "Keeps one entry in the opportunity's history for its HighLevel invoice: draft, sent, partly paid, "
        "paid, refunded, "
        "void; and, where you name one, a field of the opportunity."
    ),
    input_schema=object_of(
        {
            "invoice_id": needed(record_id("The invoice in HighLevel.")),
            "last": group("The invoice as it was seen last, for one that is gone.", {}, open=True),
            "status_field": text(
                "Internal name of a text field of opportunities that shows it too.", type=["string", "null"]
            ),
        }
    ),
    output_schema=object_schema(
        ["id", "verdict"],
        id=OPTIONAL_TEXT, verdict=TEXT, opportunity_id=TEXT, state=TEXT, total=AMOUNT, paid=AMOUNT, refunded=AMOUNT,
        currency=TEXT,
    ),
    example={"invoice_id": "6a1b2c3d4e5f60718293a4c1"},
    example_output={
        "id": "dddddddd-0000-0000-0000-000000000004",
        "verdict": "confirmed",
        "opportunity_id": "aaaaaaaa-0000-0000-0000-000000000001",
        "state": "sent",
        "total": 498,
        "paid": 0,
        "refunded": 0,
        "currency": "USD",
    },
    scopes=("invoices.readonly", "payments/transactions.readonly"),
    permissions=("Access All Non-Private Data", "Create and Edit History"),
    effects=frozenset({READS, WRITES}),
    proof="its machine-readable line is read back; found again among the opportunity's records",
    calls="2 of HighLevel, and 3 to 6 of Act!",
    run=_run,
)  # fmt: skip
