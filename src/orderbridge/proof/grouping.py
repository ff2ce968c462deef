"""Differences by their reason: how many, how much money, what happened, what to do, and what repairs them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from orderbridge.core import causes, ranking
from orderbridge.core.causes import Advice
from orderbridge.core.jsonio import JsonObject
from orderbridge.proof.measures import UNEXPLAINED
from orderbridge.proof.reconcile import Difference

_EXAMPLES = 3
# What a record waits for with a person is a cause of dead letters, and stands in their catalogue.
_HELD, _UNREADABLE = "held:", "held:unreadable"
_POLL = "orderbridge poll --once"
# Reason → what happened, what to do, and the command that does it.
_REASONS: dict[str, tuple[str, str, str | None]] = {
    "in_work": ("Changes of it are being carried over just now.", "Nothing: it goes on by itself.", None),
    "waiting": ("A flow waits for its time.", "Nothing: it goes on by itself.", None),
    "cancelled": (
        "A person cancelled the run that would have carried it over.",
        "Do it once more, if it is wanted after all; the evidence says who cancelled it and why.",
        "orderbridge runs list --state cancelled",
    ),
    "no_flow_listened": (
        "It came in before a flow that carries orders was switched on.",
        "Carry over what came in so, with the flow switched on.",
        "orderbridge runs replay --unheard",
    ),
    "missing_in_act": (
        "HighLevel has a sale that Act! does not have, and nothing of it waits.",
        "Look at HighLevel again; what is missing comes in then.",
        _POLL,
    ),
    "missing_in_highlevel": (
        "Act! holds a sale of HighLevel that HighLevel does not show any more.",
        "Look for it in HighLevel; where it was deleted for good, delete the opportunity in Act!.",
        None,
    ),
    "opportunity_edited": (
        "The lines of the opportunity were edited in Act!.",
        "Correct its lines in Act!; those that a person added have other item numbers.",
        None,
    ),
    "invoice_differs": (
        "The invoice and the opportunity that it was made of are over different amounts.",
        "Correct the one that was edited after the other was made.",
        None,
    ),
    "payment_not_carried": (
        "The payment of an invoice is not in Act!.",
        "Enable the template act-orders-to-invoices, which carries payments.",
        "orderbridge templates list",
    ),
    _UNREADABLE: (
        "The record cannot be read from HighLevel.",
        "Correct it there; the evidence says what is wrong.",
        "orderbridge dead-letters list --by-cause",
    ),
    UNEXPLAINED: (
        "The two sides differ and nothing says why.",
        "Compare the two records by hand, and report it: a difference without a reason is a fault.",
        None,
    ),
}


@dataclass(slots=True, kw_only=True)
class ReasonGroup:
    """The differences of one reason.

    Attributes:
        sales: Orders and invoices that differ for it.
        money: (measure, currency) → the sum of the differences, none of which makes up for another.
        examples: With their ids and evidence.
    """

    reason: str
    count: int = 0
    sales: set[str] = field(default_factory=set)
    money: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    examples: list[Difference] = field(default_factory=list)

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
        if self.reason in _REASONS:
            return Advice(*_REASONS[self.reason][:2])
        return causes.advice(self.reason.removeprefix(_HELD))

    @property
    def command(self) -> str | None:
        """What repairs them; None where a person does that on one of the two sides, or nobody has to."""
        if self.reason in _REASONS:
            return _REASONS[self.reason][2]
        if self.reason.startswith(_HELD):
            return f"orderbridge dead-letters replay --cause {shlex.quote(self.reason.removeprefix(_HELD))}"
        return None

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
                    "difference": str(item.amount),
                    "evidence": item.evidence,
                }
                for item in self.examples
            ],
        }


def by_reason(differences: Iterable[Difference], *, examples: int = _EXAMPLES) -> list[ReasonGroup]:
    """Group differences by reason, in the order of ``ranking.RULE``."""
    found: dict[str, ReasonGroup] = {}
    for item in differences:
        group = found.setdefault(item.reason, ReasonGroup(reason=item.reason))
        group.count += 1
        group.sales.add(item.order_id)
        key = (item.measure, item.currency)
        group.money[key] = group.money.get(key, Decimal(0)) + abs(item.amount)
        if len(group.examples) < examples:
            group.examples.append(item)
    return sorted(
        found.values(), key=lambda group: ranking.rank(group.largest, len(group.sales), None, group.reason)
    )
