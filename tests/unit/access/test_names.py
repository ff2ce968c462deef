"""What a user may be called."""

from __future__ import annotations

import pytest

from orderbridge.access import names
from orderbridge.access.errors import AccessError


@pytest.mark.parametrize(
    "name", ["a", "Anna", "Anna-Lena O'Hara", "anna@example.com", "Łukasz_2", "李娜", "x" * 64]
)
def test_people_may_be_called_as_they_are(name: str) -> None:
    assert names.checked(name) == name


@pytest.mark.parametrize(
    "name",
    ["", " ", ".", "..", "a/b", "a\nb", "a\u202eb", "<script>", "x" * 65, "-\x00", "a\\b", "a?b", "a#b"],
)
def test_what_would_break_an_address_or_a_list_is_no_name(name: str) -> None:
    with pytest.raises(AccessError, match="choose another"):
        names.checked(name)


def test_a_name_is_the_same_however_it_is_written() -> None:
    assert names.checked(" Anna ") == "Anna"
    assert names.key("ANNA") == names.key(" anna") == "anna"
    assert names.key("cafe\u0301") == names.key("Caf\u00c9")


def test_a_role_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(AccessError, match=r"'admin'.*owner.*bookkeeper"):
        names.role("admin")
