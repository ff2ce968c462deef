"""An action: search contacts."""

from __future__ import annotations

from orderbridge.catalogue.fields import choice, rows, text
from orderbridge.catalogue.ghl.contact import LIST, ROW
from orderbridge.catalogue.reads import listing

_OPERATORS = ["eq", "not_eq", "contains", "not_contains", "exists", "not_exists"]

OPERATION = listing(
    id="ghl.contact.search",
    title="Search contacts",
    description="Finds contacts by words or by fields; a phone number is not found reliably, an e-mail address is.",
    many=LIST,
    fields={
        "query": text("Part of a name, an address, a number or a company."),
        "filters": rows(
            "All of these must hold; fields are in HighLevel's own spelling, such as dateAdded.",
            {
                "field": text("The field.", required=True),
                "operator": choice("How it is compared.", _OPERATORS, required=True),
                "value": text("With what."),
            },
        ),
        "sort": rows(
            "In which order.",
            {
                "field": text("The field, in HighLevel's own spelling.", required=True),
                "direction": choice("Up or down.", ["asc", "desc"]),
            },
        ),
    },
    row=ROW,
    example={"filters": [{"field": "tags", "operator": "contains", "value": "vip"}]},
    example_output={
        "rows": [{"id": "ocQHyuzHvysMo5N5VsXc", "first_name": "Ada"}],
        "count": 1,
        "more": False,
    },
)
