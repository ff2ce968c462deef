"""Reading ``$filter``."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orderbridge.emulators.act.odata_filter import (
    AnyOf,
    Both,
    Compare,
    Either,
    FilterError,
    Literal,
    Match,
    conjuncts,
    parse,
)


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("a eq 'it''s'", Literal("text", "it's")),
        ("a eq ''", Literal("text", "")),
        ("a eq -1.50", Literal("number", Decimal("-1.50"))),
        ("a eq TRUE", Literal("bool", True)),
        ("a eq null", Literal("null", None)),
        ("a eq 2026-06-01", Literal("date", "2026-06-01T00:00:00+00:00")),
        ("a eq 2026-06-01T02:00:00+02:00", Literal("date", "2026-06-01T00:00:00+00:00")),
        ("a eq 2026-06-01T00:00:00.120Z", Literal("date", "2026-06-01T00:00:00.12+00:00")),
        ("a eq 9999-12-31", Literal("date", "9999-12-31T00:00:00+00:00")),
        (
            "a eq 1f0e2d3c-0000-4000-a000-00000000000b",
            Literal("text", "1f0e2d3c-0000-4000-a000-00000000000b"),
        ),
    ],
)
def test_literals_are_read_by_their_form(text: str, literal: Literal) -> None:
    assert parse(text) == Compare("eq", ("a",), literal)


def test_and_binds_closer_than_or_and_parentheses_closer_than_both() -> None:
    one, two, three = (Compare("eq", (name,), Literal("number", Decimal(1))) for name in "abc")
    assert parse("a eq 1 or b eq 1 and c eq 1") == Either((one, Both((two, three))))
    assert parse("(a eq 1 or b eq 1) and c eq 1") == Both((Either((one, two)), three))


def test_a_lambda_keeps_its_variable() -> None:
    node = parse("contacts/any(c: c/id eq 'x')")
    assert node == AnyOf(("contacts",), "c", Compare("eq", ("c", "id"), Literal("text", "x")))
    assert parse("contacts/any()") == AnyOf(("contacts",), "", None)


def test_conjuncts_are_found_through_parentheses() -> None:
    parts = conjuncts(parse("a eq 1 and (b eq 1 and contains(c,'x'))"))
    assert len(parts) == 3
    assert parts[2] == Match("contains", ("c",), "x")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a eq",
        "eq 1",
        "a eq 1 b eq 1",
        "a like 'x'",
        "a eq 1 and",
        "(a eq 1",
        "a eq 'x",
        "a eq 2026-13-01",
        "a eq 2026-06-01T00:00:00 01:00",
        "not (a eq 1)",
        "contains(a)",
        "contains(a, 1)",
        "tolower(a) eq 'x'",
        "contacts/all(c: c/id eq 'x')",
        "contacts/any(c/id eq 'x')",
        "a eq b",
        "1 eq a",
        "a eq 1;",
    ],
)
def test_everything_else_is_an_error(text: str) -> None:
    with pytest.raises(FilterError):
        parse(text)
