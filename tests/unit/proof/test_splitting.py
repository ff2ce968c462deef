"""The reasons of a difference add up to it, whatever the states on the way are."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from orderbridge.proof import codes
from orderbridge.proof.line_items import Line, changes, measured, parts
from orderbridge.proof.splitting import History, refund_steps, split

amounts = st.decimals(min_value=-10_000, max_value=10_000, places=2)
maybe = st.none() | amounts
KEYS = (
    "GHL-1",
    "GHL-2",
    "GHL-DISCOUNT",
    "GHL-TAX",
    "GHL-SHIPPING",
    "GHL-TAXSHIP",
    "GHL-ROUNDING",
    "a person's",
)
lines = st.dictionaries(
    st.sampled_from(KEYS),
    st.tuples(st.sampled_from(["Table", "Chair"]), amounts, st.integers(1, 3).map(Decimal)),
).map(
    lambda rows: {
        key: Line(key=key, name=name, price=price, quantity=quantity, amount=price * quantity)
        for key, (name, price, quantity) in rows.items()
    }
)


def total(side: dict[str, Line]) -> Decimal:
    return sum((line.amount for line in side.values()), Decimal(0))


@given(amounts, amounts, maybe, maybe, st.none() | st.tuples(lines, lines))
def test_reasons_add_up_to_the_difference(
    highlevel: Decimal,
    act: Decimal,
    accepted: Decimal | None,
    written: Decimal | None,
    sides: tuple[dict[str, Line], dict[str, Line]] | None,
) -> None:
    known = History(
        accepted=accepted, written=written, changes=None if sides is None else changes(*sides), lines=3
    )
    found = split(highlevel, act, known, highlevel_changed="then", edited="by somebody")
    assert sum((part.amount for part in found), Decimal(0)) == highlevel - act
    assert all(part.code in codes.REASONS for part in found)


@given(lines, lines)
def test_what_became_of_lines_adds_up_and_is_empty_only_where_nothing_did(
    before: dict[str, Line], after: dict[str, Line]
) -> None:
    found = changes(before, after)
    assert sum((item.amount for item in found), Decimal(0)) == total(before) - total(after)
    assert bool(found) is (before != after)


@given(lines, lines)
def test_the_changes_of_a_measure_add_up_to_its_difference(
    before: dict[str, Line], after: dict[str, Line]
) -> None:
    one, other = parts(before, after)
    for measure in one.keys() | other.keys():
        found = measured(changes(before, after), measure)
        gap = one.get(measure, Decimal(0)) - other.get(measure, Decimal(0))
        assert sum((item.amount for item in found), Decimal(0)) == gap


def test_an_edit_in_act_and_a_change_in_highlevel_are_told_apart() -> None:
    known = History(accepted=Decimal(20), written=Decimal(20))
    found = split(Decimal("20.01"), Decimal("20.05"), known, highlevel_changed="then", edited="by somebody")
    assert [(part.code, part.amount) for part in found] == [
        (codes.CHANGED_IN_HIGHLEVEL, Decimal("0.01")),
        (codes.OPPORTUNITY_EDITED, Decimal("-0.05")),
    ]


def test_what_act_rounds_is_rounding_and_a_cent_is_not() -> None:
    known = History(accepted=Decimal("0.165"), written=Decimal("0.165"), changes=[], lines=1)
    (part,) = split(Decimal("0.165"), Decimal("0.17"), known, highlevel_changed="", edited="")
    assert part.code == codes.ROUNDING
    (part,) = split(Decimal("0.165"), Decimal("0.175"), known, highlevel_changed="", edited="")
    assert part.code == codes.OPPORTUNITY_EDITED


@given(st.lists(amounts.map(abs), max_size=5), amounts.map(abs))
def test_the_steps_of_a_refund_add_up_to_what_was_refunded(seen: list[Decimal], now: Decimal) -> None:
    steps = refund_steps([(amount, f"day {number}") for number, amount in enumerate(seen)], now, "today")
    assert sum((amount for _, amount in steps), Decimal(0)) == now
    assert all(amount for _, amount in steps)


def test_each_refund_counts_when_it_was_seen() -> None:
    seen = [(Decimal(0), "Monday"), (Decimal(5), "Tuesday"), (Decimal(5), "Wednesday")]
    assert refund_steps(seen, Decimal(7), "Thursday") == [("Tuesday", Decimal(5)), ("Thursday", Decimal(2))]
