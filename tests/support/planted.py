"""Differences that are planted straight into the twins, each with what a comparison has to say of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from orderbridge.proof import codes
from support.world import World

CENT = Decimal("0.01")
CURRENCIES = ("USD", "EUR", "GBP")
# (sale, measure, payment, currency, amount, reason)
Money = tuple[str, str, str, str, Decimal, str]
# (sale, field, record, reason)
Field = tuple[str, str, str, str]


@dataclass
class Planted:
    """What was planted, and what of it must be found.

    Attributes:
        parted: Sales of which a discount, tax or shipping may differ as well, with the reason that it then has.
    """

    kinds: dict[str, int] = field(default_factory=dict)
    money: set[Money] = field(default_factory=set)
    fields: set[Field] = field(default_factory=set)
    parted: dict[str, str] = field(default_factory=dict)


@dataclass
class Planter:
    """Chooses sales and payments at random, each at most once."""

    world: World
    rng: Random
    orders: dict[str, dict[str, Any]]
    deals: dict[str, dict[str, Any]]
    payments: dict[str, dict[str, Any]]
    records: dict[str, dict[str, Any]]
    columns: dict[str, str]
    contacts: list[str]
    contact_of: dict[str, str]
    currency_key: str
    stages: list[dict[str, Any]]
    done: Planted = field(default_factory=Planted)
    deals_gone: set[str] = field(default_factory=set)
    free_sales: list[str] = field(default_factory=list)
    free_payments: list[str] = field(default_factory=list)

    @classmethod
    async def of(cls, world: World, seed: int) -> Planter:
        shop = await world.ghl_truth("orders", "transactions", "contacts")
        act = await world.act_truth("opportunities", "custom_tables", "contacts", "fields")
        orders = {row["id"]: row for row in shop["orders"] if row["live"]}
        payments = {
            row["id"]: row
            for row in shop["transactions"]
            if row["entity_id"] in orders and row["status"] == "succeeded"
        }
        table = act["custom_tables"]["Payments"]
        columns = table["columns"]
        keys = {label.casefold().replace(" ", "_"): key for label, key in columns.items()}
        profile = await world.application.runtime.profile(world.connections["act"])
        rng = Random(seed)
        made = cls(
            world=world,
            rng=rng,
            orders=orders,
            deals={row["sourceId"]: row for row in act["opportunities"] if row["sourceId"] in orders},
            payments=payments,
            records={row[keys["reference"]]: row for row in table["records"]},
            columns=keys,
            contacts=[row["id"] for row in act["contacts"]],
            contact_of={},
            currency_key=str(profile.currency_key),
            stages=[{"id": item.id, "name": item.name} for item in profile.stages],
        )
        made.free_sales = rng.sample(sorted(orders), len(orders))
        made.free_payments = rng.sample(sorted(payments), len(payments))
        return made

    def _sale(self, fits: Callable[[dict[str, Any]], bool] = lambda _row: True) -> dict[str, Any] | None:
        for order_id in self.free_sales:
            row = self.orders[order_id]
            if row["currency"] in CURRENCIES and fits(row):
                self.free_sales.remove(order_id)
                return row
        return None

    def _payment(self, fits: Callable[[dict[str, Any]], bool] = lambda _row: True) -> dict[str, Any] | None:
        for payment_id in self.free_payments:
            row = self.payments[payment_id]
            # One whose order goes away with its payments is planted by itself.
            if row["currency"] in CURRENCIES and row["entity_id"] in self.orders and fits(row):
                self.free_payments.remove(payment_id)
                return row
        return None

    def _money(
        self, sale: str, measure: str, payment: str, currency: str, amount: Decimal, code: str
    ) -> None:
        self.done.money.add((sale, measure, payment, currency, amount, code))

    def _lines(self, order: dict[str, Any], fits: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        return [line for line in self.deals[order["id"]]["lines"] if fits(line)]

    async def _desk(self, entity: str, **order: Any) -> Any:
        return await self.world.control("act", "edit", {"entity": entity} | order)

    async def _deal(self, order: dict[str, Any], **fields: Any) -> None:
        await self._desk("opportunities", id=self.deals[order["id"]]["id"], fields=fields)

    async def _record(self, payment: dict[str, Any], **fields: Any) -> None:
        await self._desk(
            "custom/Payments",
            id=self.records[payment["id"]]["id"],
            fields={self.columns[name]: value for name, value in fields.items()},
        )

    async def _line(self, order: dict[str, Any], line: dict[str, Any], **fields: Any) -> None:
        await self._desk("lines", opportunity=self.deals[order["id"]]["id"], id=line["id"], fields=fields)

    async def _shop(self, path: str, **body: Any) -> None:
        await self.world.control("ghl", path, body)

    # --- HighLevel: orders ---

    async def order_amount(self) -> bool:
        row = self._sale()
        if row is None:
            return False
        step = self.rng.choice((CENT, -CENT))
        await self._shop(f"orders/{row['id']}/edit", amount=Decimal(row["amount"]) + step, webhooks=False)
        self._money(row["id"], "ordered", "", row["currency"], step, codes.CHANGED_IN_HIGHLEVEL)
        self.done.parted[row["id"]] = codes.CHANGED_IN_HIGHLEVEL
        return True

    async def order_currency(self) -> bool:
        row = self._sale(lambda item: Decimal(item["amount"]) > 0)
        if row is None:
            return False
        other = self.rng.choice([code for code in CURRENCIES if code != row["currency"]])
        await self._shop(f"orders/{row['id']}/edit", currency=other, webhooks=False)
        amount = Decimal(row["amount"])
        self._money(row["id"], "ordered", "", other, amount, codes.CURRENCY_CHANGED)
        self._money(row["id"], "ordered", "", row["currency"], -amount, codes.CURRENCY_CHANGED)
        return True

    async def order_contact(self) -> bool:
        row = self._sale()
        if row is None:
            return False
        people = (await self.world.ghl_truth("contacts"))["contacts"]
        mine = {item["id"] for item in self.deals[row["id"]]["contacts"]}
        linked = {
            item["source_id"]: item["target_id"]
            for item in await self.world.rows(
                "SELECT source_id, target_id FROM links WHERE source_kind = 'contact'"
            )
        }
        others = [
            item["id"]
            for item in people
            if item["id"] != row["contact_id"] and linked.get(item["id"]) not in mine
        ]
        await self._shop(f"orders/{row['id']}/edit", contactId=self.rng.choice(others), webhooks=False)
        self.done.fields.add((row["id"], "contact", "", codes.CONTACT_DIFFERS))
        return True

    async def order_status(self) -> bool:
        row = self._sale()
        if row is None:
            return False
        other = "pending" if row["status"] != "pending" else "completed"
        await self._shop(f"orders/{row['id']}/edit", status=other, webhooks=False)
        self.done.fields.add((row["id"], "status", "", codes.STATUS_DIFFERS))
        return True

    async def order_deleted(self) -> bool:
        row = self._sale()
        if row is None:
            return False
        mine = [item for item in self.payments.values() if item["entity_id"] == row["id"]]
        if any(item["id"] not in self.free_payments for item in mine):
            return True
        for item in mine:
            self.free_payments.remove(item["id"])
            for measure, amount in (("paid", item["amount"]), ("refunded", item["refunded"])):
                if Decimal(amount):
                    self._money(
                        row["id"],
                        measure,
                        item["id"],
                        item["currency"],
                        -Decimal(amount),
                        codes.MISSING_IN_HIGHLEVEL,
                    )
        await self._shop(f"orders/{row['id']}/delete")
        if Decimal(row["amount"]):
            self._money(
                row["id"], "ordered", "", row["currency"], -Decimal(row["amount"]), codes.MISSING_IN_HIGHLEVEL
            )
        return True

    # --- HighLevel: payments ---

    async def payment_amount(self) -> bool:
        row = self._payment()
        if row is None:
            return False
        step = self.rng.choice((CENT, -CENT))
        await self._shop(f"transactions/{row['id']}/edit", amount=Decimal(row["amount"]) + step)
        self._money(row["entity_id"], "paid", row["id"], row["currency"], step, codes.PAYMENT_DIFFERS)
        return True

    async def payment_refund(self) -> bool:
        row = self._payment(lambda item: Decimal(item["refunded"]) < Decimal(item["amount"]))
        if row is None:
            return False
        before = Decimal(row["refunded"])
        await self._shop(f"transactions/{row['id']}/edit", amountRefunded=before + CENT)
        # HighLevel's refund is a second one where there was one before.
        record, code = (
            (f"{row['id']}/2", codes.REFUND_MISSING) if before else (row["id"], codes.REFUND_MISSING)
        )
        self._money(row["entity_id"], "refunded", record, row["currency"], CENT, code)
        return True

    async def payment_currency(self) -> bool:
        row = self._payment(lambda item: not Decimal(item["refunded"]))
        if row is None:
            return False
        other = self.rng.choice([code for code in CURRENCIES if code != row["currency"]])
        await self._shop(f"transactions/{row['id']}/edit", currency=other)
        amount = Decimal(row["amount"])
        self._money(row["entity_id"], "paid", row["id"], other, amount, codes.CURRENCY_CHANGED)
        self._money(row["entity_id"], "paid", row["id"], row["currency"], -amount, codes.CURRENCY_CHANGED)
        return True

    async def payment_failed(self) -> bool:
        row = self._payment(lambda item: not Decimal(item["refunded"]))
        if row is None:
            return False
        await self._shop(f"transactions/{row['id']}/edit", status="failed")
        self._money(
            row["entity_id"],
            "paid",
            row["id"],
            row["currency"],
            -Decimal(row["amount"]),
            codes.PAYMENT_DIFFERS,
        )
        return True

    async def payment_deleted(self) -> bool:
        row = self._payment(lambda item: not Decimal(item["refunded"]))
        if row is None:
            return False
        await self._shop(f"transactions/{row['id']}/delete")
        self._money(
            row["entity_id"],
            "paid",
            row["id"],
            row["currency"],
            -Decimal(row["amount"]),
            codes.PAYMENT_ONLY_IN_ACT,
        )
        return True

    async def payment_date(self) -> bool:
        row = self._payment()
        if row is None:
            return False
        at = datetime.fromisoformat("2026-01-31T12:00:00+00:00") - timedelta(days=self.rng.randint(1, 300))
        await self._shop(f"transactions/{row['id']}/edit", createdAt=at.isoformat())
        self.done.fields.add((row["entity_id"], "date", row["id"], codes.DATE_DIFFERS))
        return True

    # --- Act!: opportunities ---

    async def line_price(self) -> bool:
        row = self._sale(lambda item: bool(self._lines(item, _single)))
        if row is None:
            return False
        line = self.rng.choice(self._lines(row, _single))
        step = self.rng.choice((CENT, -CENT))
        await self._line(row, line, price=Decimal(line["price"]) + step)
        self._money(row["id"], "ordered", "", row["currency"], -step, codes.OPPORTUNITY_EDITED)
        self.done.parted[row["id"]] = codes.OPPORTUNITY_EDITED
        return True

    async def line_removed(self) -> bool:
        row = self._sale(lambda item: any(Decimal(line["total"]) for line in self._lines(item, _ours)))
        if row is None:
            return False
        line = self.rng.choice(self._lines(row, lambda item: _ours(item) and Decimal(item["total"]) != 0))
        await self._desk("lines", opportunity=self.deals[row["id"]]["id"], id=line["id"], action="delete")
        self._money(
            row["id"], "ordered", "", row["currency"], Decimal(line["total"]), codes.OPPORTUNITY_EDITED
        )
        self.done.parted[row["id"]] = codes.OPPORTUNITY_EDITED
        return True

    async def line_added(self) -> bool:
        row = self._sale()
        if row is None:
            return False
        own = {"name": "A favour", "price": CENT, "quantity": 1}
        await self._desk("lines", opportunity=self.deals[row["id"]]["id"], fields=own)
        self._money(row["id"], "ordered", "", row["currency"], -CENT, codes.OPPORTUNITY_EDITED)
        return True

    async def line_name(self) -> bool:
        row = self._sale(lambda item: bool(self._lines(item, _ours)))
        if row is None:
            return False
        line = self.rng.choice(self._lines(row, _ours))
        await self._line(row, line, name=f"{line['name']} (sold)")
        self.done.fields.add((row["id"], "name", line["itemNumber"], codes.LINE_DIFFERS))
        return True

    async def line_quantity(self) -> bool:
        row = self._sale(lambda item: bool(self._lines(item, _single)))
        if row is None:
            return False
        line = self.rng.choice(self._lines(row, _single))
        await self._line(row, line, quantity=2, price=Decimal(line["price"]) / 2)
        self.done.fields.add((row["id"], "quantity", line["itemNumber"], codes.LINE_DIFFERS))
        return True

    async def _changed(self, field: str, code: str, /, **fields: Any) -> bool:
        row = self._sale()
        if row is None:
            return False
        await self._deal(row, **fields)
        self.done.fields.add((row["id"], field, "", code))
        return True

    async def deal_name(self) -> bool:
        return await self._changed("name", codes.NAME_DIFFERS, name="Mine now")

    async def deal_source(self) -> bool:
        return await self._changed("source", codes.SOURCE_DIFFERS, source="Web")

    async def deal_date(self) -> bool:
        return await self._changed("date", codes.DATE_DIFFERS, openDate="2024-05-06T00:00:00Z")

    async def deal_status(self) -> bool:
        return await self._changed("status", codes.STATUS_DIFFERS, status=3)

    async def deal_stage(self) -> bool:
        row = self._sale()
        if row is None:
            return False
        there = (self.deals[row["id"]]["stage"] or {}).get("id")
        await self._deal(row, stage=self.rng.choice([item for item in self.stages if item["id"] != there]))
        self.done.fields.add((row["id"], "stage", "", codes.STAGE_DIFFERS))
        return True

    async def deal_contact(self) -> bool:
        row = self._sale()
        if row is None:
            return False
        mine = {item["id"] for item in self.deals[row["id"]]["contacts"]}
        other = self.rng.choice([item for item in self.contacts if item not in mine])
        await self._deal(row, contacts=[{"id": other}])
        self.done.fields.add((row["id"], "contact", "", codes.CONTACT_DIFFERS))
        return True

    async def deal_currency(self) -> bool:
        row = self._sale(lambda item: Decimal(item["amount"]) > 0)
        if row is None:
            return False
        other = self.rng.choice([code for code in CURRENCIES if code != row["currency"]])
        await self._deal(row, customFields={self.currency_key: other})
        amount = Decimal(row["amount"])
        self._money(row["id"], "ordered", "", row["currency"], amount, codes.CURRENCY_CHANGED)
        self._money(row["id"], "ordered", "", other, -amount, codes.CURRENCY_CHANGED)
        return True

    async def deal_deleted(self) -> bool:
        row = self._sale(lambda item: Decimal(item["amount"]) > 0)
        if row is None:
            return False
        await self._desk("opportunities", id=self.deals[row["id"]]["id"], action="delete")
        self.deals_gone.add(row["id"])
        self._money(
            row["id"], "ordered", "", row["currency"], Decimal(row["amount"]), codes.OPPORTUNITY_DELETED
        )
        return True

    async def deal_copied(self) -> bool:
        row = self._sale()
        if row is None:
            return False
        deal = self.deals[row["id"]]
        made = await self._desk(
            "opportunities",
            fields={
                "name": deal["name"],
                "source": "HighLevel",
                "sourceId": row["id"],
                "contacts": [{"id": deal["contacts"][0]["id"]}],
            },
        )
        self.done.fields.add((row["id"], "opportunity", made["id"], codes.DUPLICATE_OPPORTUNITY))
        return True

    # --- Act!: payments ---

    async def record_amount(self) -> bool:
        row = self._payment()
        if row is None:
            return False
        step = self.rng.choice((CENT, -CENT))
        await self._record(row, amount=Decimal(row["amount"]) + step)
        self._money(row["entity_id"], "paid", row["id"], row["currency"], -step, codes.PAYMENT_DIFFERS)
        return True

    async def record_refund(self) -> bool:
        row = self._payment(lambda item: not Decimal(item["refunded"]))
        if row is None:
            return False
        await self._record(row, refunded=CENT)
        self._money(row["entity_id"], "refunded", row["id"], row["currency"], -CENT, codes.REFUND_DIFFERS)
        return True

    async def record_status(self) -> bool:
        row = self._payment()
        if row is None:
            return False
        await self._record(row, status="refunded")
        for name, code in (
            ("status", codes.PAYMENT_STATUS_DIFFERS),
            ("proof_line", codes.PROOF_LINE_DIFFERS),
        ):
            self.done.fields.add((row["entity_id"], name, row["id"], code))
        return True

    async def record_date(self) -> bool:
        row = self._payment()
        if row is None:
            return False
        await self._record(row, paid_at="2024-05-06T00:00:00Z")
        self.done.fields.add((row["entity_id"], "date", row["id"], codes.DATE_DIFFERS))
        return True

    async def record_currency(self) -> bool:
        row = self._payment(lambda item: not Decimal(item["refunded"]))
        if row is None:
            return False
        other = self.rng.choice([code for code in CURRENCIES if code != row["currency"]])
        await self._record(row, currency=other)
        amount = Decimal(row["amount"])
        self._money(row["entity_id"], "paid", row["id"], row["currency"], amount, codes.CURRENCY_CHANGED)
        self._money(row["entity_id"], "paid", row["id"], other, -amount, codes.CURRENCY_CHANGED)
        return True

    async def record_deleted(self) -> bool:
        row = self._payment(lambda item: not Decimal(item["refunded"]))
        if row is None:
            return False
        await self._desk("custom/Payments", id=self.records[row["id"]]["id"], action="delete")
        self._money(
            row["entity_id"],
            "paid",
            row["id"],
            row["currency"],
            Decimal(row["amount"]),
            codes.PAYMENT_MISSING,
        )
        return True

    async def record_text(self) -> bool:
        row = self._payment()
        if row is None:
            return False
        await self._record(row, details="Paid, thank you.")
        self.done.fields.add((row["entity_id"], "proof_line", row["id"], codes.PROOF_LINE_DIFFERS))
        return True

    async def plant(self, count: int) -> Planted:
        """Plant so many, of all kinds in turn."""
        # What takes a whole sale comes first, while its payments are untouched.
        whole: list[Callable[[], Awaitable[bool]]] = [self.order_deleted] * max(2, count // 50)
        kinds: list[Callable[[], Awaitable[bool]]] = [
            self.order_amount, self.order_currency, self.order_contact, self.order_status, self.payment_amount,
            self.payment_refund, self.payment_currency, self.payment_failed, self.payment_deleted, self.payment_date,
            self.line_price, self.line_removed, self.line_added, self.line_name, self.line_quantity, self.deal_name,
            self.deal_source, self.deal_date, self.deal_status, self.deal_stage, self.deal_contact, self.deal_currency,
            self.deal_deleted, self.deal_copied, self.record_amount, self.record_refund, self.record_status,
            self.record_date, self.record_currency, self.record_deleted, self.record_text,
        ]  # fmt: skip
        made = 0
        for kind in whole:
            made += await self._try(kind)
        for order_id in [sale for sale, *_ in self.done.money]:
            self.orders.pop(order_id, None)
        spent: set[str] = set()
        while made < count and len(spent) < len(kinds):
            for kind in kinds:
                if made < count and kind.__name__ not in spent:
                    if await self._try(kind):
                        made += 1
                    else:
                        spent.add(kind.__name__)
        assert made == count, (made, sorted(spent))
        # A payment that is missing besides is missing for the same reason, whichever went first.
        self.done.money = {
            (*item[:5], codes.OPPORTUNITY_DELETED)
            if item[0] in self.deals_gone and item[5] == codes.PAYMENT_MISSING
            else item
            for item in self.done.money
        }
        return self.done

    async def _try(self, kind: Callable[[], Awaitable[bool]]) -> bool:
        before = len(self.done.money) + len(self.done.fields)
        fits = await kind()
        if fits and len(self.done.money) + len(self.done.fields) > before:
            self.done.kinds[kind.__name__] = self.done.kinds.get(kind.__name__, 0) + 1
            return True
        return False


def _ours(line: dict[str, Any]) -> bool:
    return str(line["itemNumber"] or "").startswith("GHL-")


def _single(line: dict[str, Any]) -> bool:
    return _ours(line) and Decimal(line["quantity"]) == 1
