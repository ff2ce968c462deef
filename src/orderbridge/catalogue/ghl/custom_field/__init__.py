"""Custom fields of contacts and opportunities."""

from __future__ import annotations

from orderbridge.catalogue.fields import (
    choice,
    needed,
    record_id,
    record_schema,
    text,
    texts,
    whole,
)
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.records import Record

LIST = Listing(call="GET /locations/{locationId}/customFields", rows="customFields", fixed={"model": "all"})
FIELD = Record(
    system="ghl", kind="custom_field", one="GET /locations/{locationId}/customFields/{id}", inside="customField",
    many=LIST, match=("name", "model", "data_type"),
)  # fmt: skip
SCOPES = ("locations/customFields.readonly", "locations/customFields.write")
FIELD_ID = needed(record_id("The custom field.", wire="id"))
MODELS = ["contact", "opportunity"]
CHANGES = {
    "name": text("What people read; its key was made of its first name and stays.", minLength=1),
    "placeholder": text("What stands in it while it is empty."),
    "position": whole("Its place in the form."),
}
NEW = CHANGES | {
    "data_type": choice(
        "What it holds.",
        [
            "TEXT", "LARGE_TEXT", "NUMERICAL", "PHONE", "MONETORY", "CHECKBOX", "SINGLE_OPTIONS",
            "MULTIPLE_OPTIONS", "FLOAT", "TIME", "DATE", "TEXTBOX_LIST", "FILE_UPLOAD", "SIGNATURE", "RADIO",
        ],
    ),
    "model": choice("Whose field it is.", MODELS),
    "options": texts("What can be chosen.", wire="textBoxListOptions", read_as="picklist_options"),
}  # fmt: skip
ROW = record_schema(
    description="The custom field.",
    id="string",
    name="string",
    field_key="string null",
    data_type="string null",
    model="string null",
)
