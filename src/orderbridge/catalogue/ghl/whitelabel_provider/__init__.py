"""White-label payment providers: an agency's own name on one of the two providers that HighLevel offers for it."""

from __future__ import annotations

from orderbridge.catalogue.fields import choice, record_schema, text
from orderbridge.catalogue.paging import OFFSET, Listing
from orderbridge.catalogue.records import Record

# Without a limit the answer is empty.
LIST = Listing(call="GET /payments/integrations/provider/whitelabel", rows="providers", paging=OFFSET)
PROVIDER = Record(
    system="ghl",
    kind="whitelabel_provider",
    one=None,
    many=LIST,
    match=("title", "unique_name"),
    # The name that goes in comes out as the route.
    view=lambda row: {"unique_name": row.get("unique_name", row.get("route"))},
)
NEW = {
    "unique_name": text("A name without blanks that no other provider has.", required=True, minLength=1),
    "title": text("What people read.", required=True, minLength=1),
    "provider": choice("Who really takes the money.", ["authorize-net", "nmi"], required=True),
    "description": text("What it is for.", required=True),
    "image_url": text("Where its picture lies.", required=True),
}
ROW = record_schema(
    description="The provider.", id="string", title="string", provider="string null", route="string null"
)
