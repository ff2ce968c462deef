"""Opportunities: sales that may come about; their amount is what their line items come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orderbridge.catalogue.act.linked import is_linked
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
from orderbridge.catalogue.operation import DELETES, READS, WRITES, Operation
from orderbridge.catalogue.records import ODATA, Listing, Record
from orderbridge.catalogue.writes import acting
from orderbridge.core.jsonio import JsonObject

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


def _is_linked(collection: str, key: str) -> Callable[[JsonObject, JsonObject], JsonObject]:
    def view(record: JsonObject, given: JsonObject) -> JsonObject:
        return {"linked": is_linked(record, collection, given[key])}

    return view


def linking(id: str, one: str, collection: str, *, link: bool, **more: Any) -> Operation:
    """Declare an operation that puts one record to an opportunity, or takes it away.

    Args:
        id: ``act.opportunity.link_contact``.
        one: ``contact``.
        collection: Where the opportunity shows them: ``contacts``.
        link: Whether it is put there.
        more: Further attributes of ``Operation``.
    """
    key = f"{one}_id"
    path = f"/api/opportunities/{{opportunityId}}/associated-{collection}/{{{one}Id}}"
    return acting(
        id=id,
        call=f"{'PUT' if link else 'DELETE'} {path}",
        fields=ID | {key: needed(record_id(f"The {one}."))},
        record=OPPORTUNITY,
        key="opportunity_id",
        until=lambda _given, _before: {"linked": link},
        view=_is_linked(collection, key),
        effects=frozenset({READS, WRITES} if link else {READS, WRITES, DELETES}),
        permissions=WRITE_PERMISSIONS,
        example={"opportunity_id": "11111111-2222-3333-4444-555555555555", key: _OTHER},
        example_output={"id": "11111111-2222-3333-4444-555555555555", "verdict": "confirmed", "record": {}},
        **more,
    )


_OTHER = "66666666-7777-8888-9999-000000000000"
