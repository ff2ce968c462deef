"""Tables, links and planned faults of the Act! twin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orderbridge.emulators.act.faults import PlannedFault
from orderbridge.emulators.act.records import Links, Record, Table

T0 = datetime(2026, 1, 5, tzinfo=UTC)


def record(name: str, *, minutes: int = 0, key: str | None = None) -> Record:
    moment = T0 + timedelta(minutes=minutes)
    return Record(name, "contact", {"key": key}, {}, "u", "u", "u", moment, moment)


def table(*records: Record) -> Table:
    made = Table({"key": lambda row: row.values["key"]})
    for row in records:
        made.put(row)
    return made


def test_rows_edited_since_come_in_the_order_of_their_edits() -> None:
    rows = table(record("a"), record("b", minutes=1), record("c", minutes=2))
    first = rows.get("a")
    assert first is not None
    first.edited_at = T0 + timedelta(minutes=3)
    rows.put(first)
    assert [row.id for row in rows.edited_since(T0 + timedelta(minutes=1))] == ["b", "c", "a"]


def test_an_edit_delivered_late_does_not_hide_the_rows_after_it() -> None:
    rows = table(record("a", minutes=5), record("late", minutes=1), record("b", minutes=6))
    assert [row.id for row in rows.edited_since(T0)] == ["late", "a", "b"]
    assert [row.id for row in rows.edited_since(T0 + timedelta(minutes=5))] == ["a", "b"]


def test_an_index_forgets_old_values_and_removed_rows() -> None:
    rows = table(record("a", key="x"), record("b", key="x"), record("c"))
    first = rows.get("a")
    assert first is not None
    first.values["key"] = "y"
    rows.put(first)
    rows.remove("b")
    assert rows.having("key", "x") == []
    assert [row.id for row in rows.having("key", "y")] == ["a"]


def test_a_link_is_known_from_both_ends_and_forgotten_at_both() -> None:
    links = Links()
    links.add("contact", "c1", "opportunity", "o1")
    links.add("contact", "c1", "opportunity", "o2")
    assert links.ids("opportunity", "o1", "contact") == ["c1"]
    links.replace("opportunity", "o1", "contact", ["c2", "c1"])
    assert links.ids("opportunity", "o1", "contact") == ["c2", "c1"]
    links.forget("opportunity", "o1")
    assert links.ids("contact", "c1", "opportunity") == ["o2"]
    assert links.ids("contact", "c2", "opportunity") == []


@pytest.mark.parametrize(
    ("match", "struck"),
    [
        (None, True),
        ("POST", True),
        ("GET", False),
        ("POST /api/opportunities/{opportunityId}/products", True),
        ("post /API/opportunities/o1/products", True),
        ("POST /api/opportunities/*", True),
        ("POST /api/opportunities", False),
        ("PUT /api/opportunities/*", False),
    ],
)
def test_a_fault_strikes_what_it_matches(match: str | None, struck: bool) -> None:
    fault = PlannedFault(count=1, match=match)
    where = ("POST", "/api/opportunities/o1/products", "/api/opportunities/{opportunityId}/products")
    assert fault.strikes(*where) is struck
    assert fault.count == (0 if struck else 1)


def test_a_fault_lets_some_pass_first_and_then_counts_down() -> None:
    fault = PlannedFault(count=2, skip=1)
    assert [fault.strikes("GET", "/a", "/a") for _ in range(4)] == [False, True, True, False]


def test_a_fault_without_end_stays() -> None:
    fault = PlannedFault(count=-1)
    assert all(fault.strikes("GET", "/a", "/a") for _ in range(5))
