import pytest

from support.invoices import draft, paid, sent
from support.operations import POLL, PUSH_THEN_POLL, Operations

CREATED, MOVED, REFUNDED = (
    "ghl.transaction.created", "ghl.transaction.status_changed", "ghl.transaction.refunded",
)  # fmt: skip


@pytest.mark.covers("ghl.transaction.created@1", "ghl.transaction.refunded@1", "ghl.transaction.changed@1")
@pytest.mark.parametrize("way", [POLL, PUSH_THEN_POLL])
async def test_charges_and_refunds_fire_once_each(ops: Operations, way: str) -> None:
    await ops.world.sell(3, webhooks=True)
    async with ops.listening(CREATED, MOVED, REFUNDED, "ghl.transaction.changed") as fired:
        before = (await fired.times()).get("ghl.transaction.changed", 0)
        async with ops.known(way):
            sold = await ops.world.sell(16, webhooks=True)
        times = await fired.times()
        assert times[CREATED] == len(sold["transactions"])
        assert times[REFUNDED] == len(sold["refunded"])
        order = await refundable(ops, sold["transactions"])
        for amount in (1, 1):
            async with ops.known(way):
                await ops.world.control("ghl", f"orders/{order}/refund", {"amount": amount})
            await ops.looked()
        again = await fired.times()
        assert again[REFUNDED] == times[REFUNDED] + 2
        assert again["ghl.transaction.changed"] == before + len(sold["transactions"]) + 2
        assert again.get(MOVED, 0) == times.get(MOVED, 0)


@pytest.mark.covers("ghl.transaction.status_changed@1")
async def test_a_charge_that_was_pending_fires_when_it_succeeds(ops: Operations) -> None:
    [order] = (await ops.world.sell(1))["orders"]
    async with ops.listening(CREATED, MOVED) as fired:
        body = {"amount": 5, "status": "pending"}
        charge = (await ops.world.control("ghl", f"orders/{order}/pay", body))["transaction"]
        await ops.looked()
        assert await fired.times() == {CREATED: 1}
        await ops.world.control("ghl", f"transactions/{charge}/settle", {"status": "succeeded"})
        await ops.looked()
        await ops.looked()
        assert await fired.times() == {CREATED: 1, MOVED: 1}


async def test_a_payment_of_an_invoice_fires_too_and_is_carried_over_to_no_order(ops: Operations) -> None:
    async with ops.listening(CREATED, "ghl.transaction.changed") as fired:
        before = await fired.times()
        invoice = await draft(ops)
        await sent(ops, invoice)
        await paid(ops, invoice)
        await ops.looked()
        await ops.looked()
        states = await fired.states(CREATED)
        assert [state["entity_id"] for state in states if state["entity_type"] == "invoice"] == [invoice]
        assert all(state["order"] for state in await fired.states("ghl.transaction.changed"))
        assert (await fired.times()).keys() >= before.keys()


async def refundable(ops: Operations, charges: list[str]) -> str:
    """The order of a charge of which nothing was given back yet."""
    rows = (
        await ops.ghl("GET", "/payments/transactions", altId=ops.location, altType="location", limit=100)
    )["data"]
    return next(
        str(row["entityId"])
        for row in rows
        if row["_id"] in charges
        and row["status"] == "succeeded"
        and not row["amountRefunded"]
        and row["amount"] > 2
    )


REACHED = "ghl.transaction.status_reached"


@pytest.mark.covers("ghl.transaction.status_reached@1")
async def test_each_status_fires_once_whether_a_payment_comes_with_it_or_to_it(ops: Operations) -> None:
    [order] = (await ops.world.sell(1, outcome="failed"))["orders"]
    async with ops.listening(
        REACHED, f"{REACHED}#good", given={f"{REACHED}#good": {"statuses": ["succeeded"]}}
    ) as fired:
        await ops.looked()
        # A failure of before is known.
        assert await fired.times() == {}
        body = {"amount": 5, "status": "pending"}
        charge = (await ops.world.control("ghl", f"orders/{order}/pay", body))["transaction"]
        await ops.looked()
        assert await fired.times() == {REACHED: 1}
        await ops.world.control("ghl", f"transactions/{charge}/settle", {"status": "succeeded"})
        await ops.looked()
        await ops.world.control("ghl", f"orders/{order}/refund", {"amount": 1})
        await ops.looked()
        assert await fired.times() == {REACHED: 2, f"{REACHED}#good": 1}
