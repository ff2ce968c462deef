"""Tables of the HighLevel twin against a plain list that is filtered and sorted each time."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orderbridge.emulators.ghl.table import Table

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]),
        st.sampled_from(["a", "b", "c"]),
        st.booleans(),
    ),
    max_size=30,
)


def filled(rows: list[tuple[str, str, bool]]) -> tuple[Table, list[dict[str, Any]]]:
    table, plain = Table(indexed=("who", "live")), []
    for number, (created, who, live) in enumerate(rows):
        row = {"_id": f"{number:03d}", "createdAt": created, "who": who, "live": live, "colour": who * 2}
        plain.append(table.add(row))
    return table, plain


def newest_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for _key, row in sorted(((r["createdAt"], r["_id"]), r) for r in rows)][::-1]


@given(
    ROWS,
    st.dictionaries(
        st.sampled_from(["who", "live", "colour"]), st.sampled_from(["a", "bb", "c", True, False])
    ),
    st.sampled_from([None, "2026-01-02"]),
    st.sampled_from([None, "2026-01-04"]),
    st.integers(0, 8),
    st.integers(0, 8),
    st.booleans(),
)
def test_a_page_is_what_filtering_and_sorting_everything_would_give(
    rows: list[tuple[str, str, bool]],
    equal: dict[str, Any],
    start: str | None,
    end: str | None,
    offset: int,
    limit: int,
    odd_only: bool,
) -> None:
    table, plain = filled(rows)
    keep = (lambda row: int(row["_id"]) % 2 == 1) if odd_only else None
    expected = [
        row
        for row in newest_first(plain)
        if all(row[name] == value for name, value in equal.items())
        and (start is None or row["createdAt"] >= start)
        and (end is None or row["createdAt"] < end)
        and (keep is None or keep(row))
    ]
    page, total = table.page(equal=equal, start=start, end=end, keep=keep, offset=offset, limit=limit)
    assert total == len(expected)
    assert page == expected[offset : offset + limit]


@given(ROWS, st.data())
def test_indexes_follow_changes_and_removals(rows: list[tuple[str, str, bool]], data: st.DataObject) -> None:
    table, plain = filled(rows)
    for row in list(plain):
        match data.draw(st.sampled_from(["keep", "change", "remove"])):
            case "change":
                table.update(row, who=data.draw(st.sampled_from(["a", "b", "z"])))
            case "remove":
                table.remove(row)
                plain.remove(row)
    assert len(table) == len(plain)
    for who in ("a", "b", "c", "z"):
        found = table.where("who", who)
        assert found == newest_first([row for row in plain if row["who"] == who])[::-1]


def test_values_that_can_not_be_hashed_are_indexed_all_the_same() -> None:
    table = Table(indexed=("who",))
    row = table.add({"_id": "1", "createdAt": "x", "who": {"bad": "data"}})
    assert table.where("who", {"bad": "data"}) == [row]
    table.update(row, who=["worse"])
    assert table.page(equal={"who": ["worse"]})[1] == 1
