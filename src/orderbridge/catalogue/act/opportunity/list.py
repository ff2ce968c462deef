"""An action: list opportunities."""

from __future__ import annotations

from orderbridge.catalogue.act.filters import contains, edited_since, filtered, linked_to
from orderbridge.catalogue.act.opportunity import LIST, PERMISSIONS, ROW, STATUSES
from orderbridge.catalogue.fields import choice, instant, record_id, text
from orderbridge.catalogue.reads import listing

_FIELDS = {
    "status": choice("Only those that stand so.", STATUSES),
    "contact_id": record_id("Only those of this contact."),
    "company_id": record_id("Only those of this company."),
    "name_contains": text("Only those with this in their name.", minLength=1),
    "edited_since": instant("Only those edited at that moment or later."),
}
OPERATION = listing(
    id="act.opportunity.list",
    title="List opportunities",
    description="Lists opportunities, filtered by Act! itself; rows that are private to others do not appear.",
    many=LIST,
    fields=_FIELDS,
    query=filtered(
        _FIELDS,
        {
            "status": lambda name: f"status eq {STATUSES.index(name)}",
            "contact_id": linked_to("contacts"),
            "company_id": linked_to("companies"),
            "name_contains": contains("name"),
            "edited_since": edited_since,
        },
    ),
    row=ROW,
    permissions=PERMISSIONS,
    example={"status": "Open", "edited_since": "2026-01-31T00:00:00Z"},
    example_output={
        "rows": [{"id": "11111111-2222-3333-4444-555555555555", "name": "Roof"}],
        "count": 1,
        "more": False,
    },
)
