"""The examples of the documentation give what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orderbridge.core import jsonio
from orderbridge.core.places import MISSING
from support.expressions import compute

PAGE = (Path(__file__).parents[3] / "docs" / "explanation" / "expressions.md").read_text(encoding="utf-8")
[ORDER] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = re.findall(r"^\| `(.+)` \| (?:`(.+)`|nothing) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("expression", "gives"), EXAMPLES)
def test_an_example_gives_what_the_page_says(expression: str, gives: str) -> None:
    found = compute(expression, jsonio.decode(ORDER))
    assert (MISSING if not gives else jsonio.decode(gives)) == found
    assert not gives or jsonio.encode(found).decode() == gives


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 20
