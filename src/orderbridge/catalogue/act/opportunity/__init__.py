"""Opportunities: sales that may come about; their amount is what their line items come to."""

from __future__ import annotations

from orderbridge.catalogue.fields import (
    choice,
    day,
    embedded,
    flag,
    group,
    linked,
    needed,
    owners_fields,
    record_id,
    record_schema,
    text,
    whole,
)
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.records import Record

PERMISSIONS = ("Access All Non-Private Data",)
WRITE_PERMISSIONS = (*PERMISSIONS, "Manage Other Users' Opportunities")
LIST = Listing(call="GET /api/opportunities", paging=ODATA, page_rows=200, fixed={"$orderby": "id"})
OPPORTUNITY = Record(
    system="act", kind="opportunity", one="GET /api/opportunities/{opportunityId}", id_name="opportunityId",
    many=LIST, match=("name", "source_id", "contacts"),
)  # fmt: skip

# Act! describes them as words and yet takes and shows numbers.
STATUSES = ("Open", "Won", "Lost", "Inactive")
STATUS = choice("How it stands.", STATUSES, wire="status", read_as="status_name", packed=STATUSES.index)
ID = {"opportunity_id": needed(record_id("The opportunity."))}
FIELDS = {
    "name": text("What the sale is about.", minLength=1),
    "status": STATUS,
    "stage_id": embedded("The stage; it brings its process and its probability with it.", "stage"),
    "probability": whole("Percent; left out, the stage's own.", minimum=0, maximum=100),
    "estimated_close_date": day("When it may be decided."),
    "open_date": day("When it was opened; left out, today."),
    "source": text("Where it came from."),
    "source_id": text("Its id in another system, by which it is found again."),
    "reason": text("Why it was won or lost."),
    "competitor": text("Who else was asked."),
    "is_private": flag("Whether only its record manager sees it."),
    "contact_ids": linked("Its contacts; given, they replace all that there are.", "contacts"),
    "company_ids": linked("Its companies; given, they replace all that there are.", "companies"),
    "group_ids": linked("Its groups; given, they replace all that there are.", "groups"),
    "custom_fields": owners_fields("Custom fields by their internal name, such as opportunity_field_1."),
}
# Found by its name; Act! was never seen to take less than id and name together.
STAGE = {
    "stage": group(
        "The stage.",
        {"id": needed(record_id("Its id.")), "name": needed(text("Its name."))},
        shows=lambda stage: {"id": stage["id"]},
    )
}
ROW = record_schema(
    description="The opportunity; while it is open, its actual close date is 9999-12-31.",
    id="string",
    name="string null",
    status_name="string null",
    stage="object null",
    probability="integer null",
    product_total="number null",
    source_id="string null",
    contacts="array null",
    estimated_close_date="string null",
    actual_close_date="string null",
    edited="string null",
)
