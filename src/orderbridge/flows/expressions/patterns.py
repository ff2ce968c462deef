"""Regular expressions within expressions: those that would be slow to read already are refused.

Slow *matching* is stopped by the deadline of the process that computes; reading happens also where flows are
published.
"""

from __future__ import annotations

import re
from typing import Any

from orderbridge.flows.expressions.problems import ComputeError

_LONGEST = 500
_WIDEST = 4096
_ESCAPED = r"\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\x[0-9a-fA-F]{2}|\\N\{[^}]*\}|\\.|[^\\]"
_RANGE = re.compile(f"({_ESCAPED})-({_ESCAPED})", re.DOTALL)
_INLINE_FLAGS = re.compile(r"\(\?[a-zA-Z-]+[:)]")
_MANY = re.compile(r"\{[0-9]*,?[0-9]{4,}\}")


def compiled(pattern: str, flags: Any) -> re.Pattern[str]:
    """Read a regular expression.

    Raises:
        ComputeError: It is wrong, or of a kind that is not allowed.
    """
    if len(pattern) > _LONGEST:
        raise ComputeError(f"has a regular expression of more than {_LONGEST} characters", cause="syntax")
    if _INLINE_FLAGS.search(pattern):
        raise ComputeError(
            "has flags within a regular expression; write them behind it: /…/i", cause="syntax"
        )
    if _MANY.search(pattern):
        raise ComputeError("repeats more than 999 times in a regular expression", cause="syntax")
    chosen = re.NOFLAG
    if flags.multiline:
        chosen |= re.MULTILINE
    if flags.case_insensitive:
        chosen |= re.IGNORECASE
        # Without regard to case each character of a range is looked at one by one.
        if any(_code(end) - _code(start) > _WIDEST for start, end in _RANGE.findall(pattern)):
            raise ComputeError(
                f"has a range of more than {_WIDEST} characters in a regular expression with i",
                cause="syntax",
            )
    try:
        return re.compile(pattern, chosen)
    except (re.error, OverflowError, RecursionError, ValueError) as error:
        what = error.msg if isinstance(error, re.error) else "it is too large"
        raise ComputeError(f"has a regular expression that is wrong: {what}", cause="syntax") from error


def _code(shown: str) -> int:
    if len(shown) == 1:
        return ord(shown)
    if shown[1] in "uUx":
        return int(shown[2:], 16)
    # A named character may be any; the others are below 128.
    return 0x10FFFF if shown[1] == "N" else ord(shown[1])
