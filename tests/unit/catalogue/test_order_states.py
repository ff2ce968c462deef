"""A sale and its invoice come to rest, money is said by HighLevel only, and a sale ended by a person stays ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from orderbridge.catalogue.act.invoicing import STATES
from orderbridge.catalogue.order_states import (
    ENDED,
    INSISTS,
    MONEY,
    SENT_FOR_LOST,
    STATUSES,
    Ask,
    Follow,
    Leave,
    Seen,
    TakeBack,
    named,
    settle,
)
from support.two_sides import StoppedError
from support.two_states import STOPS, TwoStates

EXAMPLES = settings(
    max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
# How Act! shows what it was given: its file says words, its payloads show numbers.
SHOWS: Mapping[str, Callable[[str], Any]] = {
    "word": lambda item: item,
    "number": STATUSES.index,
    "number as a text": lambda item: str(STATUSES.index(item)),
    "upper": lambda item: f" {item.upper()} ",
    "lower": str.lower,
}
SAYS: Mapping[str, Callable[[str], str]] = {"as it is": str, "upper": lambda item: f"{item.upper()} "}
# Whatever the template's schema takes: states may be missing, and words that HighLevel has not yet are among them.
MAPS = st.just({}) | st.dictionaries(
    st.sampled_from((*STATES, "overdue")), st.sampled_from(STATUSES) | st.none(), min_size=1
) | st.fixed_dictionaries({state: st.sampled_from(STATUSES) | st.none() for state in (*STATES, "overdue")})  # fmt: skip
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("act"), st.sampled_from(STATUSES)),
        st.tuples(st.just("ghl"), st.sampled_from((*STATES, "overdue"))),
        # A look comes late, twice or not at all, whatever news started it.
        st.tuples(st.just("look"), st.sampled_from(STOPS)),
    ),
    max_size=16,
)


@example(
    statuses={"draft": "Lost", "sent": "Open"},
    shows="lower",
    says="as it is",
    consent=False,
    steps=[
        ("act", "Open"),
        ("ghl", "payment_processing"),
        ("look", ""),
        ("act", "Lost"),
        ("ghl", "sent"),
        ("look", ""),
    ],
)
@EXAMPLES
@given(
    statuses=MAPS,
    shows=st.sampled_from(sorted(SHOWS)),
    says=st.sampled_from(sorted(SAYS)),
    consent=st.booleans(),
    steps=STEPS,
)
def test_sale_and_invoice_come_to_rest_in_two_looks_with_two_writes_per_edit(
    statuses: dict[str, str | None], shows: str, says: str, consent: bool, steps: list[tuple[str, str]]
) -> None:
    two = TwoStates(statuses, SHOWS[shows], SAYS[says], consent)
    edits, ended_by_hand = 0, False
    # Enabling looks at what is there already.
    two.look()
    first, money_came = two.writes, False
    ours: set[str | None] = {two.act}
    for kind, value in steps:
        if kind == "look":
            before, state = two.act, two.ghl
            with suppress(StoppedError):
                two.look(value)
                # A look that asks remembers nothing: what is put back to what was remembered is no edit to it.
                ours = ours if two.asked else set()
            # What a look left, or set out to leave, is not a person's word when it is there again.
            ours |= {two.act, statuses.get(state)}
            if ended_by_hand and state not in MONEY:
                assert two.act == before, "a sale that a person ended was opened without money"
            assert two.ghl == state or (state == "draft" and two.ghl == "deleted" and consent)
            if two.act != before:
                ended_by_hand = False
            continue
        edits += 1
        if kind == "act":
            kept = ended_by_hand and value == two.act
            ended_by_hand = value in ENDED and statuses.get(two.ghl) != value and (kept or value not in ours)
            two.act = value
        else:
            # Where the map itself means by the new state what a person said, the two agree from then on.
            ended_by_hand = ended_by_hand and statuses.get(value) != two.act
            two.ghl = value
            money_came = money_came or value in MONEY
    two.look()
    two.look()
    event(f"asked: {two.asked.cause.partition('.')[0] if two.asked else 'nothing'}")

    sent, shown = two.writes, (two.act, two.ghl, two.agreed, two.lines)
    two.look()
    assert (two.writes, (two.act, two.ghl, two.agreed, two.lines)) == (sent, shown), (
        "it does not come to rest"
    )
    assert sent - first <= 2 * edits
    wanted = statuses.get(two.ghl)
    if two.ghl in MONEY and wanted and two.asked is None:
        assert two.act == wanted, "Act! does not say what money says"
    if two.lines:
        assert money_came, "a person was overruled without money"


@EXAMPLES
@given(statuses=MAPS, steps=STEPS, repeats=st.lists(st.integers(1, 4), min_size=16, max_size=16))
def test_news_that_comes_twice_changes_nothing(
    statuses: dict[str, str | None], steps: list[tuple[str, str]], repeats: list[int]
) -> None:
    once, often = (TwoStates(statuses, SHOWS["word"], SAYS["as it is"], True) for _ in range(2))
    for (kind, value), times in zip(steps, repeats, strict=False):
        for two, looks in ((once, 1), (often, times)):
            if kind == "act":
                two.act = value
            elif kind == "ghl":
                two.ghl = value
            for _ in range(looks):
                two.look()
            two.look()
    assert (once.act, once.ghl, once.writes, once.lines) == (often.act, often.ghl, often.writes, often.lines)


DEFAULT = {
    "draft": None, "sent": None, "payment_processing": None, "partially_paid": None, "paid": "Won",
    "partially_refunded": "Won", "refunded": "Lost", "void": None, "deleted": None,
}  # fmt: skip


def at(status: Any, state: str, seen: Seen | None = None, **more: str | None) -> Any:
    return settle(status=status, state=state, statuses=DEFAULT | more, seen=seen)


def test_a_lost_sale_stays_lost_until_money_comes_and_then_a_line_says_why() -> None:
    draft = at("Open", "draft", draft="Open", sent="Open")
    lost = at("Lost", "draft", draft.seen, draft="Open", sent="Open")
    assert isinstance(lost, TakeBack)
    sent = at("Lost", "sent", lost.seen, draft="Open", sent="Open")
    assert isinstance(sent, Ask)
    assert sent.cause == SENT_FOR_LOST
    paid = at("Lost", "paid", sent.seen)
    assert isinstance(paid, Follow)
    assert (paid.status, paid.writes) == ("Won", True)
    assert (
        paid.because
        == "it was lost, and is won since the invoice is paid, and what money says is HighLevel's"
    )


def test_a_paid_sale_that_is_lost_by_hand_is_brought_back_once_and_then_asked_about() -> None:
    paid = at("Open", "paid")
    assert paid.because is None
    back = at("Lost", "paid", paid.seen)
    assert (back.status, back.because is not None) == ("Won", True)
    again = at("Lost", "paid", back.seen)
    assert isinstance(again, Ask)
    assert again.cause == INSISTS
    # Refunded, both say the same.
    assert at("Lost", "refunded", again.seen).writes is False


def test_a_refund_makes_it_lost_and_says_nothing_of_a_person() -> None:
    paid = at("Won", "paid")
    refunded = at("Won", "refunded", paid.seen)
    assert (refunded.status, refunded.writes, refunded.because) == ("Lost", True, None)
    assert isinstance(at("Inactive", "void"), Leave)
    assert isinstance(at("Lost", "refunded", refunded=None), Leave)


def test_a_sale_that_is_reopened_by_hand_after_its_invoice_was_voided_stays_open() -> None:
    void = at("Won", "void", at("Won", "sent").seen, void="Lost")
    assert (void.status, void.writes) == ("Lost", True)
    assert isinstance(at("Open", "void", void.seen, void="Lost"), Leave)


def test_a_write_that_arrived_unseen_is_known_as_ours() -> None:
    maps = {"draft": "Inactive", "sent": "Open"}
    begun = at("Open", "draft", **maps).seen
    arrived = Seen(status="Open", state="draft", by_map=False, begun=begun)
    assert at("Inactive", "sent", arrived, **maps).status == "Open"
    # A person was there instead.
    assert isinstance(at("Lost", "sent", arrived, **maps), Ask)


def test_a_map_with_a_hole_is_asked_about_and_an_empty_one_leaves_all() -> None:
    hole = settle(status="Open", state="sent", statuses={"paid": "Won"}, seen=None)
    assert isinstance(hole, Ask)
    assert hole.cause == "mapping.unmapped.invoice.sent"
    assert settle(status="Open", state="sent", statuses={}, seen=None).status is None  # type: ignore[union-attr]


@pytest.mark.parametrize("shown", ["Won", "won", " WON ", 1, "1"])
def test_a_status_is_known_however_act_shows_it(shown: Any) -> None:
    assert named(shown) == "Won"
