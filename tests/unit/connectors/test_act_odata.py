from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderbridge.connectors.act.odata import (
    any_of,
    both,
    contains,
    created_since,
    edited_since,
    eq,
    literal,
    rows_of,
)
from orderbridge.connectors.base import Answer
from orderbridge.core.errors import BadRecordError

CET = timezone(timedelta(hours=1))


def unquoted(text: str) -> str:
    """Read a literal the way OData does; fails on anything after its end."""
    assert re.fullmatch(r"'(?:[^']|'')*'", text, re.DOTALL)
    return text[1:-1].replace("''", "'")


@given(st.text())
def test_no_text_can_end_its_own_literal(value: str) -> None:
    assert unquoted(literal(value)) == value


@given(st.text())
def test_no_text_can_add_a_condition(value: str) -> None:
    condition = eq("sourceId", value)
    assert condition.startswith("sourceId eq ")
    assert unquoted(condition.removeprefix("sourceId eq ")) == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("O'Neil", "'O''Neil'"),
        (True, "true"),
        (None, "null"),
        (3, "3"),
        (Decimal("150.10"), "150.10"),
        (Decimal("1E+2"), "100"),
        (datetime(2026, 1, 1, 1, 2, 3, tzinfo=CET), "2026-01-01T00:02:03Z"),
    ],
)
def test_values_are_written_as_odata_reads_them(value: object, written: str) -> None:
    assert literal(value) == written  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "since",
    [
        datetime(2026, 1, 1, 0, 2, 0, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 2, 0, 999_999, tzinfo=UTC),  # never rounded past the cursor
        datetime(2026, 1, 1, 1, 2, 0, tzinfo=CET),
    ],
)
def test_edited_since_starts_the_overlap_before_the_cursor(since: datetime) -> None:
    assert edited_since(since, overlap_s=120) == "edited ge 2026-01-01T00:00:00Z"
    assert created_since(since, overlap_s=120) == "created ge 2026-01-01T00:00:00Z"


def test_a_cursor_without_a_timezone_is_refused() -> None:
    with pytest.raises(ValueError, match="timezone"):
        edited_since(datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test


def test_conditions_combine_without_changing_their_meaning() -> None:
    either = any_of(contains("businessPhone", "0100"), contains("mobilePhone", "0100"))
    assert either == "(contains(businessPhone, '0100')) or (contains(mobilePhone, '0100'))"
    assert both(either, None, eq("isUser", False)) == f"({either}) and (isUser eq false)"
    assert both(None, "a eq 1") == "a eq 1"
    with pytest.raises(ValueError, match="no filters"):
        any_of()


@pytest.mark.parametrize("field", ["a b", "a eq 1 or b", "", "a)", "customFields//x"])
def test_a_field_name_cannot_carry_a_condition(field: str) -> None:
    with pytest.raises(ValueError, match="not a field name"):
        eq(field, "x")


@pytest.mark.parametrize(
    "body", [[{"id": "1"}], {"value": [{"id": "1"}], "Count": 1}, {"items": [{"id": "1"}]}]
)
def test_both_list_shapes_are_read(body: object) -> None:
    assert rows_of(Answer(200, {}, body, "", 0.0), what="GET /x") == [{"id": "1"}]


@pytest.mark.parametrize("body", [None, {}, {"value": None}, {"rows": []}, "x", [1], {"message": "no"}])
def test_an_unknown_list_shape_never_looks_like_an_empty_list(body: object) -> None:
    with pytest.raises(BadRecordError, match="neither an array"):
        rows_of(Answer(200, {}, body, "", 0.0), what="GET /x")
