import pytest

from support import act_sales as sales
from support.invoices import draft, paid, sent
from support.operations import POLL, POLL_THEN_PUSH, WAYS, Operations

ALL = (
    "ghl.invoice.created",
    "ghl.invoice.updated",
    "ghl.invoice.sent",
    "ghl.invoice.partially_paid",
    "ghl.invoice.paid",
    "ghl.invoice.voided",
    "ghl.invoice.deleted",
)


@pytest.mark.covers(
    "ghl.invoice.created@1",
    "ghl.invoice.updated@1",
    "ghl.invoice.sent@1",
    "ghl.invoice.partially_paid@1",
    "ghl.invoice.paid@1",
    "ghl.invoice.voided@1",
    "ghl.invoice.deleted@1",
)
@pytest.mark.parametrize("way", WAYS)
async def test_each_step_of_an_invoice_fires_once_however_it_becomes_known(ops: Operations, way: str) -> None:
    old = await draft(ops)
    async with ops.listening(*ALL) as fired:
        assert await fired.times() == {}
        async with ops.known(way):
            new = await draft(ops)
            gone = await draft(ops)
        assert await fired.times() == {"ghl.invoice.created": 2}
        for invoice in (old, new):
            async with ops.known(way):
                await sent(ops, invoice)
        async with ops.known(way):
            await paid(ops, new, amount=40)
        async with ops.known(way):
            await paid(ops, new)
        async with ops.known(way):
            await ops.ghl("POST", f"/invoices/{old}/void", {"altId": ops.location, "altType": "location"})
        async with ops.known(way):
            await ops.ghl("DELETE", f"/invoices/{gone}", altId=ops.location, altType="location")
        await ops.looked()
        times = await fired.times()
        assert [times[name] for name in ALL] == [2, 5, 2, 1, 1, 1, 1]


@pytest.mark.parametrize("way", ["push", POLL, POLL_THEN_PUSH])
async def test_bodies_that_do_not_name_their_event_are_known_by_their_shape(
    ops: Operations, way: str
) -> None:
    await ops.world.faults("ghl", webhook_without_type=True)
    async with ops.listening(*ALL) as fired:
        async with ops.known(way):
            invoice = await draft(ops)
        async with ops.known(way):
            await sent(ops, invoice)
        assert await fired.times() == {
            "ghl.invoice.created": 1,
            "ghl.invoice.updated": 1,
            "ghl.invoice.sent": 1,
        }
    await ops.world.faults("ghl", webhook_without_type=False)


@pytest.mark.covers("ghl.invoice.changed@1", "ghl.invoice.payment_changed@1")
async def test_whatever_happens_to_an_invoice_or_to_its_payments_fires(ops: Operations) -> None:
    async with ops.listening("ghl.invoice.changed", "ghl.invoice.payment_changed") as fired:
        invoice, gone = await draft(ops), await draft(ops)
        # Where live orders count, an invoice of the test mode is nothing.
        await draft(ops, liveMode=False)
        await ops.looked()
        assert await fired.times() == {"ghl.invoice.changed": 2}
        await sent(ops, invoice)
        await ops.ghl("DELETE", f"/invoices/{gone}", altId=ops.location, altType="location")
        await ops.looked()
        await paid(ops, invoice, amount=40)
        await ops.looked()
        await ops.world.sell(1, outcome="paid")
        sales.refund(ops.world, invoice, "5")
        await ops.looked()
        assert await fired.times() == {"ghl.invoice.changed": 5, "ghl.invoice.payment_changed": 2}
