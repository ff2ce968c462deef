"""Differences by their reason, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence

from orderbridge.cli import output
from orderbridge.core.ranking import RULE
from orderbridge.proof.grouping import ReasonGroup, by_reason
from orderbridge.proof.reconciliation import Reconciliation


def show(results: Sequence[Reconciliation], *, as_json: bool) -> None:
    """Print the groups of every comparison, the most money first."""
    if as_json:
        output.as_json(
            [
                {
                    "source": item.source,
                    "target": item.target,
                    "agrees": item.agrees,
                    "order": RULE,
                    "reasons": [group.as_object() for group in by_reason(item.differences)],
                }
                for item in results
            ]
        )
        return
    for item in results:
        _say(item.line())
        for group in by_reason(item.differences):
            _show(group)
    if any(item.differences for item in results):
        output.messages.print(RULE, highlight=False)


def _show(group: ReasonGroup) -> None:
    sums = ", ".join(
        f"{measure} {amount} {currency}" for (measure, currency), amount in sorted(group.money.items())
    )
    sales = len(group.sales)
    _say(f"\n{group.reason}: {sales} {'sale' if sales == 1 else 'sales'}, {sums}")
    _say(f"  {group.advice.happened}")
    for example, part in group.examples:
        _say(f"  {example.order_id}, {example.measure} {part.amount} {example.currency}: {part.evidence}")
    _say(f"  To do: {group.advice.todo}")
    if group.command:
        _say(f"  Then: {group.command}")


def _say(text: str) -> None:
    output.people.print(text, markup=False, highlight=False, soft_wrap=True)
