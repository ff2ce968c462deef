"""An action: create an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing
from orderbridge.catalogue.ghl.opportunity import NEW, OPPORTUNITY, SCOPES

OPERATION = creating(
    id="ghl.opportunity.create",
    title="Create an opportunity",
    description="Puts a deal into a pipeline; it is no order and no invoice, and its value is no claim for money.",
    call="POST /opportunities/",
    fields=needing(NEW, "name", "pipeline_id", "contact_id"),
    record=OPPORTUNITY,
    fixed={"status": "open"},
    search=lambda given: {"contact_id": given["contact_id"], "pipeline_id": given["pipeline_id"]},
    scopes=SCOPES,
    example={
        "name": "Kiln",
        "pipeline_id": "VDm7RPYC2GLUvdpKmBfC",
        "contact_id": "ocQHyuzHvysMo5N5VsXc",
        "monetary_value": 1149.5,
    },
    example_output={"id": "yWQobCRIhRguQtD2llvk", "verdict": "confirmed", "record": {"name": "Kiln"}},
)
