"""A payment of an order, with what was refunded of it."""

from __future__ import annotations

from decimal import Decimal

from orderbridge.catalogue.act.keyed_record import PROOF, RESULT, WHOSE, KeyedRecord, prove_keyed
from orderbridge.catalogue.act.profile import PAYMENTS
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import instant as moment
from orderbridge.catalogue.fields import money, needing, object_of, record_id, text
from orderbridge.catalogue.operation import Operation
from orderbridge.connectors.fields import instant, wire_time
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import Money, quantized

KIND = "payment"


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    currency = given["currency"]
    amount, refunded = Decimal(given["amount"]), Decimal(given["refunded"])
    status = given["status"]
    happened_at = instant(given.get("happened_at")) or ctx.clock.now()
    shown = Money(amount, currency)
    title = f"{'Refunded payment' if refunded else 'Payment'} {shown}: {status}"
    invoice_id = given.get("invoice_id")
    document = invoice_id or given["order_id"]
    what = "invoice" if invoice_id else "order"
    lines = [f"HighLevel payment {given['transaction_id']} of {what} {document}: {shown}, {status}."]
    if refunded:
        lines.append(f"Refunded: {Money(refunded, currency)}.")
    if given.get("method"):
        lines.append(f"Paid by {given['method']}.")
    return await prove_keyed(
        ctx,
        KeyedRecord(
            ctx=ctx,
            kind=KIND,
            reference=given["transaction_id"],
            table=PAYMENTS,
            title=title,
            text="\n".join(lines),
            facts={
                # Whichever it is: what the money was paid for.
                "order": document,
                "amount": str(quantized(amount, currency)),
                "refunded": str(quantized(refunded, currency)),
                "currency": currency,
                "status": status,
            },
            columns={
                "order_reference": document,
                "status": status[:32],
                "amount": amount,
                "refunded": refunded,
                "currency": currency,
                "paid_at": wire_time(happened_at),
            },
            happened_at=happened_at,
            contact_ids=(given["contact_id"],),
            opportunity_id=given["opportunity_id"],
        ),
    )


FIELDS = needing(
    {
        "transaction_id": record_id("The payment in HighLevel; one record for each."),
        "order_id": record_id("The order that was paid; left out where it was an invoice."),
        "invoice_id": text("The invoice that was paid, where it was no order.", type=["string", "null"]),
        "amount": money("What was paid."),
        "refunded": money("What was given back of it, 0 for nothing."),
        "currency": text("Currency of both amounts, such as USD."),
        "status": text("Its status, as HighLevel names it."),
        "method": text("How it was paid, for people.", type=["string", "null"]),
        "happened_at": moment("When it was paid; left out, now.", type=["string", "null"]),
    }
    | WHOSE,
    "transaction_id", "amount", "refunded", "currency", "status", *WHOSE,
)  # fmt: skip

OPERATION = Operation(
    id="act.payment.record",
    system="act",
    title="Record a payment once",
    description="Keeps one record for each payment, linked to contact and opportunity; a refund corrects it.",
    input_schema=object_of(FIELDS) | {"anyOf": [{"required": ["order_id"]}, {"required": ["invoice_id"]}]},
    output_schema=RESULT,
    example={
        "transaction_id": "6601f0c2a5b4c3d2e1f00002",
        "order_id": "6601f0c2a5b4c3d2e1f00001",
        "amount": 498,
        "refunded": 0,
        "currency": "USD",
        "status": "succeeded",
        "method": "card",
        "happened_at": "2026-01-31T09:00:00Z",
        "contact_id": "11111111-2222-3333-4444-555555555555",
        "opportunity_id": "aaaaaaaa-0000-0000-0000-000000000001",
    },
    example_output={"id": "dddddddd-0000-0000-0000-000000000004", "verdict": "confirmed"},
    permissions=("Access All Non-Private Data", "Create and Edit History"),
    effects=frozenset({"reads", "writes"}),
    proof=PROOF,
    calls="2 to 3",
    run=_run,
)
