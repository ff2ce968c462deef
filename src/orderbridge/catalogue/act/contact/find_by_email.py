"""An action: find contacts by their e-mail addresses."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import PERMISSIONS
from orderbridge.catalogue.act.samples import CONTACT_ID
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.declaring import declared
from orderbridge.catalogue.fields import needed, texts
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare_placed
from orderbridge.core.errors import BadRecordError
from orderbridge.core.jsonio import JsonObject

_CALL = find("act", "POST /api/sync-data/search-contacts-by-business-email")
_FIELDS = {"emails": needed(texts("E-mail addresses, in any case.", minItems=1, maxItems=500))}
_RESULT: JsonObject = {
    "type": "object",
    "properties": {
        "found": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"email": {"type": "string"}, "contact_id": {"type": "string"}},
                "required": ["email", "contact_id"],
            },
        },
        "missing": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["found", "missing"],
}


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    emails: list[str] = given["emails"]
    answer = await prepare_placed(_CALL, ctx, in_path={}, query={}, body=emails).send(ctx)
    if not isinstance(answer, dict):
        raise BadRecordError(
            f"{_CALL.name}: the answer is no object of e-mails", cause="record.unknown_envelope"
        )
    ids = {email.strip().casefold(): record_id for email, record_id in answer.items()}
    found = [
        {"email": email, "contact_id": ids[key]}
        for email in emails
        if (key := email.strip().casefold()) in ids
    ]
    return {"found": found, "missing": [email for email in emails if email.strip().casefold() not in ids]}


OPERATION = declared(
    "act.contact.find_by_email",
    _CALL,
    _FIELDS,
    {
        "title": "Find contacts by e-mail",
        "description": (
            "Finds the contacts of many e-mail addresses in one call; Act! names one contact for each, even where "
            "several have it."
        ),
        "run": _run,
        "output_schema": _RESULT,
        "calls": "1",
        "permissions": PERMISSIONS,
        "example": {"emails": ["ada@example.com", "nobody@example.com"]},
        "example_output": {
            "found": [{"email": "ada@example.com", "contact_id": CONTACT_ID}],
            "missing": ["nobody@example.com"],
        },
    },
)
