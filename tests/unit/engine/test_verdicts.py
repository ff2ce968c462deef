"""What a write proved is judged by what was read back, never by what was answered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orderbridge.core.jsonio import decode, encode
from orderbridge.engine.writes import _verdict, agrees, differences

AMOUNT = st.decimals(min_value=-10_000, max_value=10_000, places=2, allow_nan=False)
# A NUL never comes from a provider: it is read as the sign for what is unreadable.
READABLE = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
VALUE = st.one_of(st.none(), st.text(READABLE, max_size=6), st.booleans(), st.integers(-5, 5), AMOUNT)
FIELDS = st.sampled_from(["name", "status", "total", "stage", "lines", "facts"])
STATE = st.dictionaries(
    FIELDS, st.one_of(VALUE, st.dictionaries(st.text(READABLE, max_size=3), VALUE, max_size=3)), max_size=5
)


@given(STATE)
def test_what_was_read_back_as_it_was_sent_agrees(wanted: dict[str, Any]) -> None:
    assert agrees(wanted, wanted | {"id": "x", "more": 1})
    assert agrees(wanted, decode(encode(wanted)))


@given(STATE)
def test_nothing_read_back_never_agrees(wanted: dict[str, Any]) -> None:
    assert not agrees(wanted, None)
    assert _verdict(wanted, None, None, sent=True) == "ignored"


@given(STATE, STATE)
def test_a_verdict_is_good_only_where_nothing_differs(wanted: dict[str, Any], actual: dict[str, Any]) -> None:
    for before in (None, actual):
        for sent in (True, False):
            verdict = _verdict(wanted, before, actual, sent=sent)
            if differences(wanted, actual):
                assert verdict in ("altered", "ignored")
            else:
                assert verdict == ("confirmed" if sent else "unchanged")


@given(STATE, FIELDS, AMOUNT, AMOUNT)
def test_a_different_amount_is_always_seen(
    wanted: dict[str, Any], name: str, one: Decimal, other: Decimal
) -> None:
    changed = differences(wanted | {name: one}, wanted | {name: other})
    assert [item["field"] for item in changed] == ([] if one == other else [name])
    # However it is written: 1.5 is 1.50.
    assert agrees({name: one}, {name: one * Decimal("1.000")})


@given(STATE)
def test_a_line_too_much_is_a_difference(wanted: dict[str, Any]) -> None:
    assert [item["field"] for item in differences(wanted, wanted | {"surplus_lines": 1})] == ["surplus_lines"]


def test_a_value_that_stayed_as_it_was_is_ignored_and_another_one_is_altered() -> None:
    wanted = {"status": "Won"}
    assert _verdict(wanted, {"status": "Open"}, {"status": "Open"}, sent=True) == "ignored"
    assert _verdict(wanted, {"status": "Open"}, {"status": "Lost"}, sent=True) == "altered"
    assert _verdict(wanted, None, {"status": "Lost"}, sent=True) == "altered"
    assert _verdict(wanted, None, {"status": None}, sent=True) == "ignored"


def test_an_address_is_the_same_in_capitals_and_a_name_is_not() -> None:
    assert agrees({"email": "a@B.test"}, {"email": " A@b.test"})
    assert not agrees({"name": "Ann"}, {"name": "ann"})
