"""A difference of money with its reasons and its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from orderbridge.core.jsonio import JsonObject
from orderbridge.proof.splitting import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One amount that is not the same on both sides.

    Attributes:
        order_id: The sale: an order, or an invoice that was made of an opportunity.
        record: The payment; empty for the sale as a whole.
        parts: The reasons; their amounts add up to ``amount``.
        facts: The evidence for programs: ids, times, our last run.
        day: On which it counts.
    """

    order_id: str
    measure: str
    currency: str
    highlevel: Decimal
    act: Decimal
    parts: tuple[Part, ...]
    record: str = ""
    facts: JsonObject = field(default_factory=dict)
    day: date | None = None

    @property
    def amount(self) -> Decimal:
        """What Act! lacks; negative when it has too much."""
        return self.highlevel - self.act

    @property
    def reason(self) -> str:
        """The reason that explains most of it."""
        return max(self.parts, key=lambda part: abs(part.amount)).code

    @property
    def evidence(self) -> str:
        """What shows the reasons."""
        return "; ".join(part.evidence for part in self.parts)
