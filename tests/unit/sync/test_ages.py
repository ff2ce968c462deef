"""How often records are looked at again, and what the budget makes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderbridge.connectors.paging import walk
from orderbridge.core.errors import FlowError
from orderbridge.sync.ages import (
    DAY_S,
    LONGEST_S,
    MONTH,
    OLDER,
    RECENT,
    WHOLE,
    Load,
    Paces,
    Plan,
    calls_for,
    in_words,
    plan,
)

_KINDS = st.sampled_from(
    [
        (RECENT, False),
        (MONTH, False),
        (OLDER, False),
        (WHOLE, False),
        (RECENT, True),
        (MONTH, True),
        (OLDER, True),
    ]
)


@st.composite
def loads(draw: st.DrawFn) -> list[Load]:
    paces = Paces()
    kinds = draw(st.lists(_KINDS, min_size=1, max_size=25))
    return [
        Load(
            stream=f"stream {number}",
            age=age,
            rows=None,
            calls=draw(st.integers(0, 20_000)),
            wanted_s=paces.wanted_s(age, parts=parts),
            parts=parts,
        )
        for number, (age, parts) in enumerate(kinds)
    ]


ALLOWED = st.floats(1, 1_000_000)


@given(loads(), ALLOWED)
def test_a_plan_never_costs_more_calls_than_its_share_allows(wanted: list[Load], allowed: float) -> None:
    assert plan(wanted, allowed_per_day=allowed).calls_per_day <= allowed * (1 + 1e-6)


@given(loads(), ALLOWED)
def test_no_class_is_looked_at_more_often_than_wanted_and_none_is_dropped(
    wanted: list[Load], allowed: float
) -> None:
    found = plan(wanted, allowed_per_day=allowed)
    assert [line.load for line in found.lines] == wanted
    assert all(line.interval_s >= line.load.wanted_s for line in found.lines)


@given(loads(), ALLOWED)
def test_recent_records_wait_longer_only_when_all_others_already_wait_as_long_as_they_may(
    wanted: list[Load], allowed: float
) -> None:
    found = plan(wanted, allowed_per_day=allowed)
    if any(line.stretched for line in found.lines if line.load.age == RECENT and not line.load.parts):
        others = [line for line in found.lines if line.load.age != RECENT and line.load.calls]
        assert all(line.interval_s >= (7 * DAY_S if line.load.age == MONTH else LONGEST_S) for line in others)


@given(loads(), ALLOWED)
def test_every_record_is_looked_at_once_a_month_or_the_plan_says_that_it_cannot_be(
    wanted: list[Load], allowed: float
) -> None:
    found = plan(wanted, allowed_per_day=allowed)
    assert found.monthly is all(line.interval_s <= LONGEST_S for line in found.lines)
    least = sum(
        load.calls * DAY_S / {RECENT: 6 * 3600.0, MONTH: 7 * DAY_S}.get(load.age, LONGEST_S)
        for load in wanted
    )
    if least <= allowed * (1 - 1e-6):
        assert found.monthly


@given(loads())
def test_without_a_limit_everything_is_as_wanted(wanted: list[Load]) -> None:
    assert not any(line.stretched for line in plan(wanted, allowed_per_day=None).lines)


def small_shop(allowed: float | None) -> Plan:
    return plan(
        [
            Load(stream="orders", age=RECENT, rows=40, calls=1, wanted_s=60),
            Load(stream="orders", age=MONTH, rows=700, calls=8, wanted_s=3600),
            Load(stream="orders", age=OLDER, rows=20_000, calls=209, wanted_s=DAY_S),
        ],
        allowed_per_day=allowed,
    )


@pytest.mark.parametrize(
    ("allowed", "recent_s", "month_s", "older_s"),
    [
        (80_000, 60, 3600, DAY_S),
        # 1,440 calls a day for what is recent, 192 for the month: 100 are left for what is older.
        (1732, 60, 3600, 2.09 * DAY_S),
        (1440 + 192 + 209 / 30, 60, 3600, LONGEST_S),
        # Half of what the month costs as wanted.
        (1440 + 96 + 209 / 30, 60, 7200, LONGEST_S),
    ],
)
def test_what_is_older_waits_first(allowed: float, recent_s: float, month_s: float, older_s: float) -> None:
    found = small_shop(allowed)
    intervals = [found.interval_s("orders", age) for age in (RECENT, MONTH, OLDER)]
    assert intervals == pytest.approx([recent_s, month_s, older_s], rel=1e-6)


def test_a_share_that_not_even_the_longest_intervals_fit_in_is_kept_and_said() -> None:
    found = small_shop(3)
    assert not found.monthly
    assert found.calls_per_day <= 3 * (1 + 1e-6)


@given(st.integers(0, 1200), st.sampled_from([(100, 4), (100, 3), (100, 0), (10, 2)]), st.booleans())
async def test_the_calls_that_a_list_is_said_to_cost_are_those_that_it_costs(
    rows: int, paging: tuple[int, int], counted: bool
) -> None:
    page_rows, overlap_rows = paging
    calls = 0

    async def fetch(offset: int, wanted: int) -> tuple[list[str], int | None]:
        nonlocal calls
        calls += 1
        return [str(n) for n in range(rows)][offset : offset + wanted], rows if counted else None

    async for _ in walk(fetch, key=lambda row: row, page_rows=page_rows, overlap_rows=overlap_rows):
        pass
    said = calls_for(rows, page_rows=page_rows, overlap_rows=overlap_rows, counted=counted)
    assert calls <= said <= calls + 1


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"recent_s": 4.9}, "recent_s is 4.9"),
        ({"older_s": LONGEST_S + 1}, "older_s"),
        ({"share": 0}, "from 1 to 100 percent"),
        ({"share": 1.01}, "from 1 to 100 percent"),
    ],
)
def test_a_pace_that_cannot_be_kept_is_refused(given_: dict[str, float], said: str) -> None:
    with pytest.raises(FlowError, match=said):
        Paces(**given_)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (60, "1 minute"),
        (90, "90 seconds"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (3600, "1 hour"),
        (5400, "90 minutes"),
        (86_400, "1 day"),
        (2.09 * DAY_S, "2.1 days"),
        (LONGEST_S, "30 days"),
    ],
)
def test_intervals_are_said_in_words_and_never_rounded_down(seconds: float, said: str) -> None:
    assert in_words(seconds) == said
