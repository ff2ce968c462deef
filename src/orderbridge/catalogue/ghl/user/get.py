"""An action: read one user."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, record_id
from orderbridge.catalogue.ghl.user import ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.user.get",
    title="Get a user",
    description="Reads one user with what they may do.",
    call="GET /users/{userId}",
    fields={"user_id": needed(record_id("The user."))},
    output=ROW,
    example={"user_id": "qXy7W2mBvN5KcL3pRtZ8"},
    example_output={"id": "qXy7W2mBvN5KcL3pRtZ8", "name": "Ada Byron"},
)
