"""Act! calls about what happened and what is to do: history, tasks and notes.

Source: Act! Web API notes, sections 11.5 to 11.7.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from orderbridge.connectors.act.calls import ActCalls, part
from orderbridge.connectors.act.directory import Note, NoteDraft
from orderbridge.connectors.act.models import HistoryDraft, HistoryEntry, NamedType, Task, TaskDraft
from orderbridge.connectors.fields import wire_time

# Without it, details come back as HTML and our machine-readable lines with them.
_PLAIN = {"format": "text"}


class DiaryCalls(ActCalls):
    """History, tasks and notes."""

    async def opportunity_history(self, opportunity_id: str) -> list[HistoryEntry]:
        """Return what happened on an opportunity."""
        return await self._history(f"/api/opportunities/{part(opportunity_id)}/history")

    async def contact_history(self, contact_id: str) -> list[HistoryEntry]:
        """Return what happened with a contact."""
        return await self._history(f"/api/contacts/{part(contact_id)}/history")

    async def history(self, filter: str | None = None) -> AsyncIterator[HistoryEntry]:
        """Yield history entries of the whole database, as text."""
        async for row in self._walk("/api/History", filter=filter, params=_PLAIN):
            yield HistoryEntry.parse(row)

    async def history_entry(self, entry_id: str) -> HistoryEntry:
        """Return one entry."""
        return await self._record(f"/api/History/{part(entry_id)}", HistoryEntry.parse, _PLAIN)

    async def create_history(self, draft: HistoryDraft) -> HistoryEntry:
        """Write an entry; it belongs to the user that we sign in as, whatever is asked for."""
        return await self._write("POST", "/api/History", draft.to_api(), HistoryEntry.parse, _PLAIN)

    async def update_history(self, entry_id: str, draft: HistoryDraft) -> HistoryEntry:
        """Replace an entry."""
        body = draft.to_api() | {"id": entry_id}
        return await self._write("PUT", f"/api/History/{part(entry_id)}", body, HistoryEntry.parse, _PLAIN)

    async def opportunity_tasks(self, opportunity_id: str) -> list[Task]:
        """Return the tasks of an opportunity, one row per occurrence of a series."""
        return await self._tasks(f"/api/opportunities/{part(opportunity_id)}/associated-tasks")

    async def contact_tasks(self, contact_id: str) -> list[Task]:
        """Return the tasks of a contact, one row per occurrence of a series."""
        return await self._tasks(f"/api/contacts/{part(contact_id)}/associated-tasks")

    async def task(self, task_id: str) -> Task:
        """Return one task."""
        return await self._record(f"/api/tasks/{part(task_id)}", Task.parse, _PLAIN)

    async def create_task(self, draft: TaskDraft) -> Task:
        """Write a task."""
        return await self._write("POST", "/api/tasks", draft.to_api(), Task.parse, _PLAIN)

    async def clear_task(
        self,
        task_id: str,
        *,
        result: NamedType,
        subject: str,
        happened_at: datetime,
        details: str | None = None,
    ) -> None:
        """Complete a task, which writes a history entry.

        Args:
            task_id: The task's 44 characters.
            result: A history type; it, and not the task's type, decides the entry's.
            subject: Of the history entry.
            happened_at: When it was done.
            details: Of the history entry; None keeps them out of it.
        """
        body = {
            "result": {"id": result.id, "name": result.name},
            "history": {
                "startTime": wire_time(happened_at),
                "endTime": wire_time(happened_at),
                "includeDetailsToHistory": details is not None,
                "subject": subject,
                "details": details or "",
                "isPrivate": False,
            },
        }
        await self.http.call("PUT", f"/api/tasks/{part(task_id)}/clear", body=body, urgent=self._urgent)

    async def opportunity_notes(self, opportunity_id: str) -> list[Note]:
        """Return the notes on an opportunity."""
        walked = self._walk(f"/api/opportunities/{part(opportunity_id)}/notes", params=_PLAIN)
        return [Note.parse(row) async for row in walked]

    async def contact_notes(self, contact_id: str) -> list[Note]:
        """Return the notes on a contact."""
        walked = self._walk(f"/api/contacts/{part(contact_id)}/notes", params=_PLAIN)
        return [Note.parse(row) async for row in walked]

    async def create_note(self, draft: NoteDraft) -> Note:
        """Write a note."""
        return await self._write("POST", "/api/notes", draft.to_api(), Note.parse, _PLAIN)

    async def history_types(self) -> list[NamedType]:
        """Return this database's history types; match them by name."""
        return [NamedType.parse(row) for row in await self._rows("/api/history-types")]

    async def task_types(self) -> list[NamedType]:
        """Return this database's task types; match them by name."""
        return [NamedType.parse(row) for row in await self._rows("/api/task-types")]

    async def _history(self, path: str) -> list[HistoryEntry]:
        return [HistoryEntry.parse(row) async for row in self._walk(path, params=_PLAIN)]

    async def _tasks(self, path: str) -> list[Task]:
        return [Task.parse(row) async for row in self._walk(path, params=_PLAIN)]
