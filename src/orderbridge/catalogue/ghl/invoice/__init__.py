"""Invoices: what HighLevel can be told to ask money for; they are no orders, and are never called so."""

from __future__ import annotations

import re
from dataclasses import replace

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import (
    choice,
    cut,
    day,
    flag,
    needed,
    needing,
    record_id,
    record_schema,
    text,
)
from orderbridge.catalogue.ghl import billing_fields as billing
from orderbridge.catalogue.names import to_theirs
from orderbridge.catalogue.paging import OFFSET, Listing
from orderbridge.catalogue.records import Record
from orderbridge.core.jsonio import JsonObject

LIST = Listing(call="GET /invoices/", rows="invoices", paging=OFFSET)


def _as_given(row: JsonObject) -> JsonObject:
    # The customer goes in by id and comes out as details; the number is text in and a number out.
    number = row.get("invoice_number")
    return {
        "contact_id": (row.get("contact_details") or {}).get("id"),
        "invoice_number": None if number is None else str(number),
    }


INVOICE = Record(
    system="ghl", kind="invoice", one="GET /invoices/{invoiceId}", id_name="invoiceId", many=LIST,
    match=("name", "contact_id", "currency"), view=_as_given,
)  # fmt: skip
SCOPES = ("invoices.readonly", "invoices.write")

INVOICE_ID = needed(record_id("The invoice."))
_CONTENT = {
    "name": billing.NAME,
    "currency": billing.CURRENCY,
    "issue_date": day("The day that stands on it."),
    "due_date": day("When it is due; left out, HighLevel takes what its settings say."),
    "title": text("The heading, such as INVOICE."),
    "invoice_number": text("Left out, HighLevel counts on."),
    "terms_notes": text("Small print; HTML."),
    "discount": billing.DISCOUNT,
    "business_details": billing.BUSINESS,
    "automatic_taxes_enabled": flag("Whether HighLevel works taxes out."),
}
NEW = needing(
    {
        "contact_id": billing.CONTACT_ID,
        "items": replace(billing.ITEMS, read_as="invoice_items"),
        **_CONTENT,
        "invoice_number_prefix": text("Stands before the number.", proved=False),
        "live_mode": billing.LIVE,
    },
    "contact_id", "name", "currency", "items", "issue_date",
)  # fmt: skip
CHANGES = _CONTENT | {"items": replace(billing.ITEMS, wire="invoiceItems", read_as="invoice_items")}
WHOLE = (
    "name", "currency", "items", "issue_date", "due_date", "title", "terms_notes", "discount",
    "business_details",
)  # fmt: skip
FILTERS = {
    "status": choice(
        "Only those in this state.", ["draft", "sent", "payment_processing", "paid", "void", "partially_paid"]
    ),
    "contact_id": record_id("Only those of this contact."),
    "search": text("Part of the name, the number, or the customer's name, address or phone."),
    "payment_mode": choice("Only live or only test ones; left out, both come.", ["live", "test"]),
    "start_at": day("First day of creation, in UTC."),
    "end_at": day("Last day of creation, in UTC."),
}
ROW = record_schema(
    description="The invoice.",
    id="string",
    status="string",
    name="string",
    invoice_number="string integer null",
    currency="string",
    total="number",
    amount_paid="number",
    amount_due="number",
    contact_id="string null",
    issue_date="string",
    due_date="string null",
    live_mode="boolean",
)


_MARK = re.compile(r"\[Act! [0-9a-z]{12}\]$")


def mark(opportunity_id: str) -> str:
    """Return our reference in an invoice's name, by which the invoice of an opportunity is found again."""
    digits = "".join(letter for letter in opportunity_id if letter.isalnum())
    return f"[Act! {digits[:12].lower()}]"


def is_marked(name: str) -> bool:
    """Tell whether an invoice was made for an opportunity."""
    return _MARK.search(name.strip()) is not None


async def completed(ctx: ActionContext, given: JsonObject, _before: JsonObject) -> JsonObject:
    """Return what every new invoice must carry and nobody wants to type."""
    customer = await billing.customer(ctx, given["contact_id"], what="Create an invoice")
    return {"businessDetails": {}, "discount": billing.NO_DISCOUNT, "liveMode": ctx.live, **customer}


async def kept(_ctx: ActionContext, _given: JsonObject, before: JsonObject) -> JsonObject:
    """Return what a change must carry so that it does not get lost: the customer and the mode."""
    details = cut(billing.CONTACT.schema, before.get("contact_details") or {})
    return {"contactDetails": to_theirs(details), "liveMode": bool(before.get("live_mode"))}
