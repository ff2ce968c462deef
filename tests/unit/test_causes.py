"""Every cause that the code can raise has its words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import orderbridge
from orderbridge.core import causes

SOURCE = Path(orderbridge.__file__).parent
# What stands for the part of a cause that is known only when it is raised.
SOMETHING = "something"
# Within an expression; told to the world as expression.….
INNER = {"ComputeError"}


@cache
def raised() -> list[tuple[str, str]]:
    """Each place and the cause that it raises: found when the first test asks, for it takes some seconds."""
    return sorted(set(_found()))


def _found() -> Iterator[tuple[str, str]]:
    for file in sorted(SOURCE.rglob("*.py")):
        nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        constants = {
            target.id: node.value.value
            for node in nodes
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in nodes:
            if isinstance(node, ast.Call):
                inner = ast.unparse(node.func).split(".")[-1] in INNER
                for keyword in node.keywords:
                    if keyword.arg == "cause" and (cause := said(keyword.value, constants)):
                        yield f"{file.name}:{node.lineno}", f"expression.{cause}" if inner else cause
    for cause in ("unspecified", "rejected", "rate_limited"):
        yield "errors.py", cause


def said(value: ast.expr, constants: dict[str, object]) -> str | None:
    if isinstance(value, ast.Constant):
        return value.value if isinstance(value.value, str) else None
    if isinstance(value, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else SOMETHING for part in value.values
        )
    if isinstance(value, ast.Name):
        found = constants.get(value.id)
        return found if isinstance(found, str) else None
    return None


def test_the_causes_of_the_code_are_found() -> None:
    names = {cause for _, cause in raised()}

    assert len(names) > 250
    assert {"contact.several_matches", "mapping.missing.something", "flow.bounce", "internal"} <= names


def test_every_cause_that_the_code_can_raise_says_what_to_do() -> None:
    assert [(where, cause) for where, cause in raised() if causes.pattern_of(cause) is None] == []


def test_every_words_are_those_of_a_cause() -> None:
    used = {causes.pattern_of(cause) for _, cause in raised()}

    assert sorted(set(causes.catalogue()) - used) == []


@pytest.mark.parametrize(
    ("cause", "pattern"),
    [
        ("contact.several_matches", "contact.several_matches"),
        ("widget.several_matches", "*.several_matches"),
        ("mapping.missing.event.email", "mapping.missing.*"),
        ("act.forbidden.licence", "act.forbidden*"),
        ("no such thing", None),
    ],
)
def test_the_nearest_words_are_said(cause: str, pattern: str | None) -> None:
    assert causes.pattern_of(cause) == pattern


def test_a_cause_that_was_not_kept_has_words_too() -> None:
    assert causes.advice(None) == causes.advice("no such thing")


def test_words_are_whole_sentences_that_name_no_record() -> None:
    for key, advice in causes.catalogue().items():
        for text in (advice.happened, advice.todo):
            assert text.endswith("."), key
            assert text[0].isupper() or text[0] in "'o", key
