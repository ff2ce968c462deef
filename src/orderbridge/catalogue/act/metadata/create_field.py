"""An action: create a field."""

from __future__ import annotations

from orderbridge.catalogue.act.metadata import FIELD, RECORD_TYPE
from orderbridge.catalogue.act.samples import RECORD_ID, written
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import choice, flag, needed, text, whole

# Calculated fields, pictures and addresses take settings that Act! only offers to people.
_TYPES = (
    "YesNo", "Character", "InitialCaps", "Lowercase", "Uppercase", "Memo", "Url", "Number", "Currency", "Decimal",
    "Date", "Time", "DateTime", "AnnualEvent", "Email", "Phone",
)  # fmt: skip

OPERATION = creating(
    id="act.metadata.create_field",
    title="Create a field",
    description="Adds a field to a record type or a custom table, for everybody and for good: fields are never deleted "
    "from here; Act! makes up the key itself, and it is read back.",
    call="POST /api/metadata/{recordType}/fields",
    fields=RECORD_TYPE
    | {
        "name": needed(text("What people see.", minLength=1, read_as="display_name")),
        "type": needed(choice("What it holds.", _TYPES)),
        "length": whole("Characters that fit, for texts.", minimum=1),
        "precision": whole("Digits in all, for Decimal.", minimum=1),
        "scale": whole("Digits after the point, for Decimal.", minimum=0),
        "default_value": text("What a new record begins with."),
        "is_allow_blank": flag("Whether it may stay empty.", proved=False),
    },
    record=FIELD,
    # The answer only repeats what was sent.
    id_in_answer=False,
    calls="3",
    permissions=("Define Fields",),
    example={"record_type": "opportunity", "name": "Order currency", "type": "Character", "length": 3},
    example_output=written(
        RECORD_ID, display_name="Order currency", column_name="CUST_ORDER_CURRENCY_123456"
    ),
)
