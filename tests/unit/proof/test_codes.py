"""The page of the reasons is the list of the reasons, and no module makes up another."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import orderbridge.proof
from orderbridge.proof import codes
from orderbridge.proof.measures import UNEXPLAINED

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "explanation" / "close.md"
HEAD = ["| Reason | Money | What happened | Evidence | What to do |", "| --- | --- | --- | --- | --- |"]


def table() -> list[str]:
    return HEAD + [
        f"| `{item.code}{':…' if item.code == codes.HELD else ''}` | {'yes' if item.money else 'no'} "
        f"| {item.meaning} | {item.evidence} | {item.todo} |"
        for item in codes.REASONS.values()
    ]


def test_the_page_of_the_close_lists_every_reason_as_the_code_has_it() -> None:
    shown = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    start = shown.index(HEAD[0])
    assert shown[start : start + len(table())] == table()


def test_every_code_has_its_reason_and_nothing_else_has() -> None:
    named = {
        value
        for name, value in vars(codes).items()
        if name.isupper() and isinstance(value, str) and not name.startswith("_")
    }
    assert named == set(codes.REASONS)
    assert codes.reason("held:contact.ambiguous") is codes.REASONS["held"]
    with pytest.raises(KeyError):
        codes.reason(UNEXPLAINED)


def test_what_our_own_tables_know_is_in_the_list() -> None:
    source = (Path(orderbridge.__file__).parent / "store" / "reasons.py").read_text(encoding="utf-8")
    words = {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for code in ("no_flow_listened", "in_work"):
        assert code in words
        assert codes.reason(code)
    for code in ("cancelled", "waiting", "held:unreadable"):
        assert f"'{code}'" in source
        assert codes.reason(code)
