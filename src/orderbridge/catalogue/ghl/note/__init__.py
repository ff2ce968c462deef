"""Notes of contacts."""

from __future__ import annotations

from orderbridge.catalogue.fields import flag, needed, record_id, record_schema, text
from orderbridge.catalogue.ghl.contact import CONTACT_ID, SCOPES
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.records import Record

__all__ = ("CONTACT_ID", "FIELDS", "LIST", "NOTE", "NOTE_ID", "ROW", "SCOPES")

LIST = Listing(call="GET /contacts/{contactId}/notes", rows="notes")
NOTE = Record(
    system="ghl", kind="note", one="GET /contacts/{contactId}/notes/{id}", inside="note", many=LIST,
    parents=("contact_id",), match=("body", "title"),
)  # fmt: skip
NOTE_ID = needed(record_id("The note.", wire="id"))
FIELDS = {
    "body": text("What it says."),
    "title": text("Its heading."),
    "user_id": record_id("Who wrote it; left out, whoever gave orderbridge its access."),
    "color": text("Such as #FFAA00."),
    "pinned": flag("Whether it stays on top."),
}
ROW = record_schema(
    description="The note.",
    id="string",
    body="string null",
    contact_id="string null",
    date_added="string null",
)
