"""An action: list groups."""

from __future__ import annotations

from orderbridge.catalogue.act.filters import contains, edited_since, equals, filtered
from orderbridge.catalogue.act.group import LIST, PERMISSIONS, ROW
from orderbridge.catalogue.act.samples import GROUP_ID, listed
from orderbridge.catalogue.fields import instant, record_id, text
from orderbridge.catalogue.reads import listing

_FIELDS = {
    "name": text("Only those of exactly this name."),
    "name_contains": text("Only those with this in their name.", minLength=1),
    "parent_id": record_id("Only the parts of this group."),
    "edited_since": instant("Only those edited at that moment or later."),
    "filter": text("A further filter in Act!'s own words: contains(description, 'news').", minLength=1),
}
OPERATION = listing(
    id="act.group.list",
    title="List groups",
    description="Lists groups, those inside other groups as rows of their own.",
    many=LIST,
    fields=_FIELDS,
    query=filtered(
        _FIELDS,
        {
            "name": equals("name"),
            "name_contains": contains("name"),
            "parent_id": equals("parentID"),
            "edited_since": edited_since,
            "filter": str,
        },
    ),
    row=ROW,
    permissions=PERMISSIONS,
    example={"name": "Newsletter"},
    example_output=listed(id=GROUP_ID, name="Newsletter", contacts=12),
)
