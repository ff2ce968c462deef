"""What every cause means and what to do about it, in plain words: read from ``causes.toml`` beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Advice:
    """What is known of a cause.

    Attributes:
        happened: What happened, in plain words.
        todo: What a person does about it.
    """

    happened: str
    todo: str


_UNKNOWN = Advice(
    "Why this stopped was not kept; the example says what is known.", "Do what the example says, then replay."
)


@cache
def catalogue() -> dict[str, Advice]:
    """Return the advice for every cause and family of causes, by its pattern."""
    return {key: Advice(**value) for key, value in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()}


def pattern_of(cause: str) -> str | None:
    """Return the key of the catalogue that says what ``cause`` means, None where nothing does.

    The cause itself comes before every family, and among families the one that says the most of it.
    """
    known = catalogue()
    if cause in known:
        return cause
    return max((key for key in known if fnmatchcase(cause, key)), key=len, default=None)


def advice(cause: str | None) -> Advice:
    """Return what to do about ``cause``; an answer in general words where the cause is not known."""
    key = pattern_of(cause) if cause else None
    return catalogue()[key] if key is not None else _UNKNOWN
