"""Webhooks of a self-hosted Act!: it looks every 15 minutes and calls back with ids."""

from __future__ import annotations

from orderbridge.catalogue.fields import choice, needed, record_id, record_schema, text
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.records import Record

PERMISSIONS = ("Web API Access",)
LIST = Listing(call="GET /api/webhooks")
WEBHOOK = Record(
    system="act", kind="webhook", one="GET /api/webhooks/{id}", many=LIST,
    match=("monitor", "trigger_event", "callback_url", "callback_id"),
)  # fmt: skip
ID = {"webhook_id": needed(record_id("The webhook.", wire="id"))}
MONITORS = (
    "Activities", "Companies", "Contacts", "Fields", "Groups", "History", "Opportunities", "Products", "Custom",
)  # fmt: skip
FIELDS = {
    "monitor": choice("What it watches.", MONITORS),
    # There is none for deletions.
    "trigger_event": choice("What happens to it.", ["Created", "Updated", "Alarms"]),
    "monitor_name": text("Name of the custom table, where that is watched."),
    "query_option": text(
        "A filter that narrows what is watched; a repeated default may silence the webhook."
    ),
    "callback_url": text("Address that is called.", minLength=1),
    "callback_id": text("Your own name of it."),
    # Act! keeps it to itself.
    "callback_token": text("Sent as the Authorization header of each call.", proved=False),
    "description": text("Free text."),
}
ROW = record_schema(
    description="The webhook; suspended says since when nothing is delivered, and nobody is told.",
    id="string",
    monitor="string",
    trigger_event="string",
    callback_url="string null",
    suspended="string null",
    failed_attempts="integer null",
)
