"""An action: create a custom table."""

from __future__ import annotations

from orderbridge.catalogue.act.custom_table import TABLE
from orderbridge.catalogue.act.samples import RECORD_ID, written
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needed, text, texts

_PARENTS = ("Contacts", "Companies", "Groups", "Opportunities")

OPERATION = creating(
    id="act.custom_table.create",
    title="Create a custom table",
    description="Adds a table to the database, for everybody and for good: tables are never deleted from here; its "
    "fields are added with act.metadata.create_field.",
    call="POST /api/metadata/entities",
    fields={
        "name": needed(
            text(
                "Name in paths and in the database.",
                minLength=1,
                maxLength=27,
                pattern="^[A-Za-z_][A-Za-z0-9_]*$",
            )
        ),
        "display_name": needed(text("What people see.", minLength=1, maxLength=32)),
        "description": text("What it is for.", maxLength=128, proved=False),
        "parent_entities": texts(
            "What its rows may belong to.",
            items={"type": "string", "enum": list(_PARENTS)},
            uniqueItems=True,
            # Shown as one text whose form is not published.
            proved=False,
        ),
    },
    record=TABLE,
    permissions=("Define Fields",),
    example={"name": "Warranties", "display_name": "Warranties", "parent_entities": ["Contacts"]},
    example_output=written(RECORD_ID, name="Warranties"),
)
