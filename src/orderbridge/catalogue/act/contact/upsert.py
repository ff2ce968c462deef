"""Create a contact, or change the one that is there; never guess between two people."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import CONTACT, FIELDS, WRITE_PERMISSIONS
from orderbridge.catalogue.act.contact.create import OPERATION as CREATE
from orderbridge.catalogue.act.contact.find_or_create import KIND, claimed, unclaimed
from orderbridge.catalogue.act.contact.update import OPERATION as UPDATE
from orderbridge.catalogue.act.samples import CONTACT_ID
from orderbridge.catalogue.act.samples import written as example_of
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import object_of, text
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.proving import written
from orderbridge.core.errors import FlowError, HeldError, NotFoundError
from orderbridge.core.jsonio import JsonObject

_PHONES = ("business_phone", "mobile_phone", "home_phone")
_FIELDS = {
    "source_id": text(
        "The contact in HighLevel; whoever was linked to it once is found by it, and a new link is remembered.",
        minLength=1,
    )
} | FIELDS
_RESULT = written(CONTACT)


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    source_id = given.get("source_id")
    fields = {name: value for name, value in given.items() if name != "source_id"}
    email, phone = given.get("email"), next((given[name] for name in _PHONES if given.get(name)), None)
    names = claimed(ctx, source_id=source_id, email=email, phone=phone)
    async with ctx.exclusive(names, system="act"):
        contact_id, how = await _known(ctx, source_id, {"email": email, "phone": phone})
        result = await _written(ctx, contact_id, fields)
        if source_id and how != "linked":
            await ctx.save_link(KIND, source_id, KIND, result["id"], how=how)
    return result | {"how": how}


async def _known(ctx: ActionContext, source_id: str | None, person: JsonObject) -> tuple[str | None, str]:
    linked = await ctx.find_link(KIND, source_id, KIND) if source_id else None
    if linked is not None:
        return linked, "linked"
    if not (person["email"] or person["phone"]):
        raise FlowError(
            "act.contact.upsert: without a link, an e-mail and a phone nobody could tell whether Act! knows this "
            "contact; give one of them, or use act.contact.create",
            cause="flow.input_refused",
        )
    found = await unclaimed(ctx, person, source_id)
    if len(found) > 1:
        raise HeldError(
            f"{len(found)} Act! contacts match by {found[0][1]} (ids {', '.join(item.id for item, _ in found)}); "
            "merge them in Act!, or change the right one with act.contact.update",
            cause="contact.several_matches",
        )
    return (found[0][0].id, found[0][1]) if found else (None, "created")


async def _written(ctx: ActionContext, contact_id: str | None, fields: JsonObject) -> JsonObject:
    assert CREATE.run is not None
    assert UPDATE.run is not None
    if contact_id is None:
        return await CREATE.run(ctx, fields)
    try:
        return await UPDATE.run(ctx, fields | {"contact_id": contact_id})
    except NotFoundError as error:
        raise HeldError(
            f"the Act! contact {contact_id} is gone: deleted, made private, or no longer permitted to our user; "
            "restore it, or unlink it, and try again",
            cause="contact.missing",
        ) from error


OPERATION = Operation(
    id="act.contact.upsert",
    system="act",
    title="Create or change a contact",
    description=(
        "Finds a contact by link, e-mail or phone and changes the given fields, or creates it where nobody matches; "
        "where several match it is left to a person."
    ),
    input_schema=object_of(_FIELDS),
    output_schema=_RESULT
    | {"properties": _RESULT["properties"] | {"how": {"enum": ["linked", "email", "phone", "created"]}}},
    example={"email": "ada@example.com", "last_name": "Sample", "mobile_phone": "201-555-0101"},
    example_output=example_of(CONTACT_ID, full_name="Ada Sample") | {"how": "email"},
    permissions=WRITE_PERMISSIONS,
    effects=frozenset({READS, WRITES}),
    proof="read back by id; after a lost answer found by e-mail or phone, which is looked for first",
    calls="3 to 6",
    run=_run,
)
