"""A difference of money split into its reasons: what HighLevel changed, what our flow makes of it, what people edited.

Each step compares two states that follow each other: HighLevel now, what was accepted from it, what we wrote, what
Act! shows now. The steps' amounts add up to the difference, whatever the states are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from orderbridge.proof import codes
from orderbridge.proof.line_items import LineChange

_HALF_CENT = Decimal("0.005")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One reason of a difference.

    Attributes:
        amount: How much of it this explains; negative where Act! has too much.
        line: The key of the line, where it is one line's.
    """

    code: str
    amount: Decimal
    evidence: str
    line: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known of an amount between the two sides.

    Attributes:
        accepted: As it was last accepted from HighLevel; None where we never did.
        written: As our last proved write left it in Act!; None where we never wrote it.
        changes: Lines that are not as we wrote them; None where they were not read.
        lines: How many lines there are.
    """

    accepted: Decimal | None = None
    written: Decimal | None = None
    changes: Sequence[LineChange] | None = None
    lines: int = 0


def split(
    highlevel: Decimal, act: Decimal, known: History, *, highlevel_changed: str, edited: str
) -> list[Part]:
    """Return the reasons of one difference; their amounts add up to ``highlevel - act``.

    Args:
        highlevel: What HighLevel says now.
        act: What Act! says now.
        known: What is known of the way between.
        highlevel_changed: The evidence of a change over there.
        edited: The evidence of an edit in Act!.
    """
    accepted = highlevel if known.accepted is None else known.accepted
    written = accepted if known.written is None else known.written
    found = []
    if highlevel != accepted:
        found.append(
            Part(
                code=codes.CHANGED_IN_HIGHLEVEL,
                amount=highlevel - accepted,
                evidence=f"{accepted:f} was carried over, HighLevel says {highlevel:f} now; {highlevel_changed}",
            )
        )
    if accepted != written:
        found.append(
            Part(
                code=codes.MAPPED_OTHERWISE,
                amount=accepted - written,
                evidence=f"the order came with {accepted:f}, and the flow wrote {written:f}",
            )
        )
    return found + _edits(written, act, known, edited)


def _edits(written: Decimal, act: Decimal, known: History, edited: str) -> list[Part]:
    found = [
        Part(
            code=codes.OPPORTUNITY_EDITED,
            amount=item.amount,
            evidence=f"{item}; {edited}",
            line=item.key,
        )
        for item in known.changes or ()
        if item.amount
    ]
    rest = written - act - sum((item.amount for item in found), Decimal(0))
    if not rest:
        return found
    if known.changes is not None and abs(rest) <= _HALF_CENT * known.lines:
        evidence = f"the lines come to {act + rest:f} exactly, and Act! shows {act:f}"
        return [*found, Part(code=codes.ROUNDING, amount=rest, evidence=evidence)]
    evidence = f"we wrote {written:f}, Act! shows {act:f}; {edited}"
    return [*found, Part(code=codes.OPPORTUNITY_EDITED, amount=rest, evidence=evidence)]


def refund_steps(
    history: Sequence[tuple[Decimal, str]], refunded: Decimal, changed: str
) -> list[tuple[str, Decimal]]:
    """Return when how much of a payment went back; the amounts add up to ``refunded``.

    HighLevel has no record of a refund: an old payment changes. So each change that was seen is one, at its time.

    Args:
        history: What was refunded so far and when that was so, oldest first.
        refunded: What HighLevel says now.
        changed: When HighLevel last changed the payment.
    """
    steps: list[tuple[str, Decimal]] = []
    so_far = Decimal(0)
    for total, at in [*history, (refunded, changed)]:
        if total != so_far:
            steps.append((at, total - so_far))
            so_far = total
    return steps
