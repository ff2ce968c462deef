"""A spreadsheet takes no cell of an export for a formula, and reads back exactly what was written."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderbridge.proof import exporting
from orderbridge.proof.shown import amount


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "-1\n"]
)
def test_a_formula_becomes_a_text(cell: str) -> None:
    assert exporting.safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-12.50", "+3", "12.50", "", "an order"])
def test_a_number_and_a_text_stay_as_they_are(cell: str) -> None:
    assert exporting.safe(cell) == cell


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1, max_size=5
    )
)
def test_a_line_is_read_back_as_it_was_written(cells: list[str]) -> None:
    written = exporting.row(["x", *cells])
    assert written.endswith("\r\n")
    assert list(csv.reader(io.StringIO(written, newline=""))) == [["x", *map(exporting.safe, cells)]]


@pytest.mark.parametrize(
    ("value", "currency", "shown"),
    [
        ("1.5", "USD", "1.50"),
        ("1.5", "JPY", "1.5"),
        ("1500", "JPY", "1500"),
        ("1.5", "KWD", "1.500"),
        ("0.165", "USD", "0.165"),
        ("1E+2", "USD", "100.00"),
        ("1.5", "QQQ", "1.5"),
    ],
)
def test_amounts_have_their_currencys_digits_and_lose_none(value: str, currency: str, shown: str) -> None:
    assert amount(Decimal(value), currency) == shown
