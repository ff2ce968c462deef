"""A business with every template switched on, and its people, who do something on either side at random."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from orderbridge.automation.enabling import enable
from orderbridge.cli.demo import business
from orderbridge.core.jsonio import JsonObject
from support import act_sales as sales
from support.finance import Finance, finance_channel
from support.world import ACT, GHL, World

CHANNEL = "finance"
_PAID = ("completed",)


def settings(world: World, channel: str = CHANNEL) -> dict[str, JsonObject]:
    """Settings of every template, by its name."""
    price = next(
        row
        for row in world.sandbox.ghl.prices
        if row["type"] == "one_time" and row["currency"] == "USD" and row["amount"]
    )
    return business.templates(
        product=price["product"], price=price["_id"], user=world.sandbox.ghl.user_id, channel=channel
    )


@asynccontextmanager
async def everything_on(world: World) -> AsyncIterator[Finance]:
    """Switch every template on, with a channel for finance, and look at what is there already."""
    async with finance_channel(world, CHANNEL) as finance:
        for name, chosen in settings(world).items():
            await enable(
                world.application.runtime, name, ghl=GHL, act=ACT, create_fields=True, settings=chosen
            )
        await sales.looked(world, rounds=1)
        yield finance


@dataclass
class Town:
    """What people did, so that the end can be counted.

    Attributes:
        deals: Opportunities that people made in Act!.
        won: Those of them that are to be invoiced.
        leads: Contacts that became leads.
        orders: Sold in HighLevel.
        copies: Of opportunities, that people made of orders.
        cleared: References of tasks that people cleared.
        handed_over: Orders that are fulfilled because somebody cleared a task.
        deleted: Leads that somebody deleted in Act!.
        edits: How often people touched contacts.
        never: Names of what nobody does here.
    """

    world: World
    rng: Random
    deals: list[str] = field(default_factory=list)
    won: set[str] = field(default_factory=set)
    leads: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    cleared: set[str] = field(default_factory=set)
    handed_over: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    edits: int = 0
    never: frozenset[str] = frozenset()

    async def something(self) -> None:
        """Let somebody do something on either side."""
        acts = (
            self.new_deal, self.new_deal, self.win, self.win, self.win_again, self.lead, self.sell, self.sell,
            self.sell, self.edit_source, self.copy, self.pay, self.pay, self.refund_invoice, self.refund_order,
            self.refund_all, self.fulfil, self.edit_lead, self.edit_buyer, self.void, self.win_an_order,
            self.receive, self.renew, self.pay_late, self.clear_task, self.clear_task, self.delete_contact,
        )  # fmt: skip
        await self.rng.choice([act for act in acts if act.__name__ not in self.never])()

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
        outcome = self.rng.choice(["paid", "placed", "refunded", "failed", "subscribed", "waiting"])
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

    def of_status(self, *statuses: str) -> list[str]:
        orders = self.world.sandbox.ghl.orders
        return [item for item in self.orders if orders.get(item)["status"] in statuses]

    async def refund_order(self, whole: bool = False) -> None:
        known = [
            order
            for order in self.of_status(*_PAID)
            if any(
                row["status"] == "succeeded" and not row["amountRefunded"]
                for row in self.world.sandbox.ghl.transactions.where("entityId", order)
            )
        ]
        if known:
            body: JsonObject = {"reason": "Broken"} | ({} if whole else {"amount": Decimal("0.25")})
            await self.world.control("ghl", f"orders/{self.rng.choice(known)}/refund", body)

    async def refund_all(self) -> None:
        await self.refund_order(whole=True)

    async def fulfil(self) -> None:
        twin = self.world.sandbox.ghl
        left = [item for item in self.of_status(*_PAID) if not twin.fulfilments.where("orderId", item)]
        if left:
            await self.world.control("ghl", f"orders/{self.rng.choice(left)}/fulfil", {})

    async def edit_lead(self) -> None:
        alive = [lead for lead in self.leads if lead not in self.deleted]
        if alive:
            await self.edited(self.rng.choice(alive))

    async def edit_buyer(self) -> None:
        """Somebody corrects a customer, on whichever side."""
        rows = [row for row in (await self.world.act_truth("contacts"))["contacts"] if row["emailAddress"]]
        buyers = [row for row in rows if row["id"] not in self.deleted]
        if self.rng.random() < 0.5 and buyers:
            await self.edited(self.rng.choice(buyers)["id"])
        else:
            # HighLevel's own screens, without a webhook.
            twin = self.world.sandbox.ghl
            row = self.rng.choice(list(twin.contacts))
            self.edits += 1
            twin.contacts.update(row, city=f"Town {self.rng.randrange(99)}", dateUpdated=twin.now())

    async def edited(self, contact: str) -> None:
        self.edits += 1
        number = self.rng.randrange(99)
        fields = self.rng.choice(
            [
                {"company": f"Firm {number}"},
                {"businessAddress": {"city": f"City {number}"}},
                {"firstName": f"Grace {number}"},
            ]
        )
        await sales.edit(self.world, "contacts", contact, fields=fields)

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

    async def renew(self) -> None:
        rows = [row for row in self.world.sandbox.ghl.subscriptions if row["entityId"] in self.orders]
        if rows:
            row, act = self.rng.choice(rows), self.rng.choice(["renew", "fail", "cancel"])
            if act == "cancel":
                await self.world.control("ghl", f"subscriptions/{row['_id']}/cancel", {})
            elif row["status"] == "active":
                body = {} if act == "renew" else {"status": "failed"}
                await self.world.control("ghl", f"subscriptions/{row['_id']}/renew", body)

    async def pay_late(self) -> None:
        """A customer whose payment failed, or who had not paid, pays."""
        rows = self.of_status("pending")
        if rows:
            await self.world.control("ghl", f"orders/{self.rng.choice(rows)}/pay", {})

    async def clear_task(self) -> None:
        """Somebody ticks off a task: the handing over of an order, or any other."""
        tasks = (await self.world.act_truth("tasks"))["tasks"]
        ours = [row for row in tasks if not row["isCleared"] and "ref=fulfil:" in (row["details"] or "")]
        if ours:
            row = self.rng.choice(ours)
            reference = row["details"].partition("ref=")[2].split(" ")[0].rstrip("]")
            self.cleared.add(reference)
            self.handed_over.add(reference.removeprefix("fulfil:"))
            await sales.edit(self.world, "tasks", row["id"], action="clear", fields={})

    async def delete_contact(self) -> None:
        """Somebody deletes a lead in Act!, which is proposed on the other side and never carried out."""
        alive = [lead for lead in self.leads if lead not in self.deleted]
        if len(alive) > 1 and not self.deleted:
            self.deleted.add(lead := self.rng.choice(alive))
            await sales.edit(self.world, "contacts", lead, action="delete")
