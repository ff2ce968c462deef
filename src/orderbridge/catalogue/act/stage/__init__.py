"""Stages: the steps of a process; the same name in another process is another stage."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, record_id, record_schema, text, whole
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.records import Record

PERMISSIONS = ("Access All Non-Private Data",)
WRITE_PERMISSIONS = (*PERMISSIONS, "Manage Opportunity Processes")
LIST = Listing(call="GET /api/opportunities/processes/{processId}/stages")
STAGE = Record(
    system="act", kind="stage", one="GET /api/opportunities/stages/{stageId}", id_name="stageId", many=LIST,
    parents=("process_id",), match=("name",),
)  # fmt: skip
ID = {"stage_id": needed(record_id("The stage."))}
PROCESS_ID = {"process_id": needed(record_id("The process."))}
FIELDS = {
    "name": text("What your team calls it.", minLength=1),
    "description": text("Free text."),
    "probability": whole("Percent.", minimum=0, maximum=100),
}
ROW = record_schema(
    description="The stage.",
    id="string",
    name="string",
    number="integer null",
    probability="integer null",
    process="object null",
)
