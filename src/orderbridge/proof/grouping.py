"""Differences by their reason: how many, how much money, what happened, what to do, and what repairs them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from orderbridge.core import causes, ranking
from orderbridge.core.causes import Advice
from orderbridge.core.jsonio import JsonObject
from orderbridge.proof import codes
from orderbridge.proof.differences import Difference
from orderbridge.proof.measures import UNEXPLAINED
from orderbridge.proof.splitting import Part

_EXAMPLES = 3
# A delivery whose record could not be read; its own cause is among the dead letters.
_UNREADABLE = f"{codes.HELD}:{codes.UNREADABLE}"
_COMMAND = re.compile(r"`(orderbridge [^`…]+)`")
_UNEXPLAINED = Advice(
    "The two sides differ and nothing says why.",
    "Compare the two records by hand, and report it: a difference without a reason is a fault.",
)


@dataclass(slots=True, kw_only=True)
class ReasonGroup:
    """The differences of one reason.

    Attributes:
        sales: Orders and invoices that differ for it.
        money: (measure, currency) → the sum of what it explains, nothing of which makes up for anything else.
        examples: With their ids and evidence.
    """

    reason: str
    count: int = 0
    sales: set[str] = field(default_factory=set)
    money: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    examples: list[tuple[Difference, Part]] = field(default_factory=list)

    @property
    def largest(self) -> dict[str, Decimal]:
        """Currency → the largest of its measures: a sale that lacks its payment too is not counted twice."""
        found: dict[str, Decimal] = {}
        for (_, currency), amount in self.money.items():
            found[currency] = max(found.get(currency, Decimal(0)), amount)
        return found

    @property
    def advice(self) -> Advice:
        """What happened and what to do."""
        if self.reason == UNEXPLAINED:
            return _UNEXPLAINED
        if self._cause:
            return causes.advice(self._cause)
        known = codes.reason(codes.UNREADABLE if self.reason == _UNREADABLE else self.reason)
        return Advice(known.meaning, known.todo)

    @property
    def command(self) -> str | None:
        """What repairs them; None where a person does that on one of the two sides, or nobody has to."""
        if self._cause:
            return f"orderbridge dead-letters replay --cause {shlex.quote(self._cause)}"
        found = _COMMAND.search(self.advice.todo)
        return found.group(1) if found else None

    @property
    def _cause(self) -> str:
        # What a sale waits for with a person is a cause of dead letters, and stands in their catalogue.
        code, _, cause = self.reason.partition(":")
        return cause if code == codes.HELD and self.reason != _UNREADABLE else ""

    def as_object(self) -> JsonObject:
        """The group as JSON, amounts as text."""
        return {
            "reason": self.reason,
            "happened": self.advice.happened,
            "todo": self.advice.todo,
            "command": self.command,
            "differences": self.count,
            "sales": len(self.sales),
            "money": [
                {"measure": measure, "currency": currency, "amount": str(amount)}
                for (measure, currency), amount in sorted(self.money.items())
            ],
            "examples": [
                {
                    "order_id": item.order_id,
                    "measure": item.measure,
                    "currency": item.currency,
                    "difference": str(part.amount),
                    "evidence": part.evidence,
                }
                for item, part in self.examples
            ],
        }


def by_reason(differences: Iterable[Difference], *, examples: int = _EXAMPLES) -> list[ReasonGroup]:
    """Group differences by reason, in the order of ``ranking.RULE``; one with several reasons is in each's group."""
    found: dict[str, ReasonGroup] = {}
    for item in differences:
        for part in item.parts:
            group = found.setdefault(part.code, ReasonGroup(reason=part.code))
            group.count += 1
            group.sales.add(item.order_id)
            key = (item.measure, item.currency)
            group.money[key] = group.money.get(key, Decimal(0)) + abs(part.amount)
            if len(group.examples) < examples:
                group.examples.append((item, part))
    return sorted(
        found.values(), key=lambda group: ranking.rank(group.largest, len(group.sales), None, group.reason)
    )
