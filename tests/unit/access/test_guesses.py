"""How long whoever guesses has to wait."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderbridge.access.guesses import FIRST_WAIT, FREE, LONGEST_WAIT, of_address, of_name, wait_after


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [
        (0, 0),
        (1, 0),
        (4, 0),
        (5, 30),
        (6, 60),
        (7, 120),
        (8, 240),
        (9, 480),
        (10, 900),
        (11, 900),
        (10**9, 900),
    ],
)
def test_after_five_failures_the_wait_doubles_up_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert wait_after(failures) == timedelta(seconds=seconds)


@given(st.integers(min_value=0, max_value=10**6))
def test_another_failure_never_shortens_the_wait_and_doubles_it_at_most(failures: int) -> None:
    now, then = wait_after(failures), wait_after(failures + 1)

    assert now <= then <= max(now * 2, FIRST_WAIT)
    assert then <= LONGEST_WAIT
    assert bool(now) == (failures >= FREE)


@given(st.text(min_size=1, max_size=40))
def test_what_is_counted_under_shows_nothing_of_what_was_typed(typed: str) -> None:
    kind, digest = of_name(typed).split(":")

    assert kind == "name"
    assert len(digest) == 64
    assert int(digest, 16) >= 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        # Whoever has one address of IPv6 has 2^64 of them.
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("a socket", "a socket", True),
    ],
)
def test_an_address_is_counted_with_all_that_belong_to_the_same_line(
    one: str, other: str, same: bool
) -> None:
    assert (of_address(one) == of_address(other)) is same


def test_capital_letters_and_spaces_around_make_no_other_name() -> None:
    assert of_name(" Anna ") == of_name("anna") != of_name("anne")
