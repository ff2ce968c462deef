"""An action: list history entries."""

from __future__ import annotations

from orderbridge.catalogue.act.filters import contains, edited_since, filtered, linked_to
from orderbridge.catalogue.act.history import LIST, PERMISSIONS, ROW
from orderbridge.catalogue.fields import instant, record_id, text
from orderbridge.catalogue.reads import listing

_FIELDS = {
    "contact_id": record_id("Only those of this contact."),
    "opportunity_id": record_id("Only those of this opportunity."),
    "regarding_contains": text("Only those with this in what they are about.", minLength=1),
    "edited_since": instant("Only those edited at that moment or later."),
}
OPERATION = listing(
    id="act.history.list",
    title="List history entries",
    description="Lists what happened, filtered by Act! itself, as plain text instead of Act!'s HTML.",
    many=LIST,
    fields=_FIELDS,
    query=filtered(
        _FIELDS,
        {
            "contact_id": linked_to("contacts"),
            "opportunity_id": linked_to("opportunities"),
            "regarding_contains": contains("regarding"),
            "edited_since": edited_since,
        },
    ),
    row=ROW,
    permissions=PERMISSIONS,
    example={"contact_id": "11111111-2222-3333-4444-555555555555"},
    example_output={
        "rows": [{"id": "66666666-7777-8888-9999-000000000000", "regarding": "Called"}],
        "count": 1,
        "more": False,
    },
)
