"""Opportunities: deals in a pipeline; they are no documents about money."""

from __future__ import annotations

from orderbridge.catalogue.fields import choice, money, needed, record_id, record_schema, text
from orderbridge.catalogue.ghl.custom_field_values import CUSTOM_FIELDS, by_id
from orderbridge.catalogue.paging import PAGE, Listing
from orderbridge.catalogue.records import Record

LIST = Listing(call="GET /opportunities/search", rows="opportunities", paging=PAGE, page_rows=100)
OPPORTUNITY = Record(
    system="ghl", kind="opportunity", one="GET /opportunities/{id}", inside="opportunity", many=LIST,
    match=("name", "contact_id", "pipeline_id", "monetary_value"), view=by_id,
)  # fmt: skip
SCOPES = ("opportunities.readonly", "opportunities.write")
OPPORTUNITY_ID = needed(record_id("The opportunity.", wire="id"))
STATES = ["open", "won", "lost", "abandoned"]
CHANGES = {
    "name": text("Name.", minLength=1),
    "pipeline_id": record_id("The pipeline (see ghl.pipeline.list)."),
    "pipeline_stage_id": record_id("The stage; left out of a new one, the pipeline's first."),
    "status": choice("Its state.", STATES),
    "monetary_value": money("What it may bring.", minimum=0),
    "assigned_to": record_id("The user who looks after it."),
    "custom_fields": CUSTOM_FIELDS,
}
NEW = CHANGES | {"contact_id": record_id("Whose deal it is; it cannot be changed later.")}
# The search spells its filters in another way than everything else.
FILTERS = {
    "query": text("Part of its name or of the contact's.", wire="q"),
    "status": choice("Only those in this state.", [*STATES, "all"]),
    "pipeline_id": record_id("Only those in this pipeline.", wire="pipeline_id"),
    "pipeline_stage_id": record_id("Only those in this stage.", wire="pipeline_stage_id"),
    "contact_id": record_id("Only those of this contact.", wire="contact_id"),
    "assigned_to": record_id("Only those of this user.", wire="assigned_to"),
}
ROW = record_schema(
    description="The opportunity.",
    id="string",
    name="string",
    status="string",
    monetary_value="number null",
    pipeline_id="string",
    pipeline_stage_id="string null",
    contact_id="string null",
    created_at="string null",
    updated_at="string null",
)
