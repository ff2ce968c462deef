"""Rows of custom tables. Their keys are the owner's and are not renamed; a change replaces the whole row."""

from __future__ import annotations

from collections.abc import Iterable

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import Field, needed, owners_fields, record_id, text, texts
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.records import Record
from orderbridge.core.jsonio import JsonObject

PERMISSIONS = ("Access All Non-Private Data",)
TABLE = {"table": needed(text("Name of the custom table.", minLength=1, wire="entityName"))}
ID = TABLE | {"record_id": needed(record_id("The row.", wire="id"))}
LIST = Listing(
    call="GET /api/custom/entities/{entityName}", paging=ODATA, page_rows=200, fixed={"$orderby": "id"}
)
CUSTOM_RECORD = Record(
    system="act", kind="custom_record", one="GET /api/custom/entities/{entityName}/{id}", many=LIST,
    parents=("table",), path_names={"table": "entityName"}, owners=True,
)  # fmt: skip


_SERVERS_OWN = ("id", "created", "edited", "editedBy", "recordOwner")
# The key for opportunities is in the singular and yet holds a list.
_LINK_KEYS = ("contacts", "companies", "groups", "opportunity")


def _as_links(ids: Iterable[str]) -> list[JsonObject]:
    return [{"id": item} for item in ids]


def _links(description: str, key: str) -> Field:
    return texts(description, uniqueItems=True, wire=key, read_as=key, normal=_as_links)


LINKS = {
    "contact_ids": _links(
        "Contacts that it belongs to; given, they replace those that there are.", "contacts"
    ),
    "company_ids": _links(
        "Companies that it belongs to; given, they replace those that there are.", "companies"
    ),
    "group_ids": _links("Groups that it belongs to; given, they replace those that there are.", "groups"),
    "opportunity_ids": _links(
        "Opportunities that it belongs to; given, they replace those that there are.", "opportunity"
    ),
}
FIELDS = {
    "fields": owners_fields(
        "The table's own fields by their key, which is the internal name in lower case: act.metadata.list_fields "
        "has it as column_name.",
        spread=True,
        propertyNames={"not": {"enum": [*_SERVERS_OWN, *_LINK_KEYS]}},
    ),
} | LINKS
ROW: JsonObject = {
    "type": "object",
    "description": "The row; the table's own fields stand beside these.",
    "properties": {
        "id": {"type": "string"},
        "contacts": {"type": ["array", "null"]},
        "companies": {"type": ["array", "null"]},
        "groups": {"type": ["array", "null"]},
        "opportunity": {"type": ["array", "null"], "description": "Singular, and yet a list."},
        "created": {"type": ["string", "null"]},
        "edited": {"type": ["string", "null"]},
    },
}


async def rest_of_row(_ctx: ActionContext, given: JsonObject, found: JsonObject) -> JsonObject:
    """Return what a change has to send besides what was given: a row that is put has nothing but what is sent."""
    replaced = {key.casefold() for key in (*given.get("fields", {}), *_SERVERS_OWN)}
    kept = {key: item for key, item in found.items() if key.casefold() not in replaced}
    return kept | {key: _as_links(row["id"] for row in kept[key] or ()) for key in _LINK_KEYS if key in kept}
