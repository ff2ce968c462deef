"""An action: say who sees a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import CONTACT_ID
from orderbridge.catalogue.act.sharing import setting

OPERATION = setting(
    one="contact", path="/api/contacts/{contactId}/access", sample=CONTACT_ID, permissions=WRITE_PERMISSIONS
)
