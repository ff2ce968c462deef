"""An action: create an invoice with the address where it is paid."""

from __future__ import annotations

from dataclasses import replace

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import flag, needed, record_id
from orderbridge.catalogue.ghl.invoice import INVOICE, NEW, SCOPES, completed
from orderbridge.catalogue.operation import MESSAGES
from orderbridge.core.jsonio import JsonObject


async def _more(ctx: ActionContext, given: JsonObject, before: JsonObject) -> JsonObject:
    return await completed(ctx, given, before) | {"action": "send" if given.get("send") else "draft"}


OPERATION = creating(
    id="ghl.invoice.text2pay",
    title="Create an invoice with a payment link",
    description=(
        "Makes an invoice and gives the address where it can be paid; only where you ask for it the customer gets that "
        "by text message and e-mail."
    ),
    call="POST /invoices/text2pay",
    fields=NEW
    | {
        "user_id": needed(
            record_id("In whose name: a user of the location (see ghl.user.list).", proved=False)
        ),
        "send": flag("Whether the customer hears of it at once.", effect=MESSAGES, sent=False, proved=False),
    },
    record=replace(INVOICE, inside="invoice"),
    fill=_more,
    search=lambda given: {"contactId": given["contact_id"]},
    answered=("invoiceUrl",),
    scopes=("contacts.readonly", *SCOPES),
    calls="3",
    example={
        "contact_id": "ocQHyuzHvysMo5N5VsXc",
        "user_id": "qXy7W2mBvN5KcL3pRtZ8",
        "name": "Order 4711",
        "currency": "USD",
        "issue_date": "2026-03-01",
        "items": [{"name": "Vase", "amount": 150.1, "qty": 1, "currency": "USD"}],
    },
    example_output={
        "id": "6a1b2c3d4e5f60718293a4c1",
        "verdict": "confirmed",
        "record": {"status": "draft", "total": 150.1},
        "invoice_url": "https://pay.studio.example/invoice/6a1b2c3d4e5f60718293a4c1",
    },
)
