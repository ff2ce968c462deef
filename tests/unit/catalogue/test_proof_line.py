"""The machine-readable line says back exactly what was written into it, whatever people type around it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orderbridge.catalogue.act import proof_line

# Everything that UTF-8 can carry: a lone surrogate is no text.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
KEYS = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)


@given(st.dictionaries(KEYS, TEXT, min_size=1))
def test_any_text_comes_back_as_it_was_written(fields: dict[str, str]) -> None:
    assert proof_line.read(proof_line.write(**fields)) == fields


@given(st.dictionaries(KEYS, TEXT, min_size=1), TEXT, TEXT)
def test_it_is_found_among_other_words(fields: dict[str, str], before: str, after: str) -> None:
    text = f"{before.replace('[', '(')}\n{proof_line.write(**fields)}\n{after}"
    assert proof_line.read(text) == fields


@given(st.dictionaries(KEYS, TEXT, min_size=1))
def test_it_stays_on_one_line(fields: dict[str, str]) -> None:
    assert len(proof_line.write(**fields).splitlines()) == 1


@given(TEXT)
def test_text_without_a_line_says_nothing_and_never_fails(text: str) -> None:
    assert proof_line.read(text.replace("[orderbridge", "")) is None


def test_a_none_is_left_out() -> None:
    assert proof_line.write(ref="a", tracking=None) == "[orderbridge ref=a]"


def test_no_text_has_no_line() -> None:
    assert proof_line.read(None) is None
