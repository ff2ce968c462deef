"""Estimates: quotes that can become invoices; no webhook tells of them, and none is read by its id."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import choice, cut, day, needed, needing, record_id, record_schema, text
from orderbridge.catalogue.ghl import billing_fields as billing
from orderbridge.catalogue.names import to_theirs
from orderbridge.catalogue.paging import OFFSET, Listing
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.catalogue.records import Record
from orderbridge.connectors import fields as wire
from orderbridge.core.jsonio import JsonObject

LIST = Listing(call="GET /invoices/estimate/list", rows="estimates", paging=OFFSET)
ESTIMATE = Record(
    system="ghl",
    kind="estimate",
    one=None,
    many=LIST,
    match=("name", "contact_id", "currency"),
    view=lambda row: {"contact_id": (row.get("contact_details") or {}).get("id")},
)
SCOPES = ("invoices/estimate.readonly", "invoices/estimate.write")


def _typed(items: Any) -> list[JsonObject]:
    # On estimates every item must say of which type it is.
    return [{"type": "one_time"} | item for item in items]


ESTIMATE_ID = needed(record_id("The estimate."))
_CONTENT = {
    "name": billing.NAME,
    "currency": billing.CURRENCY,
    "items": replace(billing.ITEMS, packed=_typed),
    # They come back as the first and the last instant of that day in the location's zone.
    "issue_date": day("The day that stands on it; left out, today.", proved=False),
    "expiry_date": day("Until when it holds; left out, a week.", proved=False),
    "title": text("The heading, such as ESTIMATE."),
    "terms_notes": text("Small print; HTML."),
    "discount": billing.DISCOUNT,
    "business_details": billing.BUSINESS,
}
NEW = needing(
    {"contact_id": billing.CONTACT_ID, **_CONTENT, "live_mode": billing.LIVE},
    "contact_id", "name", "currency", "items",
)  # fmt: skip
CHANGES = _CONTENT
WHOLE = ("name", "currency", "items", "title", "terms_notes", "discount", "business_details")
# A missing heading makes HighLevel fail with a 500.
FIXED: JsonObject = {"title": "ESTIMATE", "frequencySettings": {"enabled": False}}
FILTERS = {
    "status": choice(
        "Only those in this state.", ["draft", "sent", "accepted", "declined", "invoiced", "viewed"]
    ),
    "contact_id": record_id("Only those of this contact."),
    "search": text("Part of the name, the number, or the customer's name or address."),
    "start_at": day("First day of creation, in UTC."),
    "end_at": day("Last day of creation, in UTC."),
}
ROW = record_schema(
    description="The estimate.",
    id="string",
    estimate_status="string",
    name="string",
    estimate_number="number string null",
    currency="string",
    total="number",
    issue_date="string null",
    expiry_date="string null",
)


async def completed(ctx: ActionContext, given: JsonObject, _before: JsonObject) -> JsonObject:
    """Return what every new estimate must carry and nobody wants to type."""
    customer = await billing.customer(ctx, given["contact_id"], what="Create an estimate")
    return {"businessDetails": {}, "discount": billing.NO_DISCOUNT, "liveMode": ctx.live, **customer}


async def kept(ctx: ActionContext, given: JsonObject, before: JsonObject) -> JsonObject:
    """Return what a change must carry so that it does not get lost: customer, mode and dates."""
    details = cut(billing.CONTACT.schema, before.get("contact_details") or {})
    more: JsonObject = {"contactDetails": to_theirs(details), "liveMode": bool(before.get("live_mode"))}
    zone = None
    for name, sent in (("issue_date", "issueDate"), ("expiry_date", "expiryDate")):
        moment = wire.instant(before.get(name))
        if name not in given and moment is not None:
            zone = zone or await _zone(ctx)
            more[sent] = moment.astimezone(zone).date().isoformat()
    return more


async def _zone(ctx: ActionContext) -> ZoneInfo:
    # The last instant of a day here is the next day in UTC: without the zone each change would add a day.
    answer = await prepare(find("ghl", "GET /locations/{locationId}"), ctx, {}).send(ctx)
    return ZoneInfo(str((answer.get("location") or answer).get("timezone") or "UTC"))
