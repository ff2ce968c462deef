"""A trigger: a note was deleted."""

from __future__ import annotations

from orderbridge.catalogue.happens import deleted
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.note.deleted",
    record="note",
    title="A note was deleted",
    description="Gives the note as the webhook or an earlier reading shows it.",
    happens=deleted,
    webhooks=("NoteDelete",),
    scopes=("contacts.readonly",),
)
