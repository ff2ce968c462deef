"""A trigger: a relation between two records was deleted."""

from __future__ import annotations

from orderbridge.catalogue.happens import deleted
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.relation.deleted",
    record="relation",
    title="A relation between two records was deleted",
    description="The two records themselves stay; only that they belong together is over.",
    happens=deleted,
    webhooks=("RelationDelete",),
)
