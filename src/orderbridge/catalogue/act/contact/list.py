"""An action: list contacts."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import LIST, PERMISSIONS, PHONE_FORMAT, ROW
from orderbridge.catalogue.act.filters import contains, created_since, edited_since, equals, filtered
from orderbridge.catalogue.act.samples import CONTACT_ID, listed
from orderbridge.catalogue.fields import flag, instant, record_id, text
from orderbridge.catalogue.reads import listing
from orderbridge.core.jsonio import JsonObject

_FIELDS = {
    "email": text("Only those with this e-mail address."),
    "name_contains": text("Only those with this in their full name.", minLength=1),
    "company_contains": text("Only those with this in the name of their company.", minLength=1),
    "company_id": record_id("Only those that belong to this company."),
    "id_status": text("Only those with this ID/Status."),
    "edited_since": instant("Only those edited at that moment or later."),
    "created_since": instant("Only those created at that moment or later."),
    "filter": text("A further filter in Act!'s own words: businessAddress/City eq 'Leeds'.", minLength=1),
    "include_users": flag("Also the contacts that stand for Act!'s own users.", sent=False),
    "phone_format": PHONE_FORMAT,
}


def _wanted(row: JsonObject, given: JsonObject) -> bool:
    return bool(given.get("include_users")) or not row.get("is_user")


OPERATION = listing(
    id="act.contact.list",
    title="List contacts",
    description=(
        "Lists contacts, filtered by Act! itself; its own users are left out unless they are asked for, and "
        "secondary contacts show as contact_type Secondary."
    ),
    many=LIST,
    fields=_FIELDS,
    query=filtered(
        _FIELDS,
        {
            "email": equals("emailAddress"),
            "name_contains": contains("fullName"),
            "company_contains": contains("company"),
            "company_id": equals("companyID"),
            "id_status": equals("idStatus"),
            "edited_since": edited_since,
            "created_since": created_since,
            "filter": str,
        },
    ),
    only=_wanted,
    row=ROW,
    permissions=PERMISSIONS,
    example={"name_contains": "Sample", "edited_since": "2026-01-31T00:00:00Z"},
    example_output=listed(id=CONTACT_ID, full_name="Ada Sample", is_user=False),
)
