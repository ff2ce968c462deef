"""All templates at once, people editing on both sides, news that gets lost and comes twice: every sale is there once.

A further template joins by a line in ``TEMPLATES``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from orderbridge.automation.enabling import enable
from orderbridge.cli.proof import reconcile_all
from orderbridge.core.jsonio import JsonObject
from support import act_sales as sales
from support.world import ACT, GHL, MakeWorld, World

STATUSES = {
    "draft": None, "sent": None, "payment_processing": None, "partially_paid": None, "paid": "Won",
    "partially_refunded": "Won", "refunded": "Lost", "void": None, "deleted": None,
}  # fmt: skip
# Name → the settings, made when the world is there.
TEMPLATES: dict[str, Callable[[World], JsonObject]] = {
    "orders-to-opportunities": lambda _: {},
    "act-orders-to-invoices": lambda world: {
        "mark_sent_as": world.sandbox.ghl.user_id,
        "money_received": "event.custom_fields.opportunity_field_2",
        "status_field": "opportunity_field_1",
    },
    "act-leads-to-invoices": lambda world: _price(world),
    "payment-status-both-sides": lambda _: {"statuses": STATUSES, "withdraw_drafts": True},
}
_STEPS = 30


def _price(world: World) -> JsonObject:
    price = next(
        row
        for row in world.sandbox.ghl.prices
        if row["type"] == "one_time" and row["currency"] == "USD" and row["amount"]
    )
    return {"product": price["product"], "price": price["_id"]}


@dataclass
class Town:
    """What people did, so that the end can be counted.

    Attributes:
        deals: Opportunities that people made in Act!.
        won: Those of them that are to be invoiced.
        leads: Contacts that became leads.
        orders: Sold in HighLevel.
        copies: Of opportunities, that people made of orders.
    """

    world: World
    rng: Random
    deals: list[str] = field(default_factory=list)
    won: set[str] = field(default_factory=set)
    leads: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)

    async def something(self) -> None:
        """Let somebody do something on either side."""
        acts = (
            self.new_deal, self.new_deal, self.win, self.win, self.win_again, self.lead, self.sell, self.sell,
            self.edit_source, self.copy, self.pay, self.pay, self.refund_invoice, self.refund_order, self.fulfil,
            self.edit_contact, self.void, self.win_an_order, self.receive,
        )  # fmt: skip
        await self.rng.choice(acts)()

    async def new_deal(self) -> None:
        price = f"{self.rng.randrange(1, 50_000) / 100:.2f}"
        self.deals.append(
            await sales.deal(self.world, ("Kiln", price, self.rng.randrange(1, 4)), ("Wax", "3.33", 3))
        )

    async def win(self) -> None:
        waiting = [item for item in self.deals if item not in self.won]
        if waiting:
            self.won.add(deal := self.rng.choice(waiting))
            await sales.put(self.world, deal, "Won")

    async def win_again(self) -> None:
        if self.won:
            deal = self.rng.choice(sorted(self.won))
            await sales.put(self.world, deal, "Open")
            await sales.put(self.world, deal, "Won")

    async def lead(self) -> None:
        self.leads.append(await sales.person(self.world, idStatus="Lead"))

    async def sell(self) -> None:
        outcome = self.rng.choice(["paid", "placed", "refunded", "failed", "subscribed"])
        made = await self.world.sell(1, outcome=outcome, currency="USD", webhooks=True)
        self.orders += made["orders"]

    async def of_orders(self) -> list[dict[str, Any]]:
        rows = (await self.world.act_truth("opportunities"))["opportunities"]
        return [row for row in rows if row["sourceId"] in self.orders and row["id"] not in self.copies]

    async def edit_source(self) -> None:
        rows = await self.of_orders()
        if rows:
            fields = self.rng.choice([{"source": "Web"}, {"source": ""}, {"name": "Mine now"}])
            await sales.edit(self.world, "opportunities", self.rng.choice(rows)["id"], fields=fields)

    async def win_an_order(self) -> None:
        rows = await self.of_orders()
        if rows:
            row = self.rng.choice(rows)
            for status in ("Open", "Won"):
                await sales.put(self.world, row["id"], status)

    async def copy(self) -> None:
        rows = await self.of_orders()
        if rows and len(self.copies) < 2:
            row = self.rng.choice(rows)
            self.copies.append(
                await sales.deal(
                    self.world, ("Copied", "5.00", 1), contact=row["contacts"][0]["id"], status="Won",
                    source="HighLevel", sourceId=row["sourceId"],
                )
            )  # fmt: skip

    def invoices(self, *states: str) -> list[Any]:
        return [
            row
            for row in self.world.sandbox.ghl.invoices
            if row["status"] in states and "lead" not in row["name"]
        ]

    async def pay(self) -> None:
        rows = self.invoices("sent", "partially_paid")
        if rows:
            row = self.rng.choice(rows)
            part = self.rng.random() < 0.5 and Decimal(str(row["amountDue"])) > 1
            sales.pay(self.world, row["_id"], "1" if part else None)

    async def refund_invoice(self) -> None:
        rows = [row for row in self.invoices("paid") if self.online(row)]
        if rows:
            sales.refund(self.world, self.rng.choice(rows)["_id"], "0.50")

    def online(self, row: Any) -> bool:
        charges = self.world.sandbox.ghl.transactions.where("entityId", row["_id"])
        return bool(charges) and not any(item["amountRefunded"] for item in charges)

    async def refund_order(self) -> None:
        twin = self.world.sandbox.ghl
        paid = [item for item in self.orders if twin.orders.get(item)["status"] == "completed"]
        if paid:
            order = self.rng.choice(paid)
            known = [row for row in twin.transactions.where("entityId", order) if not row["amountRefunded"]]
            if known:
                await self.world.control("ghl", f"orders/{order}/refund", {"amount": Decimal("0.25")})

    async def fulfil(self) -> None:
        twin = self.world.sandbox.ghl
        paid = [item for item in self.orders if twin.orders.get(item)["status"] == "completed"]
        left = [item for item in paid if not twin.fulfilments.where("orderId", item)]
        if left:
            await self.world.control("ghl", f"orders/{self.rng.choice(left)}/fulfil", {})

    async def edit_contact(self) -> None:
        if self.leads:
            lead = self.rng.choice(self.leads)
            await sales.edit(self.world, "contacts", lead, fields={"company": f"Firm {self.rng.random()}"})

    async def void(self) -> None:
        rows = self.invoices("sent")
        if rows and len(self.invoices("void")) < 1:
            sales.void(self.world, self.rng.choice(rows)["_id"])

    async def receive(self) -> None:
        twin = self.world.sandbox.ghl
        known = {row["_id"] for row in self.invoices("sent")}
        links = await self.world.rows(
            "SELECT source_id, target_id FROM links WHERE source_kind = 'invoice' AND target_kind = 'opportunity'"
        )
        rows = [
            row
            for row in links
            if row["source_id"] in known and twin.invoices.get(row["source_id"])["total"] > 3
        ]
        if rows:
            fields = {"customFields": {"opportunity_field_2": "1.50"}}
            await sales.edit(self.world, "opportunities", self.rng.choice(rows)["target_id"], fields=fields)


@pytest.mark.parametrize("switch", [False, True], ids=["transaction only", "order too"])
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.timeout(300)
async def test_every_sale_is_there_once_and_nobody_is_billed_twice(
    make_world: MakeWorld, switch: bool, seed: int
) -> None:
    async with make_world(flows=()) as world:
        for name, settings in TEMPLATES.items():
            await enable(world.application.runtime, name, ghl=GHL, act=ACT, settings=settings(world))
        await sales.looked(world, rounds=1)
        foreign = len((await world.act_truth("opportunities"))["opportunities"])
        await world.faults("ghl", invoice_makes_order=switch, webhook_duplicate=1, webhook_reorder=True)
        town = Town(world, Random(seed))
        async with world.hooks(), world.working():
            for number in range(_STEPS):
                await town.something()
                if number % 6 == 0:
                    await world.faults("ghl", webhook_lose=2, drop_after_write=1, throttle_429=1)
                    await world.faults("act", error_500_after_write=1, drop_after_write=1)
                if number % 3 == 0:
                    await world.poll()
                    await world.idle()
        await sales.looked(world, rounds=3)

        await counted(world, town, foreign)
        before = await writes(world)
        await sales.looked(world, rounds=1)
        assert await writes(world) == before


async def counted(world: World, town: Town, foreign: int) -> None:
    """Count both twins."""
    held = await sales.dead(world)
    assert {cause for cause, _ in held} <= {"invoice.copied_opportunity", "invoice.void"}, held
    invoices = await sales.all_invoices(world)
    names = Counter(row["name"].partition("[")[2] for row in invoices)
    assert max(names.values(), default=1) == 1, names
    assert len(invoices) == len(town.won) + len(town.leads)
    histories = (await world.act_truth("histories"))["histories"]
    assert sum("kind=invoice" in (row["details"] or "") for row in histories) == len(town.won)
    assert {deal.replace("-", "")[:12] for deal in town.won} == {
        key.removeprefix("Act! ").rstrip("]") for key in names if not key.startswith("Act! lead")
    }
    rows = (await world.act_truth("opportunities"))["opportunities"]
    made = [row for row in rows if row["id"] not in (*town.deals, *town.copies)]
    paid_leads = await _orders_of_leads(world)
    assert len(made) == foreign + len(town.orders) + paid_leads
    table = (await world.act_truth("custom_tables"))["custom_tables"]["Payments"]["records"]
    transactions = (await world.ghl_truth("transactions"))["transactions"]
    assert len(table) == len(transactions)
    (result,) = await reconcile_all(world.application)
    assert result.differences == []
    assert all(not result.difference(measure, code) for measure in result.act for code in result.currencies)
    assert result.duplicates == {"opportunities": len(town.copies), "payments": 0}
    void = sum(row["status"] == "void" for row in invoices)
    assert (result.orders, result.invoices) == (len(town.orders) + paid_leads, len(town.won) - void)


async def _orders_of_leads(world: World) -> int:
    twin = world.sandbox.ghl
    ours = {row["_id"] for row in twin.invoices if "[Act! lead" in row["name"]}
    return sum(row["source"].get("id") in ours for row in twin.orders)


async def writes(world: World) -> dict[str, int]:
    """Count what was sent to both sides, reading aside."""
    act = (await world.act_truth("requests"))["requests"]["by_route"]
    ghl = (await world.ghl_truth("requests"))["requests"]
    found = {route: number for route, number in act.items() if not route.startswith("GET")}
    found |= {
        f"ghl {label}": sum(counts.values())
        for label, counts in ghl.items()
        if not label.startswith("GET") and "search" not in label
    }
    return {
        route: number for route, number in found.items() if "_twin" not in route and "authorize" not in route
    }
