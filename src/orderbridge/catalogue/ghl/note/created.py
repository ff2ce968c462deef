"""A trigger: a note is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.note.created",
    record="note",
    title="A note is new",
    description="Only webhooks tell of notes: there is no list of all of them.",
    happens=created,
    webhooks=("NoteCreate",),
    scopes=("contacts.readonly",),
)
