"""An action: say who sees a group."""

from __future__ import annotations

from orderbridge.catalogue.act.group import WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import GROUP_ID
from orderbridge.catalogue.act.sharing import setting

OPERATION = setting(
    one="group", path="/api/groups/{groupId}/access", sample=GROUP_ID, permissions=WRITE_PERMISSIONS
)
