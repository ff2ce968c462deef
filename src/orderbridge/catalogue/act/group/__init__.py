"""Groups: what comes nearest to tags."""

from __future__ import annotations

from orderbridge.catalogue.act.address import address
from orderbridge.catalogue.fields import needed, owners_fields, record_id, record_schema, text
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.records import Record
from orderbridge.connectors.act import odata
from orderbridge.core.jsonio import JsonObject

PERMISSIONS = ("Access All Non-Private Data",)
WRITE_PERMISSIONS = (*PERMISSIONS, "Create and Edit Groups", "Manage Other Users' Groups")
LIST = Listing(call="GET /api/groups", paging=ODATA, page_rows=200, fixed={"$orderby": "id"})
GROUP = Record(
    system="act", kind="group", one="GET /api/groups/{groupId}", id_name="groupId", many=LIST, match=("name",)
)
ID = {"group_id": needed(record_id("The group."))}
FIELDS = {
    "name": text("Name; Act! allows the same name twice.", minLength=1),
    "description": text("What it is for."),
    "parent_id": record_id("The group that it is a part of.", wire="parentID"),
    "address": address("Where it is; lines that are not given stay as they are."),
    "record_manager_id": record_id("The user who manages the record.", wire="recordManagerID"),
    "custom_fields": owners_fields("Custom fields by their internal name; not by their label."),
}
ROW = record_schema(
    description="The group; contacts is a head-count.",
    id="string",
    name="string null",
    contacts="integer null",
    parent_id="string null",
    has_subgroups="boolean null",
    edited="string null",
)


def sought(given: JsonObject) -> JsonObject:
    """Return the filter under which a group is found whose creation was lost."""
    return {"$filter": odata.eq("name", given["name"])}
