"""An action: change a row of a custom table."""

from __future__ import annotations

from orderbridge.catalogue.act.custom_record import (
    CUSTOM_RECORD,
    FIELDS,
    ID,
    PERMISSIONS,
    rest_of_row,
)
from orderbridge.catalogue.act.samples import RECORD_ID, written
from orderbridge.catalogue.changing import changing

OPERATION = changing(
    id="act.custom_record.update",
    title="Change a row of a custom table",
    description="Changes fields or links of a row; Act! replaces whole rows, so the rest is read before and sent back.",
    call="PUT /api/custom/entities/{entityName}/{id}",
    fields=ID | FIELDS,
    record=CUSTOM_RECORD,
    key="record_id",
    fill=rest_of_row,
    id_in_body=True,
    permissions=PERMISSIONS,
    example={"table": "Payments", "record_id": RECORD_ID, "fields": {"status": "refunded"}},
    example_output=written(RECORD_ID, reference="t-1042", status="refunded"),
)
