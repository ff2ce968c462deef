"""An action: create a group."""

from __future__ import annotations

from orderbridge.catalogue.act.group import FIELDS, GROUP, WRITE_PERMISSIONS, sought
from orderbridge.catalogue.act.samples import GROUP_ID, written
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing

OPERATION = creating(
    id="act.group.create",
    title="Create a group",
    description="Creates a group without anybody in it; Act! does not look for one of the same name, so look first.",
    call="POST /api/groups",
    fields=needing(FIELDS, "name"),
    record=GROUP,
    search=sought,
    permissions=WRITE_PERMISSIONS,
    example={"name": "Newsletter", "description": "Everybody who asked for it"},
    example_output=written(GROUP_ID, name="Newsletter"),
)
