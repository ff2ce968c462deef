"""An action: tell who sees a company."""

from __future__ import annotations

from orderbridge.catalogue.act.company import PERMISSIONS
from orderbridge.catalogue.act.samples import COMPANY_ID
from orderbridge.catalogue.act.sharing import getting

OPERATION = getting(
    one="company", path="/api/companies/{companyId}/access", sample=COMPANY_ID, permissions=PERMISSIONS
)
