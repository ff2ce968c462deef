"""An action: part two records."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.fields import needed, record_id
from orderbridge.catalogue.ghl.relation import RELATION, SCOPES

OPERATION = deleting(
    id="ghl.relation.delete",
    title="Part two records",
    description="Ends that two records belong together; both stay.",
    call="DELETE /associations/relations/{relationId}",
    fields={
        "relation_id": needed(record_id("The relation.")),
        "record_id": needed(record_id("One of its two records: only there can it be looked up.", sent=False)),
    },
    record=RELATION,
    key="relation_id",
    scopes=SCOPES,
    example={"relation_id": "66b0c0ffee0000000000e001", "record_id": "ocQHyuzHvysMo5N5VsXc"},
    example_output={"id": "66b0c0ffee0000000000e001", "verdict": "confirmed", "record": {"deleted": True}},
)
