"""What is wrong with a flow, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orderbridge.core.errors import FlowError
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


class FlowProblemsError(FlowError):
    """A flow cannot be taken as it is; nothing was changed.

    Attributes:
        problems: All that is wrong, in the order of the text, warnings too.
        subject: The file or the flow.
    """

    problems: tuple[Problem, ...]
    subject: str

    def __init__(
        self,
        subject: str,
        problems: Sequence[Problem],
        *,
        cause: str = "flow.invalid",
        more: int | None = None,
    ) -> None:
        wrong = [item for item in problems if not item.warning]
        others = len(wrong) - 1 if more is None else more
        further = f" (and {others} more; 'orderbridge flows validate' lists them)" if others else ""
        super().__init__(f"{subject}, {wrong[0]}{further}", cause=cause)
        self.problems, self.subject = tuple(problems), subject


def wrong(problems: Sequence[Problem]) -> list[Problem]:
    """Return those that are more than a warning."""
    return [item for item in problems if not item.warning]
