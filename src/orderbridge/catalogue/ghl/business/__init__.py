"""Businesses: the companies of a location's contacts."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, record_id, record_schema, text
from orderbridge.catalogue.paging import SKIP, Listing
from orderbridge.catalogue.records import Record

LIST = Listing(call="GET /businesses/", rows="businesses", paging=SKIP)
# The misspelt key is HighLevel's own, in the answers of its writes.
BUSINESS = Record(
    system="ghl", kind="business", one="GET /businesses/{businessId}", id_name="businessId",
    inside=("business", "buiseness"), many=LIST, match=("name", "email", "phone"),
)  # fmt: skip
SCOPES = ("businesses.readonly", "businesses.write")
BUSINESS_ID = needed(record_id("The business."))
FIELDS = {
    "name": text("Name; HighLevel allows the same name twice.", minLength=1),
    "phone": text("Phone number."),
    "email": text("E-mail address."),
    "website": text("Web site."),
    "address": text("Street."),
    "city": text("City."),
    "state": text("State or province."),
    "postal_code": text("Postal code."),
    "country": text("Two letters."),
    "description": text("Free text."),
}
ROW = record_schema(
    description="The business.", id="string", name="string", phone="string null", email="string null"
)
