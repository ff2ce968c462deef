"""An action: list pipelines."""

from __future__ import annotations

from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.pipeline.list",
    title="List pipelines",
    description="Lists the pipelines with their stages, whose ids opportunities want.",
    many=Listing(call="GET /opportunities/pipelines", rows="pipelines"),
    fields={},
    row=record_schema(description="The pipeline.", id="string", name="string", stages="array"),
    calls="1",
    example={},
    example_output={
        "rows": [{"id": "VDm7RPYC2GLUvdpKmBfC", "name": "Sales", "stages": [{"name": "New"}]}],
        "count": 1,
        "more": False,
    },
)
