"""A list goes on exactly where it was left, and nothing else is taken for a place in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderbridge.core import list_positions
from orderbridge.core.errors import FlowError


@given(st.datetimes(timezones=st.just(UTC)), st.text(min_size=1))
def test_what_is_shown_is_read_back(moment: datetime, record_id: str) -> None:
    assert list_positions.read(list_positions.shown(moment, record_id)) == (moment, record_id)


@pytest.mark.parametrize(
    "wrong", ["", "~", "yesterday~r1", "2026-01-31T00:00:00~r1", "2026-01-31T00:00:00+00:00~"]
)
def test_what_is_no_place_is_refused(wrong: str) -> None:
    with pytest.raises(FlowError, match="no page of this list"):
        list_positions.read(wrong)


def test_no_place_is_the_beginning() -> None:
    assert list_positions.read(None) is None
