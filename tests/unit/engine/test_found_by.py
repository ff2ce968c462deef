"""What a run is found by, and what of a record is not kept for that."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orderbridge.automation.run_search import sought
from orderbridge.catalogue.changes import Change
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.found_by import found_by, words_of
from orderbridge.store.events import Event


def event(state: JsonObject) -> Event:
    change = Change(kind="order", record_id="o-1", state=state)
    return Event(
        seq=1, id="e", connection_id="c", type="ghl.order.changed", kind="order", record_id="o-1", revision=1,
        lane="c/order/o-1", source="poll", state=state, change=change,
    )  # fmt: skip


ORDER: JsonObject = {
    "id": "o-1",
    "amount": Decimal("498.00"),
    "currency": "USD",
    "status": "completed",
    "contact_id": "c-7",
    "contact": {"first_name": "Ada", "last_name": "Byron King", "email": "Ada@Example.org", "token": "pit-1"},
    "invoice_number": "INV-0042",
    "items": [{"id": "i-1", "name": "Glaze sampler"}],
}


def test_an_order_is_found_by_its_ids_its_customer_and_its_amount() -> None:
    found = found_by(event(ORDER))

    assert set(found.words) == {
        "o-1", "c-7", "ada", "byron king", "byron", "king", "ada@example.org", "inv-0042",
    }  # fmt: skip
    assert (found.amount, found.currency) == (Decimal("498.00"), "USD")


def test_a_state_without_any_of_it_is_found_by_its_record() -> None:
    assert found_by(event({"amount": True, "items": None})).words == ["o-1"]


@pytest.mark.parametrize(
    ("text", "words", "amounts", "currency"),
    [
        ("498.00 USD", [], [("498.00", Decimal("498.00"))], "USD"),
        ("USD", ["usd"], [], None),
        ("0042 Ada", ["ada"], [("0042", Decimal("42"))], None),
        ("Ada@Example.org", ["ada@example.org"], [], None),
        ("", [], [], None),
        ("498,00", ["498", "00"], [], None),
    ],
)
def test_a_question_is_taken_apart(
    text: str, words: list[str], amounts: list[tuple[str, Decimal]], currency: str | None
) -> None:
    found = sought(text)

    assert (list(found.words), list(found.amounts), found.currency) == (words, amounts, currency)


def test_the_words_of_an_error_are_those_that_are_sought() -> None:
    stored = words_of("Act! company 1d87-aa: refused (422: name is missing). Look there, then replay")

    assert set(words_of("company 1d87-aa refused missing")) <= set(stored)
