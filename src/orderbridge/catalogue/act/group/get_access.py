"""An action: tell who sees a group."""

from __future__ import annotations

from orderbridge.catalogue.act.group import PERMISSIONS
from orderbridge.catalogue.act.samples import GROUP_ID
from orderbridge.catalogue.act.sharing import getting

OPERATION = getting(
    one="group", path="/api/groups/{groupId}/access", sample=GROUP_ID, permissions=PERMISSIONS
)
