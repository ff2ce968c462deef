"""Who counts as the same person: addresses in any letter case, one number however it was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderbridge.catalogue.act.contact.find_or_create import same_mail
from orderbridge.core.phones import e164


@pytest.mark.parametrize(
    "typed",
    ["+12015550101", "(201) 555-0101", "201.555.0101", "201 555 0101", "1-201-555-0101", "+1 (201) 555 0101"],
)
def test_one_number_is_one_number_however_it_was_typed(typed: str) -> None:
    assert e164(typed, region="US") == "+12015550101"


def test_a_number_without_a_country_belongs_to_the_region() -> None:
    assert e164("030 901820", region="DE") == "+4930901820"
    assert e164("030 901820", region="DE") != e164("030 901820", region="AT")


@pytest.mark.parametrize("typed", [None, "", "none", "ask Kathrin", "-", "🌻"])
def test_what_is_no_number_matches_nobody(typed: str | None) -> None:
    assert e164(typed, region="US") is None


@given(st.text(max_size=40))
def test_nothing_that_people_type_into_a_phone_field_fails(typed: str) -> None:
    found = e164(typed, region="US")
    assert found is None or found.startswith("+")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ada@Customers.test", "ada@customers.TEST", True),
        (" ada@customers.test ", "ada@customers.test", True),
        ("ada@customers.test", "ada2@customers.test", False),
        (None, None, False),
        ("", "", False),
        ("ada@customers.test", None, False),
    ],
)
def test_addresses_are_compared_the_way_people_mean_them(
    one: str | None, other: str | None, same: bool
) -> None:
    assert same_mail(one, other) is same
