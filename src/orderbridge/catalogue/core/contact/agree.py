"""Bring a contact of Act! and the same person's contact in HighLevel to agreement, field by field."""

from __future__ import annotations

from orderbridge.catalogue.agreement import ACT, DIRECTIONS, GHL, OWNERS, RULES, SIDES
from orderbridge.catalogue.contact_fields import KINDS, KNOWN, table
from orderbridge.catalogue.contact_pairing import BOTH_SIDES, NOWHERE, Partners, find_partner
from orderbridge.catalogue.contact_writing import Agreeing
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import (
    anything,
    choice,
    needed,
    object_of,
    owners_fields,
    record_id,
    rows,
    text,
)
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.pairs import Pair
from orderbridge.catalogue.schema import TEXT, object_schema
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.jsonio import JsonObject

KIND = "contact"


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    fields = table(given["fields"], region=ctx.profile.default_region)
    partners = Partners(ctx=ctx, fields=fields, create=given.get("create", NOWHERE))
    found = await find_partner(partners, given["side"], given["id"])
    if isinstance(found, str):
        raise RunEnds(Ending.NOTHING_TO_DO, found, output=_output(None, None, found))
    pair, how = found
    # Both lanes, that of the Act! contact and that of the HighLevel one, meet here.
    async with ctx.exclusive([f"pair/{side}/{pair.of(side)}" for side in SIDES], system=ACT):
        agreeing = Agreeing(ctx=ctx, pair=pair, fields=fields, decided=given.get("decided", {}))
        await agreeing.through()
    result = _output(pair, agreeing, how)
    if how != "created" and not any(result["written"].values()):
        reason = agreeing.gone or "both sides agree"
        if result["asked"]:
            reason = f"a person decides about {', '.join(result['asked'])}; see 'orderbridge conflicts list'"
        raise RunEnds(Ending.NOTHING_TO_DO, reason, output=result)
    return result


def _output(pair: Pair | None, done: Agreeing | None, how: str) -> JsonObject:
    return {
        "act_id": pair.act_id if pair else None,
        "ghl_id": pair.ghl_id if pair else None,
        "how": how,
        "written": {side: sorted(done.written[side]) if done else [] for side in SIDES},
        "asked": sorted(done.asked) if done else [],
    }


_ROW = {
    "field": needed(text(f"One of {', '.join(KNOWN)}, or a name of your own with act and ghl.", minLength=1)),
    "direction": choice("Where values are carried to; both where left out.", DIRECTIONS),
    "owner": choice("Whose value stands where the rule asks for an owner.", OWNERS),
    "rule": choice(
        "What happens when both sides changed it; owner keeps also puts the other side's change alone back. Left out: "
        "owner wins where there is an owner, else ask.",
        RULES,
    ),
    "act": text("Where it stands in Act!, as a record shows it: custom_fields.user1."),
    "ghl": text("Where it stands in HighLevel: custom_fields.<the field's id>."),
    "kind": choice("What it is; text where left out.", KINDS),
    "values": owners_fields("A table from Act!'s values to HighLevel's; others are asked for."),
}
_FIELDS = {
    "side": needed(choice("Where the contact is that something happened to.", SIDES)),
    "id": needed(record_id("Its id.")),
    "fields": needed(rows("The table of fields.", _ROW, minItems=1)),
    "create": choice(
        "Where a contact may be created that is not there yet; nowhere where left out.",
        (NOWHERE, ACT, GHL, BOTH_SIDES),
    ),
    "decided": anything(
        "A person's decisions, by field: {take: act}, {take: ghl} or {value: …}.", type="object"
    ),
}
_TEXTS = {"type": "array", "items": TEXT}

OPERATION = Operation(
    id="core.contact.agree",
    system="core",
    title="Keep a contact in agreement",
    description=(
        "Finds the same person on the other side, compares both with what they last agreed on, and writes each field "
        "where its direction, owner and rule want it; what a person has to decide goes to the conflicts."
    ),
    input_schema=object_of(_FIELDS),
    output_schema=object_schema(
        ["act_id", "ghl_id", "how", "written", "asked"],
        act_id={"type": ["string", "null"]},
        ghl_id={"type": ["string", "null"]},
        how=TEXT,
        written=object_schema([ACT, GHL], act=_TEXTS, ghl=_TEXTS),
        asked=_TEXTS,
    ),
    example={
        "side": "ghl",
        "id": "ocQHyuzHvysMo5N5VsXc",
        "fields": [{"field": "email", "owner": "ghl"}, {"field": "city", "rule": "newest wins"}],
        "create": "act",
    },
    example_output={
        "act_id": "11111111-2222-3333-4444-555555555555",
        "ghl_id": "ocQHyuzHvysMo5N5VsXc",
        "how": "linked",
        "written": {"act": ["city"], "ghl": []},
        "asked": [],
    },
    permissions=("Access All Non-Private Data", "Create and Edit Contacts", "Manage Other Users' Contacts"),
    scopes=("contacts.readonly", "contacts.write"),
    effects=frozenset({READS, WRITES}),
    calls="2, and 3 for each side that is written; 1 to 5 more at the first meeting",
    proof="each side is read before, and read back by id after, its write; what both show is remembered",
    run=_run,
)
