"""Sales as people at Act!'s and HighLevel's screens make them: won, edited, paid, voided."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

from orderbridge.emulators.ghl import events, invoices, payments
from support.world import World

STATUSES = ("Open", "Won", "Lost", "Inactive")
# A fault that was put in strikes polls too; the next one is made all the same.
_TRIES = 12
_numbers = itertools.count(1)
Line = tuple[str, str, int]


async def edit(world: World, entity: str, record_id: str | None = None, **order: Any) -> Any:
    """Let a person do something in Act!."""
    return await world.control("act", "edit", {"entity": entity, "id": record_id} | order)


async def person(world: World, **fields: Any) -> str:
    """Add a contact to Act! whom HighLevel does not know; returns its id."""
    number = next(_numbers)
    known = {
        "firstName": "Grace",
        "lastName": f"Number {number}",
        "emailAddress": f"grace{number}@act-sales.test",
        "businessPhone": f"+1415555{number:04d}",
    }
    return str((await edit(world, "contacts", fields=known | fields))["id"])


async def deal(
    world: World, *lines: Line, contact: str | None = None, status: str = "Open", **fields: Any
) -> str:
    """Add an opportunity with lines to Act!; returns its id. It gets its status last, as at a desk."""
    contact = contact or await person(world)
    whole = {"name": f"Deal {next(_numbers)}", "contacts": [{"id": contact}]} | fields
    deal_id = str((await edit(world, "opportunities", fields=whole))["id"])
    for name, price, quantity in lines or (("Kiln", "100.00", 1),):
        await line(world, deal_id, name, price, quantity)
    if status != "Open":
        await put(world, deal_id, status)
    return deal_id


async def line(world: World, deal_id: str, name: str, price: str, quantity: int = 1) -> str:
    """Add a line to an opportunity; returns its id."""
    fields = {"name": name, "price": Decimal(price), "quantity": quantity}
    return str((await edit(world, "lines", opportunity=deal_id, fields=fields))["id"])


async def put(world: World, deal_id: str, status: str) -> None:
    """Set the status of an opportunity."""
    await edit(world, "opportunities", deal_id, fields={"status": STATUSES.index(status)})


async def looked(world: World, *, rounds: int = 2) -> None:
    """Poll and work until nothing is left, so often that what was written is seen too."""
    for _ in range(rounds):
        for _ in range(_TRIES):
            results = await world.poll()
            await world.work_until_idle()
            if not any(item.error for item in results):
                break
        else:
            raise AssertionError(f"a poll fails again and again: {results}")


async def all_invoices(world: World) -> list[dict[str, Any]]:
    """Every invoice of HighLevel."""
    return list((await world.ghl_truth("invoices"))["invoices"])


async def opportunity(world: World, deal_id: str) -> dict[str, Any]:
    """An opportunity as Act! holds it."""
    rows = (await world.act_truth("opportunities"))["opportunities"]
    return next(row for row in rows if row["id"] == deal_id)


async def dead(world: World) -> list[tuple[str, str]]:
    """What waits for a person."""
    rows = await world.rows("SELECT cause, reason FROM runs WHERE state = 'dead' ORDER BY cause")
    return [(row["cause"], row["reason"]) for row in rows]


async def reasons(world: World) -> list[str]:
    """Why runs had nothing to do."""
    rows = await world.rows("SELECT reason FROM runs WHERE state = 'nothing'")
    return [row["reason"] or "" for row in rows]


def send(world: World, invoice_id: str) -> None:
    """Send an invoice by hand at HighLevel's screen."""
    twin = world.sandbox.ghl
    row = twin.invoices.get(invoice_id)
    invoices.send(twin, row, "send_manually")
    twin.webhooks.submit([events.invoice(twin, "InvoiceSent", row)])


def pay(world: World, invoice_id: str, amount: str | None = None) -> str:
    """Let the customer pay an invoice online; returns the transaction."""
    twin = world.sandbox.ghl
    row = twin.invoices.get(invoice_id)
    known = {item["_id"] for item in twin.transactions.where("entityId", invoice_id)}
    invoices.record_payment(twin, row, Decimal(amount or str(row["amountDue"])), mode="card", recorded=False)
    event = "InvoicePaid" if row["status"] == "paid" else "InvoicePartiallyPaid"
    twin.webhooks.submit([events.invoice(twin, event, row), *invoices.order_of_paid(twin, row)])
    (made,) = {item["_id"] for item in twin.transactions.where("entityId", invoice_id)} - known
    return str(made)


def refund(world: World, invoice_id: str, amount: str) -> None:
    """Give money of an invoice back, which HighLevel tells nobody."""
    twin = world.sandbox.ghl
    payments.refund(twin, twin.invoices.get(invoice_id), Decimal(amount))


def void(world: World, invoice_id: str) -> None:
    """Void an invoice at HighLevel's screen."""
    twin = world.sandbox.ghl
    row = invoices.void(twin, twin.invoices.get(invoice_id))
    twin.webhooks.submit([events.invoice(twin, "InvoiceVoid", row)])


async def payments_of(world: World, deal_id: str) -> list[dict[str, Any]]:
    """The payment records that are linked to an opportunity, as Act! holds them."""
    table = (await world.act_truth("custom_tables"))["custom_tables"]["Payments"]
    names = {key: label for label, key in table["columns"].items()}
    rows = [{names.get(key, key): value for key, value in row.items()} for row in table["records"]]
    return [row for row in rows if deal_id in str(row)]
