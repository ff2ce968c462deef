"""What is wrong with a flow, and where."""

from __future__ import annotations

from dataclasses import dataclass

from orderbridge.core.jsonio import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        place: A path in the flow's text: ``steps.payment.with.amount``; steps go by their id.
        message: What is wrong, and what would be right.
        line: Of the file that it was read from, counted from 1; None where there is no file.
        warning: It can be published all the same.
    """

    place: str
    message: str
    line: int | None = None
    warning: bool = False

    def as_json(self) -> JsonObject:
        """The problem as it is shown."""
        return {"place": self.place, "message": self.message, "line": self.line, "warning": self.warning}

    def __str__(self) -> str:
        where = f"line {self.line}, {self.place}" if self.line else self.place
        return f"{where}: {self.message}"
