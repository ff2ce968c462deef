"""What is wrong with an expression, as its language says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from orderbridge.core.errors import FlowError

# Raises FlowError for an expression that cannot be read. The language's own module puts itself here.
_checks: list[Callable[[str], object]] = []


def use(check: Callable[[str], object]) -> None:
    """Let ``check`` look at every expression of a flow before it is published."""
    if check not in _checks:
        _checks.append(check)


def problems(text: str) -> Iterator[str]:
    """Yield what is wrong with an expression."""
    if not text.strip():
        yield "the expression is empty"
        return
    for check in _checks:
        try:
            check(text)
        except FlowError as error:
            yield str(error)
