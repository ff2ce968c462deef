"""An action: let users follow a contact."""

from __future__ import annotations

from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.ghl.contact import CONTACT, CONTACT_ID, FOLLOWERS, SCOPES

OPERATION = acting(
    id="ghl.contact.add_followers",
    title="Add followers to a contact",
    description="Lets users follow a contact and keeps those who do; HighLevel may tell them what happens there.",
    call="POST /contacts/{contactId}/followers",
    fields={"contact_id": CONTACT_ID, "followers": FOLLOWERS},
    record=CONTACT,
    key="contact_id",
    until=lambda given, _before: {"followed_by": sorted(set(given["followers"]))},
    view=lambda row, given: (
        row | {"followed_by": sorted(set(given["followers"]) & set(row.get("followers") or []))}
    ),
    scopes=SCOPES,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc", "followers": ["qXy7W2mBvN5KcL3pRtZ8"]},
    example_output={
        "id": "ocQHyuzHvysMo5N5VsXc",
        "verdict": "confirmed",
        "record": {"followers": ["qXy7W2mBvN5KcL3pRtZ8"]},
    },
)
