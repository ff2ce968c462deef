"""A payment of an order, with what was refunded of it."""

from __future__ import annotations

from decimal import Decimal

from orderbridge.catalogue.act.keyed_record import KeyedRecord, prove_keyed
from orderbridge.catalogue.act.profile import PAYMENTS
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.schema import AMOUNT, OPTIONAL_TEXT, TEXT, object_schema
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
    lines = [f"HighLevel payment {given['transaction_id']} of order {given['order_id']}: {shown}, {status}."]
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
                "order": given["order_id"],
                "amount": str(quantized(amount, currency)),
                "refunded": str(quantized(refunded, currency)),
                "currency": currency,
                "status": status,
            },
            columns={
                "order_reference": given["order_id"],
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


OPERATION = Operation(
    id="act.payment.record",
    system="act",
    title="Record a payment once",
    description="Keeps one record for each payment, linked to contact and opportunity; a refund corrects it.",
    input_schema=object_schema(
        [
            "transaction_id",
            "order_id",
            "amount",
            "refunded",
            "currency",
            "status",
            "contact_id",
            "opportunity_id",
        ],
        transaction_id=TEXT,
        order_id=TEXT,
        amount=AMOUNT,
        refunded=AMOUNT,
        currency=TEXT,
        status=TEXT,
        method=OPTIONAL_TEXT,
        happened_at=OPTIONAL_TEXT,
        contact_id=TEXT,
        opportunity_id=TEXT,
    ),
    output_schema=object_schema(["id", "verdict"], id=OPTIONAL_TEXT, verdict=TEXT),
    effects=frozenset({"reads", "writes"}),
    proof="its machine-readable line is read back; found again among the opportunity's records",
    calls="2 to 3",
    run=_run,
)
