"""An action: make two records belong together."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needed, record_id
from orderbridge.catalogue.ghl.relation import RELATION, SCOPES

OPERATION = creating(
    id="ghl.relation.create",
    title="Relate two records",
    description="Makes two records belong together; which of them comes first is laid down by the association.",
    call="POST /associations/relations",
    fields={
        "association_id": needed(record_id("In which way (see ghl.association.list).")),
        "first_record_id": needed(record_id("The record of the association's first kind.")),
        "second_record_id": needed(record_id("The record of its second kind.")),
    },
    record=RELATION,
    search=lambda given: {"recordId": given["first_record_id"]},
    scopes=SCOPES,
    example={
        "association_id": "66b0c0ffee0000000000c001",
        "first_record_id": "ocQHyuzHvysMo5N5VsXc",
        "second_record_id": "66b0c0ffee0000000000d001",
    },
    example_output={
        "id": "66b0c0ffee0000000000e001",
        "verdict": "confirmed",
        "record": {"first_record_id": "ocQHyuzHvysMo5N5VsXc"},
    },
)
