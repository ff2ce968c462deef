"""A trigger: the plan of the app changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import moved
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.app.plan_changed",
    record="app",
    title="The plan of the app changed",
    description="Gives the old plan and the new one by their ids.",
    happens=moved("new_plan_id", told="PLAN_CHANGE"),
    webhooks=("PLAN_CHANGE",),
)
