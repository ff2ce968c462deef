"""Differences grouped by reason."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orderbridge.proof import codes
from orderbridge.proof.differences import Difference
from orderbridge.proof.grouping import by_reason
from orderbridge.proof.splitting import Part


def difference(order: str, reason: str, highlevel: str, act: str = "0", **more: str) -> Difference:
    return Difference(
        order_id=order, measure=more.get("measure", "ordered"), currency=more.get("currency", "USD"),
        highlevel=Decimal(highlevel), act=Decimal(act),
        parts=(Part(code=reason, amount=Decimal(highlevel) - Decimal(act), evidence=f"{order} differs"),),
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


@pytest.mark.parametrize(
    "reason", [*sorted(codes.REASONS.keys() - {codes.HELD}), "unexplained", "held:unreadable"]
)
def test_every_reason_says_what_to_do(reason: str) -> None:
    (group,) = by_reason([difference("1", reason, "1")])

    assert not group.advice.happened.startswith("Why this stopped was not kept")
    assert group.as_object()["todo"]


def test_a_difference_with_two_reasons_is_in_both_groups_with_its_part_in_each() -> None:
    both = Difference(
        order_id="1", measure="ordered", currency="USD", highlevel=Decimal(30), act=Decimal(25),
        parts=(
            Part(code="changed_in_highlevel", amount=Decimal(7), evidence="there"),
            Part(code="opportunity_edited", amount=Decimal(-2), evidence="here"),
        ),
    )  # fmt: skip

    assert [(group.reason, group.largest) for group in by_reason([both])] == [
        ("changed_in_highlevel", {"USD": Decimal(7)}),
        ("opportunity_edited", {"USD": Decimal(2)}),
    ]


def test_three_examples_are_enough() -> None:
    (group,) = by_reason([difference(str(number), "missing_in_act", "1") for number in range(10)])

    assert [item["order_id"] for item in group.as_object()["examples"]] == ["0", "1", "2"]
