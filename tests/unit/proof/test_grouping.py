"""Differences grouped by reason."""

from __future__ import annotations

import ast
from decimal import Decimal
from pathlib import Path

import pytest

import orderbridge
from orderbridge.proof.grouping import by_reason
from orderbridge.proof.reconcile import Difference

SOURCE = Path(orderbridge.__file__).parent


def difference(order: str, reason: str, highlevel: str, act: str = "0", **more: str) -> Difference:
    return Difference(
        order_id=order, measure=more.get("measure", "ordered"), currency=more.get("currency", "USD"),
        highlevel=Decimal(highlevel), act=Decimal(act), reason=reason, evidence=f"{order} differs",
    )  # fmt: skip


def test_the_most_money_comes_first_and_nothing_makes_up_for_anything() -> None:
    found = by_reason(
        [
            difference("1", "missing_in_act", "10.00"),
            difference("1", "missing_in_act", "10.00", measure="paid"),
            difference("2", "opportunity_edited", "60.00", "20.00"),
            difference("3", "opportunity_edited", "20.00", "60.00"),
            difference("4", "held:contact.several_matches", "50", currency="JPY"),
        ]
    )

    assert [(group.reason, group.count, len(group.sales), group.largest) for group in found] == [
        ("opportunity_edited", 2, 2, {"USD": Decimal("80.00")}),
        ("held:contact.several_matches", 1, 1, {"JPY": Decimal(50)}),
        ("missing_in_act", 2, 1, {"USD": Decimal("10.00")}),
    ]


def test_what_waits_for_a_person_has_the_words_and_the_command_of_its_cause() -> None:
    (group,) = by_reason([difference("1", "held:contact.several_matches", "1")])

    assert "Merge them" in group.advice.todo
    assert group.command == "orderbridge dead-letters replay --cause contact.several_matches"


def reasons() -> list[str]:
    """Every reason that stands in the code: the first of a pair whose second is the evidence."""
    tree = ast.parse((SOURCE / "proof" / "why.py").read_text(encoding="utf-8"))
    found = {
        node.elts[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[0], ast.Constant)
    }
    return [*sorted(map(str, found)), "in_work", "no_flow_listened", "waiting", "cancelled"]


@pytest.mark.parametrize("reason", [*reasons(), "unexplained", "held:unreadable"])
def test_every_reason_says_what_to_do(reason: str) -> None:
    (group,) = by_reason([difference("1", reason, "1")])

    assert not group.advice.happened.startswith("Why this stopped was not kept")
    assert group.as_object()["todo"]


def test_three_examples_are_enough() -> None:
    (group,) = by_reason([difference(str(number), "missing_in_act", "1") for number in range(10)])

    assert [item["order_id"] for item in group.as_object()["examples"]] == ["0", "1", "2"]
