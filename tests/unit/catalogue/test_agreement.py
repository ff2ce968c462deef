"""Two sides that change the same records come to rest, and no edit is lost against the rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orderbridge.catalogue.agreement import (
    ACT,
    ASK,
    BOTH,
    DIRECTIONS,
    GHL,
    NEWEST_WINS,
    NOBODY,
    OWNER_KEEPS,
    OWNER_WINS,
    OWNERS,
    RULES,
    SIDES,
    TO_ACT,
    TO_GHL,
    Agreed,
    Ask,
    Begun,
    Nothing,
    Pairing,
    Write,
    decide,
    looks_like,
    other,
    unchanged,
)
from orderbridge.core.places import MISSING
from support.two_sides import STOPS, Bridge, Reformat, Side, StoppedError

EXAMPLES = settings(
    max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
REFORMATS: Mapping[str, Reformat] = {
    "as it is": lambda value: value,
    "upper": str.upper,
    "lower": str.lower,
    "trimmed": str.strip,
    "cut": lambda value: value[:12],
    "digits": lambda value: re.sub(r"[^\w+]", "", value) or value,
    "a day with midnight": lambda value: f"{value}T00:00:00Z" if value[-1:].isdigit() else value,
}
# Long ones with one beginning too: what is cut must not be taken for the same.
VALUES = (
    "", None, "Ada", "Bea", " Cleo ", "Ångström & Sons", "(201) 555-0100", "+43 660 1234567", "A@Example.COM",
    "2026-03-01", "a long street name 1", "another long street name 17",
)  # fmt: skip
FIELDS = ("one", "two")


@st.composite
def pairings(draw: st.DrawFn) -> list[Pairing]:
    return [
        Pairing(
            name=name,
            direction=draw(st.sampled_from(DIRECTIONS)),
            owner=draw(st.sampled_from(OWNERS)),
            rule=draw(st.sampled_from(RULES)),
        )
        for name in FIELDS
    ]


@st.composite
def ways(draw: st.DrawFn) -> dict[str, Reformat]:
    return {name: REFORMATS[draw(st.sampled_from(sorted(REFORMATS)))] for name in FIELDS}


EDITS = st.tuples(st.sampled_from(SIDES), st.sampled_from(FIELDS), st.sampled_from(VALUES))
# A notice may come late, twice or never: whenever one comes, both sides are read and agreed upon.
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), EDITS),
        st.tuples(st.just("notice"), st.sampled_from(STOPS), st.none() | EDITS),
    ),
    max_size=14,
)


# Who writes what our own write has just put there, before its end was seen, has edited nothing.
@example(
    pairings=[Pairing(name=name, owner=ACT, rule=OWNER_WINS) for name in FIELDS],
    act={},
    ghl={},
    steps=[
        ("notice", "", (GHL, "one", "Ada")),
        ("notice", "after the write", (GHL, "one", "")),
        ("edit", (ACT, "one", "Ada")),
    ],
)
# Who writes what a write that died was to write passes for it.
@example(
    pairings=[Pairing(name=name, owner=ACT, rule=OWNER_WINS) for name in FIELDS],
    act={},
    ghl={},
    steps=[
        ("notice", "", (ACT, "one", "Ada")),
        ("notice", "", None),
        ("edit", (ACT, "one", "")),
        ("notice", "before the write", None),
        ("edit", (ACT, "one", "Ada")),
        ("edit", (GHL, "one", "")),
    ],
)
@EXAMPLES
@given(pairings=pairings(), act=ways(), ghl=ways(), steps=STEPS)
def test_contacts_come_to_rest_in_two_rounds_with_two_writes_per_edit(
    pairings: list[Pairing], act: dict[str, Reformat], ghl: dict[str, Reformat], steps: list[Any]
) -> None:
    bridge = Bridge(pairings, {ACT: Side(act), GHL: Side(ghl)})
    for side in bridge.sides.values():
        side.values = dict.fromkeys(FIELDS)
    watch = Watch(bridge)
    for step in steps:
        if step[0] == "edit":
            watch.edit(*step[1])
        else:
            watch.round(step[1], step[2])
    watch.round()
    watch.round()
    # The second round after the last edit has nothing left to do, and leaves everything as it is.
    before = (dict(bridge.agreed), {side: dict(bridge.sides[side].values) for side in SIDES})
    assert bridge.round() == 0
    assert (dict(bridge.agreed), {side: dict(bridge.sides[side].values) for side in SIDES}) == before
    for pairing in pairings:
        # A write that did not arrive, or whose end nobody saw, may be sent once more.
        sent = bridge.writes.get(pairing.name, 0) - bridge.unseen.get(pairing.name, 0)
        assert sent <= 2 * watch.edits.get(pairing.name, 0)
        values = [bridge.sides[side].values[pairing.name] for side in SIDES]
        if pairing.direction == BOTH and pairing.name not in bridge.asked:
            assert looks_like(*values)


class Watch:
    """Knows which edits were people's, and what the rule makes of them.

    Attributes:
        edits: How many there were, by field.
        settled: What each side showed after the last round that came to its end.
    """

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.edits: dict[str, int] = {}
        self.settled = self._shown()
        self.people: dict[tuple[str, str], tuple[Any]] = {}
        self.met = False

    def _shown(self) -> dict[str, dict[str, Any]]:
        return {side: dict(self.bridge.sides[side].values) for side in SIDES}

    def edit(self, side: str, name: str, value: Any) -> None:
        if self.bridge.edit(side, name, value):
            self._note(side, name)

    def _note(self, side: str, name: str) -> None:
        self.edits[name] = self.edits.get(name, 0) + 1
        self.people[side, name] = (self.bridge.sides[side].values[name],)

    def round(self, stop: str = "", meanwhile: tuple[str, str, Any] | None = None) -> None:
        bridge, before = self.bridge, self._shown()
        made, waiting, begun = bridge.late_edits, set(bridge.asked), dict(bridge.begun)
        try:
            bridge.round(stop, meanwhile)
        except StoppedError:
            if meanwhile is not None and bridge.late_edits > made:
                self._note(meanwhile[0], meanwhile[1])
            return
        late = meanwhile if bridge.late_edits > made else None
        for pairing in bridge.pairings:
            ours = begun.get(pairing.name)
            if ours is not None and looks_like(ours.sent, before[ours.side][pairing.name]):
                # A person who writes just what a write that died was to write passes for that write.
                continue
            if late is None or late[1] != pairing.name:
                self._check(pairing, before, waiting)
        kept = {key: item for key, item in self.people.items() if key[1] in bridge.asked}
        self.people = kept
        after = self._shown()
        for name in FIELDS:
            if name not in bridge.asked:
                for side in SIDES:
                    self.settled[side][name] = after[side][name]
        if late is not None:
            side, name, _ = late
            self.settled[side][name] = before[side][name]
            self._note(side, name)
        self.met = True

    def _check(self, pairing: Pairing, before: dict[str, dict[str, Any]], waiting: set[str]) -> None:
        """One person alone is carried over; two at once go by the rule; nothing else moves."""
        name, bridge = pairing.name, self.bridge
        now = {side: bridge.sides[side].values[name] for side in SIDES}
        for side in SIDES:
            assert pairing.reaches(side) or now[side] == before[side][name], "written against the direction"
        moved = [
            side
            for side in SIDES
            if self.people.get((side, name)) == (before[side][name],)
            and not unchanged(before[side][name], self.settled[side][name])
        ]
        if any(
            self.people.get((side, name), (before[side][name],)) != (before[side][name],) for side in SIDES
        ):
            # A round that died wrote over it by the rule already.
            return
        if name in bridge.asked or name in waiting or not self.met or len(moved) != 1:
            if name in bridge.asked:
                assert pairing.rule == ASK or pairing.owner == NOBODY
                assert now == {side: before[side][name] for side in SIDES}
            elif len(moved) == 2 and self.met and pairing.direction == BOTH and name not in waiting:
                self._check_rule(pairing, before, now)
            return
        [mover] = moved
        if pairing.direction != BOTH:
            return
        if pairing.rule == OWNER_KEEPS and pairing.owner == other(mover):
            return
        assert now[mover] == before[mover][name], "the edit itself was overwritten"
        assert looks_like(now[mover], now[other(mover)]), "the edit was not carried over"

    def _check_rule(self, pairing: Pairing, before: dict[str, dict[str, Any]], now: dict[str, Any]) -> None:
        if looks_like(before[ACT][pairing.name], before[GHL][pairing.name]):
            return
        if pairing.rule in (OWNER_WINS, OWNER_KEEPS) and pairing.owner in SIDES:
            assert now[pairing.owner] == before[pairing.owner][pairing.name], (
                "the owner's value did not stand"
            )


def field(**more: Any) -> Pairing:
    return Pairing(name="city", **more)


def test_at_the_first_meeting_what_one_side_lacks_is_filled_in() -> None:
    assert decide(field(), act="Graz", ghl=None, agreed=None) == Write(GHL, "Graz")
    assert decide(field(), act="", ghl="Graz", agreed=None) == Write(ACT, "Graz")
    # Where that direction is closed it stays, and is remembered so.
    assert decide(field(direction=TO_ACT), act="Graz", ghl=None, agreed=None) == Nothing(Agreed("Graz", None))
    assert isinstance(decide(field(), act="Graz", ghl="Linz", agreed=None), Ask)
    assert decide(field(rule=OWNER_WINS, owner=GHL), act="Graz", ghl="Linz", agreed=None) == Write(
        ACT, "Linz"
    )


def test_what_is_missing_is_neither_empty_nor_a_deletion() -> None:
    agreed = Agreed("Graz", "Graz")
    assert decide(field(), act=MISSING, ghl="Linz", agreed=agreed) == Nothing()
    # Emptied, after it was agreed: that is a deletion, and carried over.
    for nothing in (None, "", "  "):
        assert decide(field(), act=nothing, ghl="Graz", agreed=agreed) == Write(GHL, "")
    # Null and the empty text are the same nothing.
    assert decide(field(), act=None, ghl=None, agreed=Agreed("", None)) == Nothing()


def test_a_side_that_writes_values_its_own_way_has_not_changed_them() -> None:
    agreed = Agreed("(201) 555-0100", "+12015550100")
    assert decide(field(), act="(201) 555-0100", ghl="+12015550100", agreed=agreed) == Nothing()


@pytest.mark.parametrize(
    ("rule", "owner", "newer", "expected"),
    [
        (OWNER_WINS, ACT, GHL, Write(GHL, "Graz")),
        (OWNER_WINS, GHL, ACT, Write(ACT, "Linz")),
        (NEWEST_WINS, ACT, GHL, Write(ACT, "Linz")),
        (NEWEST_WINS, GHL, None, Write(ACT, "Linz")),
        (NEWEST_WINS, NOBODY, None, Ask("both sides hold something else")),
        (OWNER_WINS, NOBODY, ACT, Ask("both sides hold something else")),
        (ASK, ACT, ACT, Ask("both sides hold something else")),
    ],
)
def test_two_edits_at_once_go_by_the_rule(rule: str, owner: str, newer: str | None, expected: object) -> None:
    decided = decide(
        field(rule=rule, owner=owner), act="Graz", ghl="Linz", agreed=Agreed("Wien", "Wien"), newer=newer
    )
    assert decided == expected


def test_an_edit_of_somebody_elses_field_is_put_back_where_the_owner_keeps_it() -> None:
    pairing = field(rule=OWNER_KEEPS, owner=ACT)
    assert decide(pairing, act="Wien", ghl="Linz", agreed=Agreed("Wien", "Wien")) == Write(GHL, "Wien")


def test_an_edit_that_goes_nowhere_is_still_an_edit_when_the_other_side_moves() -> None:
    pairing = field(direction=TO_ACT, rule=ASK)
    agreed = Agreed("Wien", "Wien")
    assert decide(pairing, act="Graz", ghl="Wien", agreed=agreed) == Nothing()
    assert isinstance(decide(pairing, act="Graz", ghl="Linz", agreed=agreed), Ask)


def test_a_write_whose_end_nobody_saw_is_known_again_although_it_was_rewritten() -> None:
    begun = Begun(GHL, "Ångström Street 1", "Ångström Street 1")
    agreed = Agreed("Wien", "Wien")
    pairing = field(rule=ASK)
    decided = decide(pairing, act="Ångström Street 1", ghl="ÅNGSTRÖM S", agreed=agreed, begun=begun)
    assert decided == Nothing(Agreed("Ångström Street 1", "ÅNGSTRÖM S"))
    # A person was there too: that is another edit.
    assert isinstance(decide(pairing, act="Ångström Street 1", ghl="Graz", agreed=agreed, begun=begun), Ask)
    # It never arrived: it is sent again.
    again = decide(pairing, act="Ångström Street 1", ghl="Wien", agreed=agreed, begun=begun)
    assert again == Write(GHL, "Ångström Street 1")


def test_two_writes_that_die_one_after_the_other_leave_the_persons_word() -> None:
    person, pairing = "Bern", field(rule=NEWEST_WINS)
    # The first arrived unseen, and meanwhile a person wrote something else where it came from.
    second = decide(
        pairing, act=person, ghl="Graz", agreed=Agreed(None, None), begun=Begun(GHL, "Graz", "Graz")
    )
    assert second == Write(GHL, person, agreed=Agreed("Graz", "Graz"))
    # The second dies before it is sent. Our own Graz is younger than Bern, and yet nobody's edit.
    third = decide(
        pairing, act=person, ghl="Graz", agreed=second.agreed, begun=Begun(GHL, person, person), newer=GHL
    )
    assert third == Write(GHL, person)


def test_a_value_that_must_not_come_about_is_asked_for() -> None:
    pairing = field(direction=TO_GHL, forbidden=lambda side, now, then: f"{side}: {now} must stay")
    assert decide(pairing, act="x", ghl="y", agreed=Agreed("y", "y")) == Ask("ghl: y must stay")
