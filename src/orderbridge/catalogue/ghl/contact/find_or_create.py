"""An action: find a person in HighLevel, or create them; never guess between two people."""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import as_written, object_of
from orderbridge.catalogue.ghl.contact import CONTACT, NEW, ROW, SCOPES
from orderbridge.catalogue.ghl.contact import create as single
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

_MOST_SOUGHT = 50


async def _having(ctx: ActionContext, field: str, value: str) -> list[JsonObject]:
    """Return the contacts with exactly this address or number."""
    found = []
    async for row in CONTACT.listed(ctx, {}, most=_MOST_SOUGHT, query={"query": value}):
        have = str(row.get(field) or "").strip().casefold()
        if have == value.casefold():
            found.append(row)
    return found


async def matches(ctx: ActionContext, person: JsonObject) -> tuple[list[JsonObject], str]:
    """Return the contacts that may be this person, and by what: ``email``, else ``phone``."""
    email, phone = person.get("email"), person.get("phone")
    by_email = await _having(ctx, "email", email) if email else []
    if by_email:
        return by_email, "email"
    by_phone = await _having(ctx, "phone", phone) if phone else []
    # Two people may share a phone; another e-mail address says that they are two.
    return [row for row in by_phone if not (email and row.get("email"))], "phone"


def claimed(person: JsonObject) -> list[str]:
    """Return what two who look for this person at the same time have in common, so that one waits."""
    return [f"match/ghl/{key}/{item.casefold()}" for key in ("email", "phone") if (item := person.get(key))]


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    person = as_written(NEW, given)
    async with ctx.exclusive(claimed(person), system="ghl"):
        found, how = await matches(ctx, person)
        if len(found) > 1:
            raise HeldError(
                f"{len(found)} contacts of HighLevel have the same {how} (ids "
                f"{', '.join(str(row['id']) for row in found)}); merge them there and repeat this. Nothing was created",
                cause="contact.several_matches",
            )
        if found:
            return {"id": found[0]["id"], "how": how, "verdict": "unchanged", "record": found[0]}
        assert single.OPERATION.run is not None
        return await single.OPERATION.run(ctx, given) | {"how": "created"}


_OUTPUT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "how": {"enum": ["email", "phone", "created"]},
        "verdict": {"type": "string"},
        "record": ROW,
    },
    "required": ["id", "how", "verdict"],
}

OPERATION = Operation(
    id="ghl.contact.find_or_create",
    system="ghl",
    title="Find or create a contact",
    description=(
        "Finds a person by e-mail address, then by phone number, and creates them when nobody matches; several stop "
        "it, and whoever is found is not changed."
    ),
    input_schema=object_of(NEW) | {"anyOf": [{"required": ["email"]}, {"required": ["phone"]}]},
    output_schema=_OUTPUT,
    example={"first_name": "Ada", "last_name": "Byron", "email": "ada@example.com"},
    example_output={"id": "ocQHyuzHvysMo5N5VsXc", "how": "email", "verdict": "unchanged"},
    scopes=SCOPES,
    effects=frozenset({READS, WRITES}),
    calls="1 or 2, and 2 more where the contact is created",
    proof="read back by id; after a lost answer found by e-mail address or number",
    run=_run,
)
