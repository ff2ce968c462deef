"""An action: list rows of a custom table."""

from __future__ import annotations

from orderbridge.catalogue.act.custom_record import LIST, PERMISSIONS, ROW, TABLE
from orderbridge.catalogue.act.filters import created_since, edited_since, filtered
from orderbridge.catalogue.act.samples import RECORD_ID, listed
from orderbridge.catalogue.fields import instant, text
from orderbridge.catalogue.reads import listing

_FIELDS = TABLE | {
    "edited_since": instant("Only those edited at that moment or later."),
    "created_since": instant("Only those created at that moment or later."),
    "filter": text("A further filter in Act!'s own words: reference eq 't-1042'.", minLength=1),
}
OPERATION = listing(
    id="act.custom_record.list",
    title="List rows of a custom table",
    description="Lists rows of a custom table; whether its own fields can be filtered differs from build to build, the "
    "times can.",
    many=LIST,
    fields=_FIELDS,
    query=filtered(_FIELDS, {"edited_since": edited_since, "created_since": created_since, "filter": str}),
    owners=True,
    row=ROW,
    permissions=PERMISSIONS,
    example={"table": "Payments", "created_since": "2026-01-31T00:00:00Z"},
    example_output=listed(id=RECORD_ID, reference="t-1042", amount=498),
)
