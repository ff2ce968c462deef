"""Schedules: invoices that come again and again, and reach the customer each time."""

from __future__ import annotations

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import (
    choice,
    day,
    group,
    instant,
    needed,
    needing,
    record_id,
    record_schema,
    text,
    whole,
)
from orderbridge.catalogue.ghl import billing_fields as billing
from orderbridge.catalogue.ghl.invoice import kept
from orderbridge.catalogue.paging import OFFSET, Listing
from orderbridge.catalogue.records import Record
from orderbridge.core.jsonio import JsonObject

__all__ = (
    "CHANGES", "FILTERS", "LIST", "NEW", "ROW", "SCHEDULE", "SCHEDULE_ID", "SCOPES", "WHOLE", "completed", "kept",
)  # fmt: skip

LIST = Listing(call="GET /invoices/schedule", rows="schedules", paging=OFFSET)
SCHEDULE = Record(
    system="ghl", kind="invoice_schedule", one="GET /invoices/schedule/{scheduleId}", id_name="scheduleId", many=LIST,
    match=("name", "contact_id", "currency"),
    view=lambda row: {"contact_id": (row.get("contact_details") or {}).get("id")},
)  # fmt: skip
SCOPES = ("invoices/schedule.readonly", "invoices/schedule.write")
SCHEDULE_ID = needed(record_id("The schedule."))
_RULE = {
    "interval_type": choice("Unit of time.", ["daily", "weekly", "monthly", "yearly"], required=True),
    "interval": whole("How many of them lie between two invoices.", minimum=1, required=True),
    "start_date": day("The first day.", required=True),
    "start_time": text("Time of the day, 09:00:00."),
    "end_date": day("The last day; left out, it does not end."),
    "day_of_month": whole("Day of the month, -1 for the last.", minimum=-1, maximum=28),
    "day_of_week": choice("Day of the week.", ["mo", "tu", "we", "th", "fr", "sa", "su"]),
    "count": whole("After how many invoices it ends.", minimum=1),
    "days_before": whole("How many days before it is due each invoice goes out.", minimum=0),
}
_WHEN = group(
    "When invoices come: once at a moment, or by a rule.",
    {"execute_at": instant("Once, at this moment."), "rrule": group("By this rule.", _RULE)},
)
CHANGES = {
    "name": billing.NAME,
    "currency": billing.CURRENCY,
    "items": billing.ITEMS,
    "schedule": _WHEN,
    "discount": billing.DISCOUNT,
    "business_details": billing.BUSINESS,
    "title": text("The heading of its invoices."),
    "terms_notes": text("Small print; HTML."),
}
WHOLE = tuple(CHANGES)
NEW = needing(
    {"contact_id": billing.CONTACT_ID, **CHANGES, "live_mode": billing.LIVE},
    "contact_id", "name", "currency", "items", "schedule",
)  # fmt: skip
FILTERS = {
    "status": text("Only those in this state, such as draft or scheduled."),
    "search": text("Part of the name, or of the customer's name or address."),
    "payment_mode": choice("Only live or only test ones; left out, both come.", ["live", "test"]),
}
ROW = record_schema(
    description="The schedule.",
    id="string",
    status="string",
    name="string",
    currency="string",
    total="number",
    contact_id="string null",
    live_mode="boolean",
)


async def completed(ctx: ActionContext, given: JsonObject, _before: JsonObject) -> JsonObject:
    """Return what every new schedule must carry and nobody wants to type."""
    customer = await billing.customer(ctx, given["contact_id"], what="Create an invoice schedule")
    # A schedule does not say whom its invoices are sent to: it is the customer.
    customer.pop("sentTo")
    return {"businessDetails": {}, "discount": billing.NO_DISCOUNT, "liveMode": ctx.live, **customer}
