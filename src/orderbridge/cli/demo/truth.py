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
_OURS = re.compile(r"\[Act! ([0-9a-f]{12})\]$")
_LEADS = re.compile(r"\[Act! lead [0-9a-f]{12}\]$")
_MONEY = ("succeeded", "refunded")
MEASURES = ("ordered", "paid", "refunded")


@dataclass(slots=True)
class Truth:
    """Both twins, counted.

    Attributes:
        invoices: Of HighLevel, whoever made them.
        from_act: Those of them that were made of opportunities of Act!.
        for_leads: Those of them that are drafts for leads of Act!.
        people: How many are on both sides, known by their e-mail address.
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
    from_act: int = 0
    for_leads: int = 0
    people: int = 0
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
    made = {row["id"]: row for row in ghl["invoices"] if row["live"] and _OURS.search(row["name"])}
    # An order that HighLevel made of a paid invoice is that invoice, and counted with it.
    joined = {
        row["id"]: row["source_id"]
        for row in ghl["orders"]
        if row["source_type"] == "invoice" and row["source_id"] in made
    }
    live = {row["id"]: row for row in ghl["orders"] if row["live"] and row["id"] not in joined}
    payments = [
        row
        for row in ghl["transactions"]
        if row["live"]
        and (
            (row["entity_type"] == "order" and row["entity_id"] in live)
            or row["entity_id"] in made
            or row["entity_id"] in joined
        )
    ]
    subscriptions = [row for row in ghl["subscriptions"] if row["live"] and row["entity_id"] in live]
    fulfilments = [row for row in ghl["fulfilments"] if row["order_id"] in live]
    truth.orders = len(live)
    truth.test_orders = sum(1 for row in ghl["orders"] if not row["live"])
    truth.transactions = len(payments)
    truth.refunds = sum(1 for row in payments if Decimal(row["refunded"]))
    truth.subscriptions, truth.fulfilments = len(subscriptions), len(fulfilments)
    truth.invoices, truth.from_act = len(ghl["invoices"]), len(made)
    truth.for_leads = sum(1 for row in ghl["invoices"] if _LEADS.search(row["name"]))
    records = _keyed(act)
    opportunities = _ours(act)
    _totals(truth, live, payments, opportunities, records["payment"])
    _invoiced(truth, made, act)
    _missing(truth, "opportunity of order", live, [row["sourceId"] for row in opportunities])
    _missing(truth, "history entry of invoice", made, [ref for ref, _ in records["invoice"]])
    for kind, rows in (("payment", payments), ("subscription", subscriptions), ("fulfilment", fulfilments)):
        _missing(
            truth, f"{kind} record of", {row["id"]: row for row in rows}, [ref for ref, _ in records[kind]]
        )
    _twice(truth, "task", [ref for ref, _ in records["task"]])
    mails = [row["emailAddress"].casefold() for row in act["contacts"] if row.get("emailAddress")]
    _twice(truth, "contact", mails)
    others = [row["email"].casefold() for row in ghl["contacts"] if row.get("email")]
    truth.people = len(set(mails) & set(others))
    for row in opportunities:
        keys = [line["itemNumber"] for line in row["lines"] if line.get("itemNumber")]
        _twice(truth, f"line of opportunity {row['id']}", keys)
    return truth


def _invoiced(truth: Truth, made: dict[str, JsonObject], act: JsonObject) -> None:
    """Count the sales that began in Act!: what their opportunities come to, and what was invoiced."""
    of_deals = {row["id"].replace("-", "")[:12].lower(): row for row in act["opportunities"]}
    marks: list[str] = []
    for row in made.values():
        found = _OURS.search(row["name"])
        marks.append(mark := found[1] if found else "")
        if row["status"] == "void":
            continue
        currency, deal = row["currency"], of_deals.get(mark)
        left, right = truth.totals["ghl"]["ordered"], truth.totals["act"]["ordered"]
        left[currency] = left.get(currency, Decimal(0)) + Decimal(row["total"])
        if deal is None:
            truth.lost.append(f"opportunity of invoice {row['id']}")
        else:
            right[currency] = right.get(currency, Decimal(0)) + Decimal(deal["productTotal"])
    _twice(truth, "invoice of opportunity", marks)


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
