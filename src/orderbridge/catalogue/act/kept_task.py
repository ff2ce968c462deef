"""Tasks that follow something elsewhere: moved when its date moves, cleared with a note when it is over.

What is remembered of them lies in our links, each under the Act! account, so that every flow knows it:
``task`` (reference → id), ``task_now`` (name of what is followed → reference of its newest task), ``task_done``
(a date that was taken care of), ``task_closed`` (a task that we cleared ourselves), ``task_group`` and ``task_at``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderbridge.catalogue.act.once import OnceEntry, remembered
from orderbridge.catalogue.act.task import OF_CONTACT, TASK, clear, update
from orderbridge.catalogue.context import ActionContext
from orderbridge.connectors.fields import instant, wire_time
from orderbridge.core.jsonio import JsonObject

KIND = "task"
_SERIES_LENGTH = 36


def series(task_id: str) -> str:
    """The part of a task's id that stays when it is moved to another day."""
    return task_id[:_SERIES_LENGTH].lower()


@dataclass(frozen=True, kw_only=True)
class KeptTask:
    """The task of one thing that is followed.

    Attributes:
        name: Our name of what is followed: ``subscription:66…:next-billing``.
    """

    ctx: ActionContext
    name: str

    async def known(self, kind: str, reference: str) -> str | None:
        """What is remembered under a name."""
        return await self.ctx.remembered("act", kind, reference)

    async def note(self, kind: str, reference: str, value: str) -> None:
        """Remember something."""
        await self.ctx.remember("act", kind, reference, value)

    def occasion(self, at: str) -> str:
        """The name under which a date is remembered as taken care of."""
        return f"{self.name}@{at}"

    async def now(self) -> tuple[str | None, JsonObject | None]:
        """The reference of the newest task, and the task as it is in Act!."""
        reference = await self.known("task_now", self.name)
        task_id = await self.known(KIND, reference) if reference else None
        return reference, await TASK.read(self.ctx, task_id, {}) if task_id else None

    async def create(self, reference: str, entry: JsonObject, shown: JsonObject) -> JsonObject:
        """Create it, once for each reference."""
        result = await remembered(
            self.ctx,
            OnceEntry(
                ctx=self.ctx,
                kind=KIND,
                reference=reference,
                record=TASK,
                call="POST /api/tasks",
                text_field="details",
                values=entry,
                near=(OF_CONTACT, {"contactId": entry["contacts"][0]["id"]}),
                shown=shown,
                known_absent=self.ctx.journal_complete,
            ),
        )
        await self.note(KIND, reference, result["id"])
        await self.note("task_now", self.name, reference)
        return result

    async def move(self, reference: str, task: JsonObject, subject: str, due: datetime) -> JsonObject:
        """Move an open task to another day; what people wrote in it stays."""
        day = wire_time(due)
        there = instant(task.get("start_time"))
        if there is not None and there.date() == due.date() and task.get("subject") == subject:
            return {"id": task["id"], "verdict": "unchanged"}
        assert update.OPERATION.run is not None
        given = {"task_id": task["id"], "subject": subject, "start_time": day, "end_time": day}
        result = await update.OPERATION.run(self.ctx, given)
        moved_id = str((result["record"] or {}).get("id") or task["id"])
        await self.note(KIND, reference, moved_id)
        return {"id": moved_id, "verdict": result["verdict"]}

    async def close(self, note: str) -> JsonObject:
        """Clear it with a note; one that is gone or done stays as it is."""
        reference, task = await self.now()
        if reference is None or await self.known("task_closed_name", reference):
            return {"id": None, "verdict": "unchanged"}
        verdict = "unchanged"
        if task is not None and not task.get("is_cleared"):
            # Noted first: that it was cleared must not look like a person's doing, whenever we die.
            await self.note("task_closed", series(task["id"]), reference)
            assert clear.OPERATION.run is not None
            verdict = (await clear.OPERATION.run(self.ctx, {"task_id": task["id"], "details": note}))[
                "verdict"
            ]
        await self.note("task_closed_name", reference, "yes")
        return {"id": (task or {}).get("id"), "verdict": verdict}
