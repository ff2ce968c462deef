"""Problems and warnings of flows, one line each."""

from __future__ import annotations

from collections.abc import Iterable

from orderbridge.cli import output
from orderbridge.flows.problems import Problem


def warn(subject: str, problems: Iterable[Problem]) -> None:
    """Say the warnings, on stderr."""
    for item in problems:
        if item.warning:
            output.messages.print(f"warning: {subject}, {item}", markup=False, highlight=False)
