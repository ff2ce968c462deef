"""An action: read who sees an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import PERMISSIONS
from orderbridge.catalogue.act.samples import OPPORTUNITY_ID
from orderbridge.catalogue.act.sharing import getting

OPERATION = getting(
    one="opportunity",
    path="/api/opportunities/{opportunityId}/access",
    sample=OPPORTUNITY_ID,
    permissions=PERMISSIONS,
)
