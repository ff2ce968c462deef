"""The location's own payment provider: there is one at most, and it has no id of its own to give."""

from __future__ import annotations

from orderbridge.catalogue.fields import flag, record_schema, text
from orderbridge.catalogue.records import Record

PROVIDER = Record(system="ghl", kind="custom_provider", one="GET /payments/custom-provider/connect")
SCOPES = ("payments/custom-provider.readonly", "payments/custom-provider.write")
FIELDS = {
    "name": text("What people read.", required=True, minLength=1),
    "description": text("What it is for.", required=True),
    "payments_url": text("The page where a customer pays.", required=True),
    "query_url": text("Where HighLevel asks your server about payments.", required=True),
    "image_url": text("Where its picture lies.", required=True),
    # Shown nowhere.
    "supports_subscription_schedule": flag(
        "Whether it can begin a subscription later.", required=True, proved=False
    ),
}
ROW = record_schema(
    description="The provider.",
    id="string",
    name="string",
    payments_url="string",
    query_url="string",
    payment_provider="object null",
)
