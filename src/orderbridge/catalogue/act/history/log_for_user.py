"""An action: write a history entry that belongs to another user, once for each reference.

Act! puts every history entry down to the user that signs in, whatever a write says. An entry that comes of
completing another user's task is that user's, so such a task is made and completed at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from orderbridge.catalogue.act import proof_line
from orderbridge.catalogue.act.history import HISTORY, OF_CONTACT, PERMISSIONS, TYPE
from orderbridge.catalogue.act.names import history_type_id
from orderbridge.catalogue.act.once import remembered
from orderbridge.catalogue.act.task import OF_CONTACT as TASKS_OF_CONTACT
from orderbridge.catalogue.act.task import TASK
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import instant, needed, object_of, record_id, text
from orderbridge.catalogue.operation import MESSAGES, READS, WRITES, Operation
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.catalogue.records import Record
from orderbridge.catalogue.schema import TEXT, object_schema
from orderbridge.connectors.fields import wire_time
from orderbridge.core.jsonio import JsonObject

KIND = "history_for_user"
_FIELDS = {
    "reference": needed(text("Your name for what happened; the same one is written once.", minLength=1)),
    "user_id": needed(record_id("The user who did it.")),
    "type": needed(TYPE),
    "regarding": needed(text("What it is about, in a few words.", minLength=1)),
    "details": text("The text, plain."),
    "happened_at": instant("When it happened; left out, now."),
    "contact_id": needed(record_id("The contact; of one who is a user, the entry becomes that user's own.")),
    "opportunity_id": record_id("An opportunity that shows it as well."),
}


@dataclass(kw_only=True)
class UsersEntry:
    """A history entry that another user's completed task leaves (a ``WriteSet``)."""

    ctx: ActionContext
    given: JsonObject
    type_id: int
    at: str
    kind: str = KIND
    system: str = "act"
    known_absent: bool = False
    reference: str = field(init=False)
    wanted: JsonObject = field(init=False)

    def __post_init__(self) -> None:
        self.reference = self.given["reference"]
        self.wanted = {
            "reference": self.reference,
            "regarding": self.given["regarding"],
            "history_type_id": self.type_id,
            "record_manager_id": self.given["user_id"],
        }

    @property
    def _text(self) -> str:
        return (
            f"{self.given.get('details') or ''}\n{proof_line.write(kind=KIND, ref=self.reference)}".lstrip()
        )

    async def read(self) -> JsonObject | None:
        """Find the entry by our line among the contact's history."""
        row = await self._find(HISTORY, OF_CONTACT, {"id": self.given["contact_id"]})
        if row is None:
            return None
        return {name: row.get(name) for name in self.wanted} | {"id": row["id"], "reference": self.reference}

    async def send(self, actual: JsonObject | None) -> None:
        """Make the task, unless an attempt before did, and complete it."""
        if actual is not None:
            return
        contact = {"contactId": self.given["contact_id"]}
        task = await self._find(TASK, TASKS_OF_CONTACT, contact) or await self._make()
        history = {
            "startTime": self.at,
            "endTime": self.at,
            "includeDetailsToHistory": True,
            "subject": self.given["regarding"],
            "details": self._text,
            "isPrivate": False,
        }
        # The result decides the type of the entry, not the type of the task.
        result = {"id": self.type_id, "name": self.given["type"]}
        await self._call(
            "PUT /api/tasks/{taskId}/clear", {"taskId": task["id"], "result": result, "history": history}
        )

    async def _make(self) -> JsonObject:
        opportunity = self.given.get("opportunity_id")
        task = {
            "userId": self.given["user_id"],
            "subject": self.given["regarding"],
            "details": self._text,
            "activityTypeId": self.ctx.profile.task_type_id,
            "startTime": self.at,
            "endTime": self.at,
            "scheduledForId": self.given["user_id"],
            "isPrivate": False,
            "contacts": [{"id": self.given["contact_id"]}],
            "opportunities": [{"id": opportunity}] if opportunity else [],
        }
        return TASK.shown(await self._call("POST /api/organizers/{userId}/tasks", task))

    async def _find(self, record: Record, near: Listing, query: JsonObject) -> JsonObject | None:
        rows = replace(record, many=near).listed(self.ctx, {}, most=10_000, query=query)
        async for row in rows:
            facts = proof_line.read(row.get("details")) or {}
            if facts.get("kind") == KIND and facts.get("ref") == self.reference:
                return row
        return None

    async def _call(self, name: str, values: JsonObject) -> object:
        return await prepare(find("act", name), self.ctx, values).send(self.ctx)


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    reference = given["reference"]
    type_id = await history_type_id(ctx, given["type"])
    at = given.get("happened_at") or wire_time(ctx.clock.now())
    async with ctx.exclusive([f"{KIND}/{reference}"]):
        known_id = await ctx.find_link(KIND, reference, KIND)
        if known_id is not None:
            return {"id": known_id, "verdict": "unchanged"}
        return await remembered(ctx, UsersEntry(ctx=ctx, given=given, type_id=type_id, at=at))


OPERATION = Operation(
    id="act.history.log_for_user",
    system="act",
    title="Write a history entry for another user",
    description="Writes what another user did, as theirs, by making and completing a task of theirs; Act! may invite "
    "the contact to it.",
    input_schema=object_of(_FIELDS),
    output_schema=object_schema(["id", "verdict"], id=TEXT, verdict=TEXT),
    permissions=PERMISSIONS,
    effects=frozenset({READS, WRITES, MESSAGES}),
    makes_tasks=True,
    calls="6, or 1 when it was done before",
    proof="read back from the contact's history by its line, with the user it belongs to",
    run=_run,
    example={
        "reference": "call-77",
        "user_id": "66666666-7777-8888-9999-000000000000",
        "type": "Call Completed",
        "regarding": "Called about the order",
        "contact_id": "11111111-2222-3333-4444-555555555555",
    },
    example_output={"id": "66666666-7777-8888-9999-000000000000", "verdict": "confirmed"},
)
