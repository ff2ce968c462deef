"""What is wrong with an expression, as its language says."""

from __future__ import annotations

from collections.abc import Iterator

from orderbridge.core.errors import FlowError
from orderbridge.flows import expressions


def problems(text: str) -> Iterator[str]:
    """Yield what is wrong with an expression."""
    if not text.strip():
        yield "the expression is empty"
        return
    try:
        expressions.check(text)
    except FlowError as error:
        yield str(error)


def fields(text: str) -> tuple[str, ...]:
    """Return the fields that an expression reads; none where it cannot be read."""
    try:
        return expressions.fields(text)
    except FlowError:
        return ()
