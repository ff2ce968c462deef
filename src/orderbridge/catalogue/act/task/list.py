"""An action: list tasks."""

from __future__ import annotations

from orderbridge.catalogue.act.filters import at_or_after, before, edited_since, equals, filtered, linked_to
from orderbridge.catalogue.act.task import LIST, PERMISSIONS, ROW
from orderbridge.catalogue.fields import flag, instant, record_id
from orderbridge.catalogue.reads import listing

_FIELDS = {
    "contact_id": record_id("Only those with this contact."),
    "opportunity_id": record_id("Only those of this opportunity."),
    "cleared": flag("Only those that are done, or only those that are not."),
    "due_from": instant("Only those due at that moment or later."),
    "due_before": instant("Only those due before that moment."),
    "edited_since": instant("Only those edited at that moment or later."),
}
OPERATION = listing(
    id="act.task.list",
    title="List tasks",
    description="Lists tasks, filtered by Act! itself; a recurring one has a row for every occurrence.",
    many=LIST,
    fields=_FIELDS,
    query=filtered(
        _FIELDS,
        {
            "contact_id": linked_to("contacts"),
            "opportunity_id": linked_to("opportunities"),
            "cleared": equals("isCleared"),
            "due_from": at_or_after("startTime"),
            "due_before": before("startTime"),
            "edited_since": edited_since,
        },
    ),
    row=ROW,
    permissions=PERMISSIONS,
    example={"contact_id": "11111111-2222-3333-4444-555555555555", "cleared": False},
    example_output={
        "rows": [{"id": "66666666-7777-8888-9999-00000000000003312026", "subject": "Visit"}],
        "count": 1,
        "more": False,
    },
)
