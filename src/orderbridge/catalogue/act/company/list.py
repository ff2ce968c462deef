"""An action: list companies."""

from __future__ import annotations

from orderbridge.catalogue.act.company import LIST, PERMISSIONS, ROW
from orderbridge.catalogue.act.filters import contains, created_since, edited_since, equals, filtered
from orderbridge.catalogue.act.samples import COMPANY_ID, listed
from orderbridge.catalogue.fields import instant, text
from orderbridge.catalogue.reads import listing

_FIELDS = {
    "name": text("Only those of exactly this name."),
    "name_contains": text("Only those with this in their name.", minLength=1),
    "edited_since": instant("Only those edited at that moment or later."),
    "created_since": instant("Only those created at that moment or later."),
    "filter": text("A further filter in Act!'s own words: industry eq 'Retail'.", minLength=1),
}
OPERATION = listing(
    id="act.company.list",
    title="List companies",
    description="Lists companies, filtered by Act! itself; divisions are companies and appear as rows of their own.",
    many=LIST,
    fields=_FIELDS,
    query=filtered(
        _FIELDS,
        {
            "name": equals("name"),
            "name_contains": contains("name"),
            "edited_since": edited_since,
            "created_since": created_since,
            "filter": str,
        },
    ),
    row=ROW,
    permissions=PERMISSIONS,
    example={"name_contains": "Northwind"},
    example_output=listed(id=COMPANY_ID, name="Northwind Ltd"),
)
