"""An action: attach a file."""

from __future__ import annotations

from dataclasses import dataclass, field

from orderbridge.catalogue.act.attachment import OWNER, PERMISSIONS, owner_of
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import needed, object_of, text
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare_placed
from orderbridge.catalogue.schema import TEXT, object_schema
from orderbridge.connectors.uploads import Upload
from orderbridge.core.errors import HeldError, InDoubtError, TransientError
from orderbridge.core.jsonio import JsonObject

_FIELDS = OWNER | {
    "file_name": needed(text("Name of the file with its ending.", minLength=1)),
    "content_base64": needed(text("What is in it, as base64.", minLength=1)),
}


@dataclass(kw_only=True)
class UploadedFile:
    """A file at a record (a ``WriteSet``)."""

    ctx: ActionContext
    given: JsonObject
    size: int
    kind: str = "attachment"
    system: str = "act"
    known_absent: bool = False
    reference: str = field(init=False)
    wanted: JsonObject = field(init=False)

    def __post_init__(self) -> None:
        self.reference = f"{self.given['record_kind']}/{self.given['record_id']}"
        self.wanted = {"file_name": self.given["file_name"], "file_size": self.size}

    async def read(self) -> JsonObject | None:
        """Return what the record shows of its attachment."""
        owner = await owner_of(self.ctx, self.given)
        if owner.file is None:
            return None
        return {"id": owner.key} | {name: owner.file.get(name) for name in self.wanted}

    async def send(self, actual: JsonObject | None) -> None:
        """Upload, and wait until it is done; an upload that goes on is looked at again, not repeated."""
        if actual is not None:
            raise HeldError(
                f"the Act! record {self.reference} has the attachment {actual['file_name']} already and can have "
                "one only; delete it there or with act.attachment.delete, and replay",
                cause="attachment.other",
            )
        owner = await owner_of(self.ctx, self.given)
        file = {"name": self.given["file_name"], "content_base64": self.given["content_base64"]}
        where = {"id": owner.key}
        upload = prepare_placed(
            find("act", f"POST {owner.path}"), self.ctx, in_path=where, query={}, body={"file": file}
        )
        status = prepare_placed(_STATUS, self.ctx, in_path=where, query={}, body=None)
        try:
            await upload.send(self.ctx)
            # Act! answers 423 until it is done.
            await status.send(self.ctx)
        except TransientError as error:
            if isinstance(error, InDoubtError):
                raise
            raise InDoubtError(
                f"{error} The record is looked up before the file is sent again", cause="attachment.uploading"
            ) from error


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    content = {"file": {"name": given["file_name"], "content_base64": given["content_base64"]}}
    size = len(Upload.of(content).content)
    write = UploadedFile(ctx=ctx, given=given, size=size)
    # Of two files at once the second would take the place of the first.
    async with ctx.exclusive([f"attachment/{write.reference}"], system="act"):
        proof = await ctx.prove(write)
    return {"id": proof.target_id, "verdict": proof.verdict, "file_size": size}


_STATUS = find("act", "GET /api/attachments/{id}/upload-status")
OPERATION = Operation(
    id="act.attachment.upload",
    system="act",
    title="Attach a file",
    description="Attaches a file to a history entry, a note or a task, each of which can have one only.",
    input_schema=object_of(_FIELDS),
    output_schema=object_schema(
        ["id", "verdict", "file_size"],
        id={"type": ["string", "null"]},
        verdict=TEXT,
        file_size={"type": "integer"},
    ),
    permissions=PERMISSIONS,
    effects=frozenset({READS, WRITES}),
    calls="5, or 1 where it is there already",
    proof="the record is read back and must show a file of that name and size",
    run=_run,
    example={
        "record_kind": "note",
        "record_id": "11111111-2222-3333-4444-555555555555",
        "file_name": "offer.txt",
        "content_base64": "aGVsbG8=",
    },
    example_output={"id": "11111111-2222-3333-4444-555555555555", "verdict": "confirmed", "file_size": 5},
)
