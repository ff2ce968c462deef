"""A trigger: a relation between two records is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.relation.created",
    record="relation",
    title="A relation between two records is new",
    description="Names both records and the association that they are related by.",
    happens=created,
    webhooks=("RelationCreate",),
)
