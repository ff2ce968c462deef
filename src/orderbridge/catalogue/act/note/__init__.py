"""Notes on contacts, companies, groups and opportunities."""

from __future__ import annotations

from orderbridge.catalogue.fields import flag, instant, linked, needed, record_id, record_schema, text
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.records import Record

PERMISSIONS = ("Access All Non-Private Data",)
# Without this Act! shows HTML wrapped in spans.
PLAIN = {"format": "text"}
LIST = Listing(call="GET /api/notes", paging=ODATA, page_rows=200, fixed={"$orderby": "id"} | PLAIN)
# What one contact has: short, and surely read without a filter.
OF_CONTACT = Listing(
    call="GET /api/contacts/{id}/notes", paging=ODATA, page_rows=200, fixed={"$orderby": "id"} | PLAIN
)
NOTE = Record(
    system="act", kind="note", one="GET /api/notes/{id}", many=LIST, fixed=PLAIN, match=("note_text",)
)  # fmt: skip
ID = {"note_id": needed(record_id("The note.", wire="id"))}
FIELDS = {
    "note_text": text("The text, plain.", minLength=1),
    "display_date": instant("The moment that people see beside it; left out, now."),
    "is_private": flag("Whether only its record manager sees it."),
    "contact_ids": linked("Its contacts; in a change they replace all that there are.", "contacts"),
    "company_ids": linked("Its companies.", "companies"),
    "group_ids": linked("Its groups.", "groups"),
    "opportunity_ids": linked("Its opportunities.", "opportunities"),
}
ROW = record_schema(
    description="The note.",
    id="string",
    note_text="string null",
    display_date="string null",
    contacts="array null",
    edited="string null",
)
