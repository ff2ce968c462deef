"""One line of what has to be so before a flow works on live accounts."""

from __future__ import annotations

from dataclasses import dataclass

from orderbridge.core.jsonio import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One check.

    Attributes:
        id: Stable, for programs: ``dry_run``.
        title: A few words.
        ok: Whether it is so.
        says: What is so.
        next: What to do where it is not.
    """

    id: str
    title: str
    ok: bool
    says: str
    next: str = ""

    def as_json(self) -> JsonObject:
        """The line as it is shown and kept."""
        return {"id": self.id, "title": self.title, "ok": self.ok, "says": self.says, "next": self.next}
