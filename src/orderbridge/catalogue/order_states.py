"""The status of an order as a pairing: what money says is HighLevel's, what selling says is Act!'s."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderbridge.catalogue.agreement import ACT, GHL, OWNER_KEEPS, NoCounterpartError, Pairing

OPEN, WON, LOST = "Open", "Won", "Lost"
# What Act! may say while HighLevel says so; the first is what Act! is brought to.
_TOGETHER: Mapping[str, tuple[str, ...]] = {
    "draft": (OPEN, WON),
    "sent": (OPEN, WON),
    "unpaid": (OPEN, WON),
    "overdue": (OPEN, WON),
    "partially_paid": (OPEN, WON),
    "paid": (WON,),
    "partially_refunded": (WON,),
    "refunded": (LOST,),
    "void": (LOST,),
    "cancelled": (LOST,),
}
_MONEY = frozenset({"partially_paid", "paid", "partially_refunded", "refunded"})


def _same(act: Any, ghl: Any) -> bool:
    return act in _TOGETHER.get(str(ghl), ())


def _to_act(ghl: Any) -> str:
    states = _TOGETHER.get(str(ghl))
    if states is None:
        raise NoCounterpartError(f"HighLevel says {ghl}, which no status of Act! stands for")
    return states[0]


def _to_ghl(act: Any) -> str:
    if act == LOST:
        return "void"
    # An invoice that was voided cannot be opened again, and money is never claimed to have come.
    raise NoCounterpartError(f"Act! says {act}, and HighLevel has no way back to that")


def _owner(_act: Any, ghl: Any) -> str:
    return GHL if ghl in _MONEY else ACT


STATUS = Pairing(
    name="status",
    owner=ACT,
    rule=OWNER_KEEPS,
    same=_same,
    to_act=_to_act,
    to_ghl=_to_ghl,
    owner_of=_owner,
)
