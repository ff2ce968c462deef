"""Attachments: the one file that a history entry, a note or a task can have."""

from __future__ import annotations

from dataclasses import dataclass

from orderbridge.catalogue.act.history import HISTORY
from orderbridge.catalogue.act.note import NOTE
from orderbridge.catalogue.act.task import TASK
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import choice, needed, record_id
from orderbridge.catalogue.records import Record
from orderbridge.core.errors import NotFoundError
from orderbridge.core.jsonio import JsonObject

PERMISSIONS = ("Access All Non-Private Data",)
_OWNERS: dict[str, tuple[Record, str]] = {
    "history": (HISTORY, "history"),
    "note": (NOTE, "notes"),
    "task": (TASK, "activities"),
}
OWNER = {
    "record_kind": needed(choice("What it belongs to.", list(_OWNERS))),
    "record_id": needed(record_id("The history entry, the note or the task.")),
}


@dataclass(frozen=True, kw_only=True)
class Owner:
    """What an attachment belongs to.

    Attributes:
        path: Of the attachment's calls.
        key: The id that these calls want: of a task its series, not the occurrence.
        file: The attachment as the record shows it, in our names; None without one.
    """

    path: str
    key: str
    file: JsonObject | None


async def owner_of(ctx: ActionContext, given: JsonObject) -> Owner:
    """Read what an attachment belongs to.

    Raises:
        NotFoundError: It is not there.
    """
    record, path = _OWNERS[given["record_kind"]]
    found = await record.read(ctx, given["record_id"], {})
    if found is None:
        raise NotFoundError(
            f"there is no {record.kind} {given['record_id']} in Act!; nothing was done",
            cause="record.not_found",
        )
    # The list of a task's occurrences and its series have ids of different lengths.
    key = str(found.get("series_id") or found["id"])
    return Owner(path=f"/api/attachments/{path}/{{id}}", key=key, file=found.get("attachment") or None)
