"""An action: say who sees an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import OPPORTUNITY_ID
from orderbridge.catalogue.act.sharing import setting

OPERATION = setting(
    one="opportunity",
    path="/api/opportunities/{opportunityId}/access",
    sample=OPPORTUNITY_ID,
    permissions=WRITE_PERMISSIONS,
)
