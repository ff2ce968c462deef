"""An action: end that users follow a contact."""

from __future__ import annotations

from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.ghl.contact import CONTACT, CONTACT_ID, FOLLOWERS, SCOPES
from orderbridge.catalogue.operation import DELETES, READS, WRITES

OPERATION = acting(
    id="ghl.contact.remove_followers",
    title="Remove followers from a contact",
    description="Ends that users follow a contact; all others go on.",
    call="DELETE /contacts/{contactId}/followers",
    fields={"contact_id": CONTACT_ID, "followers": FOLLOWERS},
    record=CONTACT,
    key="contact_id",
    until=lambda _given, _before: {"still_followed_by": []},
    view=lambda row, given: (
        row | {"still_followed_by": sorted(set(given["followers"]) & set(row.get("followers") or []))}
    ),
    effects=frozenset({READS, WRITES, DELETES}),
    scopes=SCOPES,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc", "followers": ["qXy7W2mBvN5KcL3pRtZ8"]},
    example_output={"id": "ocQHyuzHvysMo5N5VsXc", "verdict": "confirmed", "record": {"followers": []}},
)
