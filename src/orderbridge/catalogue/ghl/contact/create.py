"""An action: create a contact."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import object_of
from orderbridge.catalogue.ghl.contact import CONTACT, NEW, SCOPES, TAGS, sought

_FIELDS = NEW | {"tags": TAGS}

OPERATION = creating(
    id="ghl.contact.create",
    title="Create a contact",
    description=(
        "Creates a contact; where the location allows no duplicates the one that exists is named, and a refusal that "
        "created it all the same is seen through."
    ),
    call="POST /contacts/",
    fields=_FIELDS,
    record=CONTACT,
    search=sought,
    # HighLevel has been seen to refuse a contact as invalid and to create it.
    distrusted=frozenset({422}),
    input_schema=object_of(_FIELDS) | {"minProperties": 1},
    scopes=SCOPES,
    example={"first_name": "Ada", "last_name": "Byron", "email": "ada@example.com", "tags": ["customer"]},
    example_output={
        "id": "ocQHyuzHvysMo5N5VsXc",
        "verdict": "confirmed",
        "record": {"email": "ada@example.com"},
    },
)
