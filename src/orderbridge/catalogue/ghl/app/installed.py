"""A trigger: the app was installed."""

from __future__ import annotations

from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.app.installed",
    record="app",
    title="The app was installed",
    description="Fires each time it was installed, also after it had been taken away.",
    happens=became("installed", True, told="INSTALL"),
    webhooks=("INSTALL",),
)
