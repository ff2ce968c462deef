"""History: what happened, on contacts, companies, groups and opportunities."""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.fields import (
    Field,
    flag,
    instant,
    linked,
    needed,
    record_id,
    record_schema,
    text,
    whole,
)
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.records import Record
from orderbridge.core.jsonio import JsonObject

PERMISSIONS = ("Access All Non-Private Data",)
# Without this Act! shows HTML wrapped in spans.
PLAIN = {"format": "text"}
LIST = Listing(call="GET /api/History", paging=ODATA, page_rows=200, fixed={"$orderby": "id"} | PLAIN)
# What one contact has: short, and surely read without a filter.
OF_CONTACT = Listing(
    call="GET /api/contacts/{id}/history", paging=ODATA, page_rows=200, fixed={"$orderby": "id"} | PLAIN
)
HISTORY = Record(
    system="act", kind="history", one="GET /api/History/{id}", many=LIST, fixed=PLAIN,
    match=("regarding", "details", "history_type"),
)  # fmt: skip
ID = {"history_id": needed(record_id("The history entry.", wire="id"))}
TYPE = text("Name of its type in this database, such as To-do Done.", minLength=1)


def _as_type(type_id: Any) -> JsonObject:
    return {"id": type_id}


# Left out, Act! would make every entry a Call Attempted.
TYPE_ID: dict[str, Field] = {
    "type_id": whole("Its type.", wire="historyTypeID", read_as="history_type", shows=_as_type)
}
FIELDS = {
    "regarding": text("What it is about, in a few words."),
    "details": text("The text, plain."),
    "start_time": instant("When it began; left out, now."),
    "end_time": instant("When it ended."),
    "is_private": flag("Whether only its record manager sees it."),
    "contact_ids": linked("Its contacts; in a change they replace all that there are.", "contacts"),
    "company_ids": linked("Its companies.", "companies"),
    "group_ids": linked("Its groups.", "groups"),
    "opportunity_ids": linked("Its opportunities.", "opportunities"),
}
ROW = record_schema(
    description="The history entry; it always belongs to the user that orderbridge signs in as.",
    id="string",
    regarding="string null",
    details="string null",
    history_type="object null",
    start_time="string null",
    contacts="array null",
    edited="string null",
)
