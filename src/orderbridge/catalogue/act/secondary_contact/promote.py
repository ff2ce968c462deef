"""An action: make a secondary contact a contact of its own."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import CONTACT, WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import CONTACT_ID, RECORD_ID
from orderbridge.catalogue.act.secondary_contact import ID, SECONDARY
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.declaring import declared
from orderbridge.catalogue.fields import on_the_wire
from orderbridge.catalogue.operation import READS, WRITES
from orderbridge.catalogue.proving import SingleWrite, proved, written
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.core.errors import NotFoundError
from orderbridge.core.jsonio import JsonObject

_CALL = find("act", "PUT /api/contacts/{contactId}/secondary-contacts/{id}/promote")


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    record_id, parent_id = given["secondary_contact_id"], given["contact_id"]

    async def look() -> JsonObject | None:
        below = await SECONDARY.read(ctx, record_id, given)
        if below is not None:
            return below | {"secondary": True}
        alone = await CONTACT.read(ctx, record_id, given)
        if alone is None:
            raise NotFoundError(
                f"contact {parent_id} has no secondary contact {record_id}, and there is no contact of that id; "
                "nothing was changed",
                cause="record.not_found",
            )
        return alone | {"secondary": False}

    async def put(_actual: JsonObject | None) -> None:
        await prepare(_CALL, ctx, on_the_wire(ID, given)).send(ctx)

    write = SingleWrite(
        system="act", kind="act.secondary_contact.promote", reference=record_id, wanted={"secondary": False},
        look=look, put=put,
    )  # fmt: skip
    return await proved(ctx, write)


OPERATION = declared(
    "act.secondary_contact.promote",
    _CALL,
    ID,
    {
        "title": "Promote a secondary contact",
        "description": "Makes a secondary contact a contact of its own; Act! offers no way back.",
        "run": _run,
        "output_schema": written(SECONDARY),
        "effects": frozenset({READS, WRITES}),
        "calls": "4, or 2 where it is one already",
        "proof": "it is read back among the contacts, and no longer under the other contact",
        "permissions": WRITE_PERMISSIONS,
        "example": {"contact_id": CONTACT_ID, "secondary_contact_id": RECORD_ID},
        "example_output": {
            "id": RECORD_ID,
            "verdict": "confirmed",
            "record": {"id": RECORD_ID, "contact_type": "Contact", "secondary": False},
        },
    },
)
