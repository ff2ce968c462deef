"""A trigger: a note changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.note.updated",
    record="note",
    title="A note changed",
    description="Fires for the first change too, when the text before it is not known.",
    happens=updated,
    webhooks=("NoteUpdate",),
    scopes=("contacts.readonly",),
)
