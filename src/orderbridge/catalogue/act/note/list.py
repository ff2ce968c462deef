"""An action: list notes."""

from __future__ import annotations

from orderbridge.catalogue.act.filters import edited_since, filtered, linked_to
from orderbridge.catalogue.act.note import LIST, PERMISSIONS, ROW
from orderbridge.catalogue.fields import instant, record_id
from orderbridge.catalogue.reads import listing

_FIELDS = {
    "contact_id": record_id("Only those on this contact."),
    "opportunity_id": record_id("Only those on this opportunity."),
    "edited_since": instant("Only those edited at that moment or later."),
}
OPERATION = listing(
    id="act.note.list",
    title="List notes",
    description="Lists notes, filtered by Act! itself, as plain text instead of Act!'s HTML.",
    many=LIST,
    fields=_FIELDS,
    query=filtered(
        _FIELDS,
        {
            "contact_id": linked_to("contacts"),
            "opportunity_id": linked_to("opportunities"),
            "edited_since": edited_since,
        },
    ),
    row=ROW,
    permissions=PERMISSIONS,
    example={"contact_id": "11111111-2222-3333-4444-555555555555"},
    example_output={
        "rows": [{"id": "66666666-7777-8888-9999-000000000000", "note_text": "Wants slate"}],
        "count": 1,
        "more": False,
    },
)
