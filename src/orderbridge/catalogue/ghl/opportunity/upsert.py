"""An action: create a contact's deal of a name, or change it."""

from __future__ import annotations

from orderbridge.catalogue.comparing import same
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import needing, object_of
from orderbridge.catalogue.ghl.opportunity import NEW, OPPORTUNITY, SCOPES
from orderbridge.catalogue.ghl.opportunity import create as single
from orderbridge.catalogue.ghl.opportunity import update as change
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

_FIELDS = needing(NEW, "name", "pipeline_id", "contact_id")
_KEYS = ("name", "contact_id", "pipeline_id")


async def _matches(ctx: ActionContext, given: JsonObject) -> list[JsonObject]:
    query = {"contact_id": given["contact_id"], "pipeline_id": given["pipeline_id"]}
    rows = [row async for row in OPPORTUNITY.listed(ctx, {}, most=1000, query=query)]
    return [row for row in rows if same(row.get("name"), given["name"])]


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    async with ctx.exclusive([f"opportunity/ghl/{given['contact_id']}"], system="ghl"):
        found = await _matches(ctx, given)
        if len(found) > 1:
            raise HeldError(
                f"contact {given['contact_id']} has {len(found)} opportunities named {given['name']!r} there "
                f"(ids {', '.join(str(row['id']) for row in found)}); rename or delete all but one in HighLevel and "
                "repeat this. Nothing was changed",
                cause="opportunity.several_matches",
            )
        assert single.OPERATION.run is not None
        assert change.OPERATION.run is not None
        if not found:
            return await single.OPERATION.run(ctx, given) | {"how": "created"}
        changes = {name: item for name, item in given.items() if name not in _KEYS}
        changed = await change.OPERATION.run(ctx, changes | {"opportunity_id": str(found[0]["id"])})
        return changed | {"how": "found"}


_WRITTEN = single.OPERATION.output_schema
OPERATION = Operation(
    id="ghl.opportunity.upsert",
    system="ghl",
    title="Create or change an opportunity",
    description=(
        "Looks for the contact's deal of that name in that pipeline, changes it or creates it; HighLevel's own call of "
        "that kind cannot name the contact."
    ),
    input_schema=object_of(_FIELDS),
    output_schema=_WRITTEN
    | {
        "properties": _WRITTEN["properties"] | {"how": {"enum": ["found", "created"]}},
        "required": [*_WRITTEN["required"], "how"],
    },
    example=single.OPERATION.example,
    example_output=single.OPERATION.example_output | {"how": "created"},
    scopes=SCOPES,
    effects=frozenset({READS, WRITES}),
    calls="4",
    proof="read back by id; found again by contact, pipeline and name",
    run=_run,
)
