"""An action: tell who sees a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import PERMISSIONS
from orderbridge.catalogue.act.samples import CONTACT_ID
from orderbridge.catalogue.act.sharing import getting

OPERATION = getting(
    one="contact", path="/api/contacts/{contactId}/access", sample=CONTACT_ID, permissions=PERMISSIONS
)
