"""A trigger: an estimate is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.estimate.created",
    record="estimate",
    title="An estimate is new",
    description="Fires for drafts too; no webhook tells of estimates, so it is known when the list is read next.",
    happens=created,
    polled="the list of all estimates, every ten minutes",
    scopes=("invoices/estimate.readonly",),
)
