"""An action: say who sees a company."""

from __future__ import annotations

from orderbridge.catalogue.act.company import WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import COMPANY_ID
from orderbridge.catalogue.act.sharing import setting

OPERATION = setting(
    one="company", path="/api/companies/{companyId}/access", sample=COMPANY_ID, permissions=WRITE_PERMISSIONS
)
