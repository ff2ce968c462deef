"""The status of a sale and the state of its invoice: whose word stands, as a pure decision.

What money says (partly paid, paid, partly refunded, refunded) is HighLevel's; that a sale is lost or inactive is Act!'s
as long as no money came. The owner's value map says what a state of the invoice means in Act!.

The decision looks at what both sides show now, never at the news that started it. So late, repeated and reordered news
come to the same end, and a second look after a write finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from orderbridge.catalogue.agreement import ACT, Agreed, Begun

OPEN, WON, LOST, INACTIVE = "Open", "Won", "Lost", "Inactive"
# In the order of the numbers under which Act! keeps them.
STATUSES = (OPEN, WON, LOST, INACTIVE)
# A person ended the sale.
ENDED = frozenset({LOST, INACTIVE})
DRAFT = "draft"
MONEY = frozenset({"partially_paid", "paid", "partially_refunded", "refunded"})
# Nobody owes or holds anything any more, so that an ended sale leaves nothing open.
_OVER = frozenset({"refunded", "void", "deleted"})
SENT_FOR_LOST = "invoice.sent_for_lost_opportunity"
INSISTS = "invoice.status_overruled_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the last look left.

    Attributes:
        status: What Act! showed, or was given.
        state: What the invoice was then.
        by_map: Whether the status was the value map's word; else it was a person's.
        overruled: The state of money for which a person's status was written over last.
        begun: What will hold if a write arrived whose end is not known.
    """

    status: str
    state: str
    by_map: bool
    overruled: str | None = None
    begun: Seen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """Act! gets, or has, what the value map says.

    Attributes:
        status: The map's word; None where it leaves the status as it is.
        writes: Whether Act! shows something else.
        because: Why a person's status is written over; None where none is.
        seen: To be remembered, once it is written.
    """

    status: str | None
    writes: bool
    seen: Seen
    because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Act!'s word stands, and HighLevel needs nothing."""

    why: str
    seen: Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """Act!'s word stands, and the draft that nobody has seen is not needed any more."""

    why: str
    seen: Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A person decides; nothing is written meanwhile."""

    why: str
    cause: str
    seen: Seen


Decision = Follow | Leave | TakeBack | Ask


def named(status: Any) -> str:
    """Return a status of Act! as a word, whether it is shown as a number, as a text or in another case."""
    word = str(status).strip()
    if word.isdecimal() and int(word) < len(STATUSES):
        return STATUSES[int(word)]
    return next((item for item in STATUSES if item.casefold() == word.casefold()), word)


def settle(*, status: Any, state: str, statuses: Mapping[str, str | None], seen: Seen | None) -> Decision:
    """Say what has to happen with a sale and its invoice.

    Args:
        status: Of the opportunity, as Act! shows it now.
        state: Of the invoice, as it stands now, refunds included.
        statuses: The owner's value map: state → status; empty leaves a status as it is. An empty map leaves all.
        seen: What the last look left; None at the first.
    """
    act, state = named(status), state.strip().casefold()
    seen = _arrived(act, seen)
    known = seen is not None and seen.status == act
    now = Seen(
        status=act,
        state=state,
        by_map=bool(known and seen and seen.by_map),
        overruled=None if seen is None else seen.overruled,
    )
    if statuses and state not in statuses:
        return Ask(
            why=f"the value map statuses ({', '.join(statuses)}) does not have {state}; add it, empty where it shall "
            "change nothing, and replay",
            cause=f"mapping.unmapped.invoice.{state}",
            seen=now,
        )
    wanted = statuses.get(state) or None
    if wanted == act:
        return Follow(status=wanted, writes=False, seen=replace(now, by_map=True))
    ended = act in ENDED and not now.by_map
    if wanted is not None and state in MONEY:
        return _money_wins(wanted, now, seen, ended=ended)
    if ended:
        return _ended(now)
    if wanted is None:
        return Follow(status=None, writes=False, seen=now)
    if seen is not None and seen.state == state:
        return Leave(why=f"it was made {act.lower()} by hand, and no money says otherwise", seen=now)
    return Follow(status=wanted, writes=True, seen=_written(now, wanted))


def _arrived(act: str, seen: Seen | None) -> Seen | None:
    if seen is None or seen.begun is None:
        return seen
    return seen.begun if act == seen.begun.status else replace(seen, begun=None)


def _written(now: Seen, wanted: str) -> Seen:
    return replace(now, status=wanted, by_map=True)


def _money_wins(wanted: str, now: Seen, seen: Seen | None, *, ended: bool) -> Decision:
    against_a_person = ended or (seen is not None and seen.state == now.state)
    if not against_a_person:
        return Follow(status=wanted, writes=True, seen=_written(now, wanted))
    said = f"the invoice is {now.state.replace('_', ' ')}, and what money says is HighLevel's"
    if now.overruled == now.state:
        return Ask(
            why=f"it was put back to {wanted.lower()} once, since {said}, and is {now.status.lower()} again; refund "
            f"the invoice in HighLevel, or make the opportunity {wanted.lower()} in Act!",
            cause=INSISTS,
            seen=now,
        )
    return Follow(
        status=wanted,
        writes=True,
        because=f"it was {now.status.lower()}, and is {wanted.lower()} since {said}",
        seen=replace(_written(now, wanted), overruled=now.state),
    )


def _ended(now: Seen) -> Decision:
    if now.state == DRAFT:
        return TakeBack(why=f"it is {now.status.lower()}, and its draft was seen by nobody", seen=now)
    if now.state in _OVER:
        gone = "was given back" if now.state == "refunded" else f"is {now.state}"
        return Leave(why=f"it is {now.status.lower()}, and its invoice {gone}", seen=now)
    return Ask(
        why=f"it is {now.status.lower()}, and its invoice is {now.state.replace('_', ' ')}; only a draft is taken back "
        "by itself. Void or refund it there, or reopen the opportunity in Act!",
        cause=SENT_FOR_LOST,
        seen=now,
    )


def settled(seen: Seen) -> Agreed:
    """Return what is to be remembered, in the shape of an agreement."""
    return Agreed(
        {"status": seen.status, "by_map": seen.by_map}, {"state": seen.state, "overruled": seen.overruled}
    )


def set_out(seen: Seen) -> Begun:
    """Return the same for a write that is about to be sent: after a crash our own word is not a person's."""
    kept = settled(seen)
    return Begun(ACT, kept.act, kept.ghl)


def last_seen(agreed: Agreed | None, begun: Begun | None) -> Seen | None:
    """Return what the last look left; None where there was none."""
    arriving = None if begun is None else Seen(**begun.sent, **begun.source)
    if agreed is not None:
        return Seen(**agreed.act, **agreed.ghl, begun=arriving)
    # The first look died: only what it set out on can be known again.
    return None if arriving is None else Seen(status="", state="", by_map=False, begun=arriving)
