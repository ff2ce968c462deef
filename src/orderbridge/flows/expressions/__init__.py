"""The language of computed fields: JSONata with exact numbers (docs/explanation/expressions.md).

Pure and without limits on time: what a flow's author wrote is computed in a process that can be ended
(``orderbridge.engine.expressions``). Only reading an expression is harmless anywhere.
"""

from __future__ import annotations

from typing import Any

from orderbridge.flows.expressions.language import fields_of, parse
from orderbridge.flows.expressions.problems import ComputeError, ExpressionError, flow_error

__all__ = ["ExpressionError", "check", "fields"]


def check(text: Any) -> None:
    """Do nothing, unless ``text`` is no expression; it is not computed.

    Raises:
        FlowError: It cannot be read, or names a function or variable that does not exist; with its place.
    """
    if not isinstance(text, str):
        raise flow_error(str(text), "is not a text", "syntax")
    try:
        parse(text)
    except ComputeError as error:
        raise flow_error(text, error.reason, error.cause, error.position) from error


def fields(text: str) -> tuple[str, ...]:
    """The fields that an expression reads (``event.amount``), as far as its text tells.

    Raises:
        FlowError: It is no expression.
    """
    try:
        return fields_of(text)
    except ComputeError as error:
        raise flow_error(text, error.reason, error.cause, error.position) from error
