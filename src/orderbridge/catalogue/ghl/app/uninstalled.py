"""A trigger: the app was taken away."""

from __future__ import annotations

from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.app.uninstalled",
    record="app",
    title="The app was taken away",
    description="HighLevel ends our tokens with it: steps that call HighLevel cannot work any more, those on the "
    "other side do.",
    happens=became("installed", False, told="UNINSTALL"),
    webhooks=("UNINSTALL",),
)
