"""An action: look whether a contact exists."""

from __future__ import annotations

from dataclasses import replace

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import object_of, text
from orderbridge.catalogue.ghl.contact import ROW, plain_phone
from orderbridge.catalogue.reads import reading
from orderbridge.core.errors import NotFoundError
from orderbridge.core.jsonio import JsonObject

_FIELDS = {
    "email": text("E-mail address.", minLength=1),
    "phone": text("Phone number with its country.", minLength=1, wire="number", packed=plain_phone),
}
_READ = reading(
    id="ghl.contact.find_duplicate",
    title="Find a contact by e-mail or phone",
    description=(
        "Tells who has this e-mail address or number, as HighLevel looks for duplicates; the address is tried first, "
        "and null means nobody."
    ),
    call="GET /contacts/search/duplicate",
    fields=_FIELDS,
    inside="contact",
    input_schema=object_of(_FIELDS) | {"minProperties": 1},
    example={"email": "ada@example.com"},
    example_output={"contact": {"id": "ocQHyuzHvysMo5N5VsXc", "email": "ada@example.com"}},
)


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    assert _READ.run is not None
    try:
        return {"contact": await _READ.run(ctx, given)}
    except NotFoundError:
        return {"contact": None}


OPERATION = replace(
    _READ,
    run=_run,
    output_schema={
        "type": "object",
        "properties": {"contact": {"anyOf": [ROW, {"type": "null"}]}},
        "required": ["contact"],
    },
)
