"""A task in Act!, made once however often it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orderbridge.catalogue.act import proof_line
from orderbridge.catalogue.act.once import remembered
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import instant as moment
from orderbridge.catalogue.fields import needing, object_of, record_id, text, whole
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.schema import TEXT, object_schema
from orderbridge.connectors.act.models import TaskDraft
from orderbridge.connectors.fields import instant
from orderbridge.core.errors import NotFoundError
from orderbridge.core.jsonio import JsonObject

KIND = "task"


@dataclass(kw_only=True)
class KeyedTask:
    """A task with our machine-readable line in its details (a ``WriteSet``)."""

    ctx: ActionContext
    reference: str
    subject: str
    text: str
    due_at: datetime
    contact_id: str
    opportunity_id: str
    known_id: str | None = None
    kind: str = KIND
    system: str = "act"
    known_absent: bool = False
    wanted: JsonObject = field(init=False)

    def __post_init__(self) -> None:
        self.wanted = {"reference": self.reference, "subject": self.subject}

    async def read(self) -> JsonObject | None:
        """Find the task by id, or by our line among the opportunity's tasks."""
        act = self.ctx.act
        tasks = []
        if self.known_id is not None:
            try:
                tasks = [await act.task(self.known_id)]
            except NotFoundError:
                self.known_id = None
        for task in tasks or await act.opportunity_tasks(self.opportunity_id):
            facts = proof_line.read(task.details)
            if facts and facts.get("ref") == self.reference and facts.get("kind") == KIND:
                self.known_id = task.id
                return {"id": task.id, "reference": self.reference, "subject": task.subject}
        return None

    async def send(self, actual: JsonObject | None) -> None:
        """Create the task; one that exists belongs to the people who work with it."""
        if actual is not None:
            return
        task = await self.ctx.act.create_task(
            TaskDraft(
                subject=self.subject,
                details=f"{self.text}\n{proof_line.write(kind=KIND, ref=self.reference)}",
                type_id=self.ctx.profile.task_type_id,
                due_at=self.due_at,
                contact_ids=(self.contact_id,),
                opportunity_ids=(self.opportunity_id,),
            )
        )
        self.known_id = task.id


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    reference = given["reference"]
    # Two callers with one reference wait for each other.
    async with ctx.exclusive([f"{KIND}/{reference}"], system="act"):
        known_id = await ctx.find_link(KIND, reference, KIND)
        if known_id is not None:
            return {"id": known_id, "verdict": "unchanged"}
        start = instant(given.get("after")) or ctx.clock.now()
        task = KeyedTask(
            ctx=ctx,
            reference=reference,
            subject=given["subject"][:250],
            text=given["text"],
            due_at=start + timedelta(days=int(given.get("due_days") or 0)),
            contact_id=given["contact_id"],
            opportunity_id=given["opportunity_id"],
            known_absent=ctx.journal_complete,
        )
        return await remembered(ctx, task)


FIELDS = needing(
    {
        "reference": text("Your own name for the task; the same one never makes a second task.", minLength=1),
        "subject": text("What is to be done; Act! keeps 250 characters."),
        "text": text("The details, for the person who does it."),
        "after": moment(
            "The days are counted from here; left out, from now.", type=["string", "null"]
        ),
        "due_days": whole("In how many days it is due; 0 means at once.", type=["integer", "null"]),
        "contact_id": record_id("The Act! contact whom it is about; a task needs one."),
        "opportunity_id": record_id("The Act! opportunity under which it is found again."),
    },
    "reference", "subject", "text", "contact_id", "opportunity_id",
)  # fmt: skip

OPERATION = Operation(
    id="act.task.create_once",
    system="act",
    title="Create a task once",
    description="Puts a task into Act!'s calendar for a contact and an opportunity, once for each reference.",
    input_schema=object_of(FIELDS),
    output_schema=object_schema(["id", "verdict"], id=TEXT, verdict=TEXT),
    example={
        "reference": "parcel-1042",
        "subject": "Check that the parcel arrived",
        "text": "Call if tracking shows nothing.",
        "after": "2026-01-31T09:00:00Z",
        "due_days": 5,
        "contact_id": "11111111-2222-3333-4444-555555555555",
        "opportunity_id": "aaaaaaaa-0000-0000-0000-000000000001",
    },
    example_output={"id": "22222222-2222-3333-4444-55555555555502052026", "verdict": "confirmed"},
    permissions=("Access All Non-Private Data", "Create and Edit Activities"),
    effects=frozenset({"reads", "writes"}),
    makes_tasks=True,
    proof="read back by id; found again by its line among the opportunity's tasks",
    calls="2, or none when it was done before",
    run=_run,
)
