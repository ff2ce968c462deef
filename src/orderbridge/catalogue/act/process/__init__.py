"""Processes: the ways that a sale can go, each with stages of its own."""

from __future__ import annotations

from orderbridge.catalogue.fields import choice, needed, record_id, record_schema, rows, text, whole
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.records import Record

PERMISSIONS = ("Access All Non-Private Data",)
WRITE_PERMISSIONS = (*PERMISSIONS, "Manage Opportunity Processes")
LIST = Listing(call="GET /api/opportunities/processes")
PROCESS = Record(
    system="act", kind="process", one="GET /api/opportunities/processes/{processId}", id_name="processId",
    many=LIST, match=("name",),
)  # fmt: skip
ID = {"process_id": needed(record_id("The process."))}
FIELDS = {
    "name": text("What your team calls it.", minLength=1),
    "description": text("Free text."),
    "status": choice("Whether it is offered for new opportunities.", ["Active", "Inactive"]),
}
STAGES = {
    "stages": rows(
        "Its stages in their order.",
        {
            "name": needed(text("Name of the stage.", minLength=1)),
            "description": text("Free text."),
            "probability": whole("Percent.", minimum=0, maximum=100),
        },
    )
}
ROW = record_schema(
    description="The process.", id="string", name="string", status="string null", stages="array null"
)
