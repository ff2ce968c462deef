"""A trigger: an association between two objects is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.association.created",
    record="association",
    title="An association between two objects is new",
    description="Records of the two objects can be related from now on.",
    happens=created,
    webhooks=("AssociationCreate",),
)
