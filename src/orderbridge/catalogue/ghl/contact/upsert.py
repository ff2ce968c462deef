"""An action: create or change a contact in one call."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import object_of
from orderbridge.catalogue.ghl.contact import CONTACT, NEW, SCOPES, sought

OPERATION = creating(
    id="ghl.contact.upsert",
    title="Create or change a contact",
    description=(
        "Changes whoever has this e-mail address or number, else creates them; where the two belong to two people "
        "HighLevel ignores one without a word, which the verdict shows."
    ),
    call="POST /contacts/upsert",
    fields=NEW,
    record=CONTACT,
    search=sought,
    input_schema=object_of(NEW) | {"anyOf": [{"required": ["email"]}, {"required": ["phone"]}]},
    repeatable=True,
    scopes=SCOPES,
    example={"email": "ada@example.com", "city": "Graz"},
    example_output={"id": "ocQHyuzHvysMo5N5VsXc", "verdict": "confirmed", "record": {"city": "Graz"}},
)
