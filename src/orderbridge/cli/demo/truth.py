"""What is really so in both twins, asked over HTTP: never our own tables."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orderbridge.core.jsonio import JsonObject

# Written here once more on purpose: the check must not lean on the code that it checks.
_LINE = re.compile(r"\[orderbridge kind=(\w+) ref=([^ \]]+)([^\]]*)\]")
_MONEY = ("succeeded", "refunded")
MEASURES = ("ordered", "paid", "refunded")


@dataclass(slots=True)
class Truth:
    """Both twins, counted.

    Attributes:
        totals: side (``ghl``, ``act``) → measure → currency → amount.
        lost: What HighLevel holds and Act! does not, in words.
        duplicates: What Act! holds twice, in words.
    """

    orders: int = 0
    test_orders: int = 0
    transactions: int = 0
    refunds: int = 0
    subscriptions: int = 0
    fulfilments: int = 0
    invoices: int = 0
    totals: dict[str, dict[str, dict[str, Decimal]]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)

    @property
    def currencies(self) -> list[str]:
        """Every currency on either side."""
        return sorted(
            {code for side in self.totals.values() for amounts in side.values() for code in amounts}
        )

    def total(self, side: str, measure: str, currency: str) -> Decimal:
        """One amount of one side."""
        return self.totals[side][measure].get(currency, Decimal(0))

    def difference(self, measure: str, currency: str) -> Decimal:
        """How much more HighLevel holds than Act!."""
        return self.total("ghl", measure, currency) - self.total("act", measure, currency)

    @property
    def agrees(self) -> bool:
        """True when nothing is lost, nothing is there twice and every total is the same."""
        same = all(not self.difference(measure, code) for measure in MEASURES for code in self.currencies)
        return same and not self.lost and not self.duplicates


def compare(ghl: JsonObject, act: JsonObject) -> Truth:
    """Count both twins' ``/_twin/truth``."""
    truth = Truth()
    live = {row["id"]: row for row in ghl["orders"] if row["live"]}
    payments = [
        row
        for row in ghl["transactions"]
        if row["live"] and row["entity_type"] == "order" and row["entity_id"] in live
    ]
    subscriptions = [row for row in ghl["subscriptions"] if row["live"] and row["entity_id"] in live]
    fulfilments = [row for row in ghl["fulfilments"] if row["order_id"] in live]
    truth.orders, truth.test_orders = len(live), len(ghl["orders"]) - len(live)
    truth.transactions = len(payments)
    truth.refunds = sum(1 for row in payments if Decimal(row["refunded"]))
    truth.subscriptions, truth.fulfilments = len(subscriptions), len(fulfilments)
    truth.invoices = len(ghl["invoices"])
    records = _keyed(act)
    opportunities = _ours(act)
    _totals(truth, live, payments, opportunities, records["payment"])
    _missing(truth, "opportunity of order", live, [row["sourceId"] for row in opportunities])
    for kind, rows in (("payment", payments), ("subscription", subscriptions), ("fulfilment", fulfilments)):
        _missing(
            truth, f"{kind} record of", {row["id"]: row for row in rows}, [ref for ref, _ in records[kind]]
        )
    _twice(truth, "task", [ref for ref, _ in records["task"]])
    _twice(
        truth,
        "contact",
        [row["emailAddress"].casefold() for row in act["contacts"] if row.get("emailAddress")],
    )
    for row in opportunities:
        keys = [line["itemNumber"] for line in row["lines"] if line.get("itemNumber")]
        _twice(truth, f"line of opportunity {row['id']}", keys)
    return truth


def _ours(act: JsonObject) -> list[JsonObject]:
    return [row for row in act["opportunities"] if row.get("source") == "HighLevel" and row.get("sourceId")]


def _keyed(act: JsonObject) -> dict[str, list[tuple[str, dict[str, str]]]]:
    texts: list[Any] = [row.get("details") for row in (*act["histories"], *act["tasks"])]
    for table in act["custom_tables"].values():
        texts += [value for row in table["records"] for value in row.values() if isinstance(value, str)]
    found: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
    for text in texts:
        match = _LINE.search(text or "")
        if match:
            facts = dict(part.split("=", 1) for part in match[3].split())
            found[match[1]].append((match[2], facts))
    return found


def _totals(
    truth: Truth,
    live: dict[str, JsonObject],
    payments: list[JsonObject],
    opportunities: list[JsonObject],
    records: list[tuple[str, dict[str, str]]],
) -> None:
    left: dict[str, dict[str, Decimal]] = {measure: defaultdict(Decimal) for measure in MEASURES}
    right: dict[str, dict[str, Decimal]] = {measure: defaultdict(Decimal) for measure in MEASURES}
    for row in live.values():
        left["ordered"][row["currency"]] += Decimal(row["amount"])
    for row in payments:
        if row["status"] in _MONEY:
            left["paid"][row["currency"]] += Decimal(row["amount"])
            left["refunded"][row["currency"]] += Decimal(row["refunded"])
    for row in opportunities:
        order = live.get(row["sourceId"])
        currency = next(
            (str(v) for k, v in row["customFields"].items() if "currency" in k.lower() and v), None
        )
        right["ordered"][currency or (order or {}).get("currency", "???")] += Decimal(row["productTotal"])
    for _, facts in records:
        if facts["status"] in _MONEY:
            right["paid"][facts["currency"]] += Decimal(facts["amount"])
            right["refunded"][facts["currency"]] += Decimal(facts["refunded"])
    truth.totals = {"ghl": dict(left), "act": dict(right)}


def _missing(truth: Truth, what: str, wanted: dict[str, JsonObject], present: list[str]) -> None:
    counted = Counter(present)
    truth.lost += [f"{what} {key}" for key in wanted if not counted[key]]
    truth.duplicates += [f"{what} {key} ({count} times)" for key, count in counted.items() if count > 1]
    truth.duplicates += [f"{what} {key}, which is not in HighLevel" for key in counted if key not in wanted]


def _twice(truth: Truth, what: str, keys: Iterable[str]) -> None:
    truth.duplicates += [f"{what} {key} ({count} times)" for key, count in Counter(keys).items() if count > 1]
