"""An action: remove the file of a record."""

from __future__ import annotations

from dataclasses import dataclass, field

from orderbridge.catalogue.act.attachment import OWNER, PERMISSIONS, owner_of
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import object_of
from orderbridge.catalogue.operation import DELETES, READS, WRITES, Operation
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare_placed
from orderbridge.catalogue.schema import TEXT, object_schema
from orderbridge.core.jsonio import JsonObject


@dataclass(kw_only=True)
class NoFile:
    """A record without a file (a ``WriteSet``)."""

    ctx: ActionContext
    given: JsonObject
    kind: str = "no_attachment"
    system: str = "act"
    known_absent: bool = False
    reference: str = field(init=False)
    wanted: JsonObject = field(default_factory=lambda: {"attached": False})

    def __post_init__(self) -> None:
        self.reference = f"{self.given['record_kind']}/{self.given['record_id']}"

    async def read(self) -> JsonObject | None:
        """Return whether the record shows an attachment."""
        owner = await owner_of(self.ctx, self.given)
        return {"id": owner.key, "attached": owner.file is not None}

    async def send(self, actual: JsonObject | None) -> None:
        """Delete it."""
        owner = await owner_of(self.ctx, self.given)
        call = find("act", f"DELETE {owner.path}")
        await prepare_placed(call, self.ctx, in_path={"id": owner.key}, query={}, body=None).send(self.ctx)


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    proof = await ctx.prove(NoFile(ctx=ctx, given=given))
    return {"id": proof.target_id, "verdict": proof.verdict}


OPERATION = Operation(
    id="act.attachment.delete",
    system="act",
    title="Remove an attached file",
    description="Removes the file of a history entry, a note or a task for good; the record itself stays.",
    input_schema=object_of(OWNER),
    output_schema=object_schema(["id", "verdict"], id={"type": ["string", "null"]}, verdict=TEXT),
    permissions=PERMISSIONS,
    effects=frozenset({READS, WRITES, DELETES}),
    calls="4, or 1 where there is none",
    proof="the record is read back and must show none",
    run=_run,
    example={"record_kind": "note", "record_id": "11111111-2222-3333-4444-555555555555"},
    example_output={"id": "11111111-2222-3333-4444-555555555555", "verdict": "confirmed"},
)
