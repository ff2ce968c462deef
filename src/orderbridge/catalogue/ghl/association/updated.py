"""A trigger: an association between two objects changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.association.updated",
    record="association",
    title="An association between two objects changed",
    description="Fires when its key or one of its labels is another.",
    happens=updated,
    webhooks=("AssociationUpdate",),
)
