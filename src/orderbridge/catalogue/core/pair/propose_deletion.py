"""A record is gone on one side: say so where people look, and do nothing."""

from __future__ import annotations

from orderbridge.catalogue.agreement import ACT, GHL, SIDES
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import choice, needed, object_of, record_id, text
from orderbridge.catalogue.operation import READS, Operation
from orderbridge.catalogue.pairs import DELETED, Question
from orderbridge.catalogue.schema import object_schema
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.jsonio import JsonObject

_NAMES = {ACT: "Act!", GHL: "HighLevel"}


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    side, kind, gone = given["side"], given["kind"], given["id"]
    there = GHL if side == ACT else ACT
    partner_kind = str(given.get("partner_kind") or kind)
    partner = await ctx.pairs.partner(side, kind, gone, partner_kind)
    if partner is None:
        raise RunEnds(
            Ending.NOTHING_TO_DO,
            f"{kind} {gone} is gone in {_NAMES[side]}, and nothing in {_NAMES[there]} belongs to it",
            output={"conflict_id": None, "partner_id": None},
        )
    named = f" ({given['name']})" if given.get("name") else ""
    # The question goes by the kind that has a name on both sides.
    conflict_id = await ctx.pairs.ask(
        Question(
            sort=DELETED,
            kind=kind,
            act_id=gone if side == ACT else partner,
            ghl_id=partner if side == ACT else gone,
            why=f"{kind} {gone}{named} was deleted in {_NAMES[side]}. {partner_kind.capitalize()} {partner} in "
            f"{_NAMES[there]} belongs to it and is still there",
            details={"gone": side, "partner_kind": partner_kind},
        )
    )
    return {"conflict_id": conflict_id, "partner_id": partner}


_FIELDS = {
    "side": needed(choice("Where it is gone.", SIDES)),
    "kind": needed(text("What it was: contact, opportunity, invoice.", minLength=1)),
    "id": needed(record_id("Its id.")),
    "partner_kind": text("What belongs to it on the other side; the same kind where left out.", minLength=1),
    "name": text("What people call it.", type=["string", "null"]),
}

OPERATION = Operation(
    id="core.pair.propose_deletion",
    system="core",
    title="Propose a deletion",
    description=(
        "Puts it to a person that a record is gone on one side and that something on the other side belongs to it; "
        "nothing is deleted and nothing is created."
    ),
    input_schema=object_of(_FIELDS),
    output_schema=object_schema(
        ["conflict_id", "partner_id"],
        conflict_id={"type": ["string", "null"]},
        partner_id={"type": ["string", "null"]},
    ),
    example={"side": "ghl", "kind": "contact", "id": "ocQHyuzHvysMo5N5VsXc", "name": "Ada Byron"},
    example_output={
        "conflict_id": "0f6f2f1b9a105f0c6e2b7b1d5a519d3c",
        "partner_id": "11111111-2222-3333-4444-555555555555",
    },
    effects=frozenset({READS}),
    calls="none",
    run=_run,
)
