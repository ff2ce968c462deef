"""An action: read one association."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, record_id
from orderbridge.catalogue.ghl.association import ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.association.get",
    title="Get an association",
    description="Reads which two kinds of records can belong together by it.",
    call="GET /associations/{associationId}",
    fields={"association_id": needed(record_id("The association."))},
    output=ROW,
    example={"association_id": "66b0c0ffee0000000000c001"},
    example_output={"id": "66b0c0ffee0000000000c001", "key": "kiln_owner"},
)
