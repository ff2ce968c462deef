"""An action: create a business."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing
from orderbridge.catalogue.ghl.business import BUSINESS, FIELDS, SCOPES

OPERATION = creating(
    id="ghl.business.create",
    title="Create a business",
    description="Creates a company; HighLevel does not look for one of the same name, so look first.",
    call="POST /businesses/",
    fields=needing(FIELDS, "name"),
    record=BUSINESS,
    scopes=SCOPES,
    example={"name": "Kiln & Co", "city": "Graz"},
    example_output={
        "id": "63771dcac1116f0e21de8e12",
        "verdict": "confirmed",
        "record": {"name": "Kiln & Co"},
    },
)
