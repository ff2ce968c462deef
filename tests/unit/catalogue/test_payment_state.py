"""How far an order is paid follows from its transactions and from nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orderbridge.catalogue.ghl.order_bundle import payment_state
from orderbridge.connectors.ghl.models import Order, Transaction

ORDER = {"_id": "o1", "currency": "USD", "amount": Decimal(100), "liveMode": True, "status": "completed"}


def paid(amount: str, *, refunded: str = "0", status: str = "succeeded", **more: object) -> Transaction:
    return Transaction.parse(
        {
            "_id": "t",
            "entityId": "o1",
            "entityType": "order",
            "amount": Decimal(amount),
            "amountRefunded": Decimal(refunded),
            "currency": "USD",
            "status": status,
            "liveMode": True,
        }
        | more
    )


@pytest.mark.parametrize(
    ("transactions", "expected"),
    [
        ([], "unpaid"),
        ([paid("100")], "paid"),
        ([paid("99.99")], "partially_paid"),
        ([paid("60"), paid("40")], "paid"),
        ([paid("120")], "paid"),
        ([paid("100", refunded="100")], "refunded"),
        ([paid("100", refunded="0.01")], "partially_refunded"),
        ([paid("100", status="refunded", refunded="100")], "refunded"),
        ([paid("60"), paid("40", refunded="40")], "partially_refunded"),
        ([paid("100", status="failed")], "unpaid"),
        ([paid("100", status="pending")], "unpaid"),
        ([paid("100", currency="EUR")], "unpaid"),
        ([paid("100", liveMode=False)], "unpaid"),
        ([paid("50", refunded="50")], "refunded"),
        ([paid("50", refunded="20")], "partially_paid"),
    ],
)
def test_the_state_of_an_order(transactions: list[Transaction], expected: str) -> None:
    assert payment_state(Order.parse(ORDER), transactions)["payment_status"] == expected


def test_a_free_order_is_paid() -> None:
    assert payment_state(Order.parse(ORDER | {"amount": 0}), [])["payment_status"] == "paid"


def test_what_was_paid_and_refunded_is_told_exactly() -> None:
    state = payment_state(Order.parse(ORDER), [paid("33.33"), paid("66.67", refunded="0.10")])
    assert (state["paid"], state["refunded"]) == (Decimal("100.00"), Decimal("0.10"))
