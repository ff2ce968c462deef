"""A trigger: an association between two objects was deleted."""

from __future__ import annotations

from orderbridge.catalogue.happens import deleted
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.association.deleted",
    record="association",
    title="An association between two objects was deleted",
    description="The relations that were made with it are gone with it, each with an event of its own or without.",
    happens=deleted,
    webhooks=("AssociationDelete",),
)
