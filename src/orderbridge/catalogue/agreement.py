"""Two records that belong together, field by field: what has to be written where, so that they agree.

Pure: values in, a decision out. What both sides held when they last agreed is remembered as each of them *shows*
it, so that a side which writes values its own way (``+43660…``, upper case, cut) has not changed anything by that.

The two sides are called ``act`` and ``ghl``. Their values are compared by the field's own conversions and never
directly.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from orderbridge.core.jsonio import fingerprint
from orderbridge.core.places import MISSING

ACT, GHL = "act", "ghl"
SIDES = (ACT, GHL)
BOTH, TO_ACT, TO_GHL = "both", "to_act", "to_ghl"
DIRECTIONS = (BOTH, TO_ACT, TO_GHL)
NOBODY = "none"
OWNERS = (ACT, GHL, NOBODY)
OWNER_WINS, OWNER_KEEPS, NEWEST_WINS, ASK = "owner wins", "owner keeps", "newest wins", "ask"
RULES = (OWNER_WINS, OWNER_KEEPS, NEWEST_WINS, ASK)
# A text that was cut is known again by its beginning, unless too little of it is left to tell.
_LEAST_OF_A_CUT = 8


class NoCounterpartError(Exception):
    """The other side has no value for this one; the text says why."""


def other(side: str) -> str:
    """The side that is not ``side``."""
    return GHL if side == ACT else ACT


def blank(value: Any) -> bool:
    """Whether a field is shown and holds nothing: null, an empty text, blanks, an empty list."""
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def unchanged(one: Any, before: Any) -> bool:
    """Whether one side shows what it showed before; null and the empty text are the same nothing."""
    return (blank(one) and blank(before)) or fingerprint(one) == fingerprint(before)


def looks_like(sent: Any, found: Any) -> bool:
    """Whether ``found`` may be what a side made of ``sent``: another case, other blanks and signs, cut off."""
    if blank(sent) or blank(found):
        return blank(sent) and blank(found)
    if isinstance(sent, bool) or isinstance(found, bool):
        return sent is found
    one, two = _letters(sent), _letters(found)
    if one == two:
        return True
    shorter, longer = sorted((one, two), key=len)
    return len(shorter) >= _LEAST_OF_A_CUT and (longer.startswith(shorter) or longer.endswith(shorter))


def _letters(value: Any) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKD", str(value))).casefold()


def _equal(act: Any, ghl: Any) -> bool:
    return unchanged(act, ghl)


def _as_is(value: Any) -> Any:
    return value


def _may_write(_side: str, _now: Any, _then: Any) -> str | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """How a field of one side is a field of the other.

    Attributes:
        name: Of the field, for people and for what is remembered.
        direction: Where values may be carried: ``both``, ``to_act``, ``to_ghl``.
        owner: Whose value stands when the rule asks for it.
        rule: What happens when both sides changed: ``owner wins``, ``newest wins`` or ``ask``. ``owner keeps`` also
            puts a change of the other side alone back.
        same: Whether both mean the same, whatever it looks like.
        to_ghl: Makes a value of Act! one of HighLevel; raises NoCounterpartError.
        to_act: The way back.
        forbidden: Why a side must not come from a value to another; None where it may.
    """

    name: str
    direction: str = BOTH
    owner: str = NOBODY
    rule: str = ASK
    same: Callable[[Any, Any], bool] = _equal
    to_ghl: Callable[[Any], Any] = _as_is
    to_act: Callable[[Any], Any] = _as_is
    forbidden: Callable[[str, Any, Any], str | None] = _may_write

    def reaches(self, side: str) -> bool:
        """Whether values may be carried to ``side``."""
        return self.direction in (BOTH, f"to_{side}")

    def made_for(self, side: str, value: Any) -> Any:
        """The other side's value as ``side`` takes it; nothing stays nothing."""
        if blank(value):
            return ""
        return self.to_act(value) if side == ACT else self.to_ghl(value)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both sides showed when they last agreed; they need not be equal."""

    act: Any
    ghl: Any

    def of(self, side: str) -> Any:
        """That of one side."""
        return self.act if side == ACT else self.ghl


@dataclass(frozen=True, slots=True)
class Begun:
    """A write that was set out on and whose end is not known: what was there may be ours by now.

    Attributes:
        side: Where it was to be written.
        sent: The value.
        source: The other side's value that it was made of.
    """

    side: str
    sent: Any
    source: Any


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing has to be written.

    Attributes:
        agreed: What to remember from now on; None leaves it as it is.
    """

    agreed: Agreed | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """``side`` gets ``value``.

    Attributes:
        agreed: What an earlier write, whose end was not known, is seen to have come to. It is remembered before this
            one is begun: else, should this one die too, its value would pass for a person's.
    """

    side: str
    value: Any
    agreed: Agreed | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A person decides; nothing is written meanwhile."""

    why: str


Decision = Nothing | Write | Ask


def decide(
    pairing: Pairing,
    *,
    act: Any,
    ghl: Any,
    agreed: Agreed | None,
    begun: Begun | None = None,
    newer: str | None = None,
) -> Decision:
    """Say what has to happen with one field.

    Args:
        pairing: The field.
        act: What Act! shows now; ``MISSING`` where it does not show the field.
        ghl: What HighLevel shows now.
        agreed: What both showed when they last agreed; None at their first meeting.
        begun: A write whose end is not known.
        newer: The side that was edited last, as far as that is known.
    """
    if act is MISSING or ghl is MISSING:
        return Nothing()
    if pairing.same(act, ghl):
        known = agreed is not None and unchanged(act, agreed.act) and unchanged(ghl, agreed.ghl)
        return Nothing() if known else Nothing(Agreed(act, ghl))
    now = {ACT: act, GHL: ghl}
    if agreed is None and begun is None:
        return _first_meeting(pairing, now, newer)
    moved = {side: agreed is None or not unchanged(now[side], agreed.of(side)) for side in SIDES}
    arrived: Agreed | None = None
    if begun is not None and moved[begun.side] and looks_like(begun.sent, now[begun.side]):
        # It arrived, written their way. Whether it is still what is wanted is up to where it came from.
        if unchanged(now[other(begun.side)], begun.source):
            return Nothing(Agreed(act, ghl))
        moved[begun.side] = False
        moved[other(begun.side)] = True
        came_to = {begun.side: now[begun.side], other(begun.side): begun.source}
        arrived = Agreed(came_to[ACT], came_to[GHL])
    if agreed is None and all(moved.values()):
        return _first_meeting(pairing, now, newer)
    decision = _changed(pairing, now, moved, newer)
    return replace(decision, agreed=arrived) if isinstance(decision, Write) else decision


def _first_meeting(pairing: Pairing, now: dict[str, Any], newer: str | None) -> Decision:
    for side in SIDES:
        if blank(now[side]):
            # What one side never had is filled in; that is nobody's deletion.
            return _write(pairing, side, now) if pairing.reaches(side) else Nothing(_as_shown(now))
    return _concurrent(pairing, now, newer)


def _changed(pairing: Pairing, now: dict[str, Any], moved: dict[str, bool], newer: str | None) -> Decision:
    if moved[ACT] and moved[GHL]:
        return _concurrent(pairing, now, newer)
    for side in SIDES:
        if not moved[side]:
            continue
        if pairing.rule == OWNER_KEEPS and pairing.owner == other(side):
            return _write(pairing, side, now) if pairing.reaches(side) else Nothing()
        # Where it goes nowhere, the edit stays what it is: an edit that the rule will look at when the other side
        # moves too.
        return _write(pairing, other(side), now) if pairing.reaches(other(side)) else Nothing()
    # Neither moved, and they differ: that was settled so, or one of them writes it its own way.
    return Nothing()


def _concurrent(pairing: Pairing, now: dict[str, Any], newer: str | None) -> Decision:
    winner = _winner(pairing, now, newer)
    if winner is None:
        return Ask("both sides hold something else")
    loser = other(winner)
    return _write(pairing, loser, now) if pairing.reaches(loser) else Nothing(_as_shown(now))


def _winner(pairing: Pairing, now: dict[str, Any], newer: str | None) -> str | None:
    if pairing.rule == ASK:
        return None
    by_owner = pairing.owner if pairing.owner in SIDES else None
    return (newer or by_owner) if pairing.rule == NEWEST_WINS else by_owner


def _write(pairing: Pairing, side: str, now: dict[str, Any]) -> Decision:
    try:
        value = pairing.made_for(side, now[other(side)])
    except NoCounterpartError as error:
        return Ask(str(error))
    reason = pairing.forbidden(side, now[side], value)
    return Ask(reason) if reason else Write(side, value)


def _as_shown(now: dict[str, Any]) -> Agreed:
    return Agreed(now[ACT], now[GHL])
