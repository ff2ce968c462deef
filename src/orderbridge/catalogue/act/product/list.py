"""An action: list products."""

from __future__ import annotations

from orderbridge.catalogue.act.filters import at_or_after, contains, equals, filtered
from orderbridge.catalogue.act.product import LIST, PERMISSIONS, ROW
from orderbridge.catalogue.act.samples import PRODUCT_ID, listed
from orderbridge.catalogue.fields import instant, text
from orderbridge.catalogue.reads import listing

_FIELDS = {
    "item_number": text("Only the one with this number."),
    "name_contains": text("Only those with this in their name.", minLength=1),
    "edited_since": instant("Only those edited at that moment or later."),
    "filter": text("A further filter in Act!'s own words: price gt 100.", minLength=1),
}
OPERATION = listing(
    id="act.product.list",
    title="List products",
    description="Lists the products of the catalogue; what was typed into an opportunity by hand is not among them.",
    many=LIST,
    fields=_FIELDS,
    query=filtered(
        _FIELDS,
        {
            "item_number": equals("itemNumber"),
            "name_contains": contains("name"),
            # Products name their times otherwise than every other record.
            "edited_since": at_or_after("editDate"),
            "filter": str,
        },
    ),
    row=ROW,
    permissions=PERMISSIONS,
    example={"name_contains": "table"},
    example_output=listed(id=PRODUCT_ID, name="Oak table", item_number="OAK-1", price=249),
)
