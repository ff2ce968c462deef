"""What can be wrong with an expression, in words for its author and never with values of a record."""

from __future__ import annotations

from dataclasses import dataclass

from orderbridge.core.errors import FlowError

_SHOWN = 120
_NEAR = 20
_LONGEST_REASON = 400


@dataclass(eq=False)
class ComputeError(Exception):
    """An expression cannot be read or computed.

    Attributes:
        reason: Follows "the expression …": ``divides by zero``.
        cause: The stable code, without ``expression.``.
        position: Where in the text, from 0; None where nobody can tell.
    """

    reason: str
    cause: str
    position: int | None = None

    def at(self, position: int | None) -> ComputeError:
        """Name the place, unless a closer one is known."""
        if self.position is None and position is not None and position >= 0:
            self.position = position
        return self


class ExpressionError(FlowError):
    """An expression is wrong, or goes too far.

    Attributes:
        position: Where in its text, from 0; None where nobody can tell.
    """

    position: int | None

    def __init__(self, message: str, *, cause: str, position: int | None = None) -> None:
        super().__init__(message, cause=cause)
        self.position = position


def flow_error(text: str, reason: str, cause: str, position: int | None = None) -> ExpressionError:
    """The error for the flow's author: which expression, what is wrong with it, and where."""
    place = ""
    if position is not None:
        near = _clean(text[position : position + _NEAR])
        where = f"at {near!r}, " if near else "at its end, "
        place = f" ({where}character {min(position, len(text)) + 1})"
    shown = _clean(text)
    if len(shown) > _SHOWN:
        shown = shown[: _SHOWN - 1] + "…"
    said = _clean(reason)
    if len(said) > _LONGEST_REASON:
        said = said[: _LONGEST_REASON - 1] + "…"
    return ExpressionError(
        f"the expression {shown!r} {said}{place}; correct it in the flow",
        cause=f"expression.{cause}",
        position=None if position is None else min(position, len(text)),
    )


def _clean(text: str) -> str:
    # Names and reasons can hold what no database keeps, and what turns a line of a log round.
    return " ".join(
        "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in part)
        for part in text.split()
    )


# The library's codes (docs.jsonata.org). Its own messages show values, and those can be a customer's.
_SYNTAX = {
    "S0101": "has a text without its closing quote",
    "S0102": "has a number that is out of range",
    "S0103": "has an escape in a text that JSON does not know",
    "S0104": "has \\u without four hexadecimal digits after it",
    "S0105": "has a name without its closing backquote",
    "S0106": "has a comment that does not end",
    "S0201": "cannot be read here",
    "S0202": "needs something else here",
    "S0203": "ends too early",
    "S0204": "has an unknown operator",
    "S0207": "ends too early",
    "S0208": "has a parameter whose name does not start with $",
    "S0209": "has a filter after a grouping",
    "S0210": "groups twice in one step",
    "S0211": "has an operator where a value should be",
    "S0212": "sets something that is no variable; its name must start with $",
    "S0213": "has a value as a step of a path",
    "S0214": "needs a variable here; its name must start with $",
    "S0215": "binds a variable after a filter, and it has to come before",
    "S0216": "binds a variable after a sorting, and it has to come before",
    "S0217": "asks for a parent that cannot be told",
    "S0301": "has an empty regular expression",
    "S0302": "has a regular expression that does not end",
}
_OTHER = {
    "T0410": ("gives a function a kind of value that it does not take", "wrong_type"),
    "T0411": ("calls a function without its value, and the context has none of the right kind", "wrong_type"),
    "T0412": ("gives a function a list that holds the wrong kind of values", "wrong_type"),
    "D1002": ("puts a minus before something that is no number", "wrong_type"),
    "T1003": ("has a key of an object that is no text", "wrong_type"),
    "D1004": ("has a regular expression that matches an empty text", "no_result"),
    "T1005": ("calls something that is no function; names of functions start with $", "unknown_function"),
    "T1006": ("calls something that is no function", "unknown_function"),
    "T1007": ("calls something that is no function; names of functions start with $", "unknown_function"),
    "T1008": ("calls something that is no function", "unknown_function"),
    "D1009": ("gives one key of an object twice", "no_result"),
    "T2001": ("computes with something that is no number, left of the operator", "wrong_type"),
    "T2002": ("computes with something that is no number, right of the operator", "wrong_type"),
    "T2003": ("has a range whose start is no whole number", "wrong_type"),
    "T2004": ("has a range whose end is no whole number", "wrong_type"),
    "T2006": ("applies something that is no function", "unknown_function"),
    "T2007": ("sorts texts among numbers", "wrong_type"),
    "T2008": ("sorts by something that is neither a number nor a text", "wrong_type"),
    "T2009": ("compares a text with a number", "wrong_type"),
    "T2010": ("compares something that is neither a number nor a text", "wrong_type"),
    "T2011": ("updates an object with something that is no object", "wrong_type"),
    "T2012": ("deletes by something that is no text", "wrong_type"),
    "D3010": ("replaces an empty text", "no_result"),
    "D3011": ("replaces a negative number of times", "no_result"),
    "D3012": ("replaces a text with something that is no text", "wrong_type"),
    "D3020": ("splits a negative number of times", "no_result"),
    "D3040": ("asks for a negative number of matches", "no_result"),
    "D3050": ("reduces with a function of fewer than two parameters", "wrong_type"),
    "D3070": ("sorts a list that is neither of numbers nor of texts; give $sort a function", "wrong_type"),
    "D3100": ("has a number base that is not between 2 and 36", "no_result"),
    "D3138": ("finds several values where $single allows one", "no_result"),
    "D3139": ("finds no value where $single needs one", "no_result"),
}


def from_code(code: str, position: int = -1, message: object = None) -> ComputeError:
    """Translate an error of the library.

    Args:
        code: The library's code; some of its errors have a sentence instead.
        position: Where it says that it is; negative where it does not know.
        message: What the author of the expression gave to ``$error`` or ``$assert``.
    """
    at = position if position >= 0 else None
    if code in _SYNTAX:
        return ComputeError(_SYNTAX[code], "syntax", at)
    if code in ("D3137", "D3141"):
        return ComputeError(f"stops and says: {message}", "stopped", at)
    if code.startswith("S"):
        return ComputeError("cannot be read", "syntax", at)
    if code in _OTHER:
        reason, cause = _OTHER[code]
        return ComputeError(reason, cause, at)
    if code.startswith("D308") or code.startswith("D309"):
        return ComputeError("formats a number with a picture that is wrong", "no_result", at)
    if code.startswith("D313"):
        return ComputeError("formats with a picture that is wrong", "no_result", at)
    return ComputeError("cannot be computed", "no_result", at)
