"""How the demo ends: the close report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orderbridge.cli import output
from orderbridge.cli.demo.truth import MEASURES, Truth
from orderbridge.core.money import Money, minor_digits

WORDS = {
    "confirmed": "confirmed: read back as it was sent",
    "unchanged": "unchanged: it was so already",
    "altered": "altered by Act!",
    "ignored": "ignored by Act!",
    "refused": "refused by Act!",
    "in_doubt": "in doubt",
    "open": "not settled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What the demo came to.

    Attributes:
        status: The server's own numbers at the end.
        trouble: The accidents that were made on purpose, and how often each happened.
        reconciled: Whether ``reconcile`` found both sides the same through the ordinary APIs.
    """

    truth: Truth
    status: dict[str, Any]
    trouble: dict[str, int]
    reconciled: bool
    calls: dict[str, int]
    seconds: float

    @property
    def agrees(self) -> bool:
        """True when both ways of comparing say so and nothing waits."""
        return self.truth.agrees and self.reconciled and not self.waiting

    @property
    def in_doubt(self) -> int:
        """Writes of which nobody knows whether they were done."""
        verdicts = self.status["verdicts"]
        return int(verdicts.get("in_doubt", 0) + verdicts.get("open", 0))

    @property
    def waiting(self) -> int:
        """What needs a person or is still in work."""
        groups = sum(group["runs"] for group in self.status["dead_groups"])
        return int(groups + self.status["dead_deliveries"] + self.status["lanes_open"] + self.in_doubt)


def as_object(ending: Ending) -> dict[str, Any]:
    """The report for programs."""
    truth = ending.truth

    def amounts(side: str, measure: str) -> dict[str, str]:
        return {code: _text(Money(truth.total(side, measure, code), code)) for code in truth.currencies}

    def gaps(measure: str) -> dict[str, str]:
        # Two decimals at least, also for a currency without any: a difference reads 0.00 everywhere.
        return {
            code: f"{truth.difference(measure, code):.{max(2, minor_digits(code))}f}"
            for code in truth.currencies
        }

    return {
        "agrees": ending.agrees,
        "orders": truth.orders,
        "test_orders_left_out": truth.test_orders,
        "transactions": truth.transactions,
        "refunds": truth.refunds,
        "subscriptions": truth.subscriptions,
        "fulfilments": truth.fulfilments,
        "invoices": truth.invoices,
        "invoices_of_act_opportunities": truth.from_act,
        "drafts_for_act_leads": truth.for_leads,
        "people_on_both_sides": truth.people,
        "events_accepted": sum(ending.status["events"].values()),
        "events_done": ending.status["events"].get("done", 0) + ending.status["events"].get("nothing", 0),
        "duplicates_in_act": len(truth.duplicates),
        "lost": len(truth.lost),
        "in_doubt": ending.in_doubt,
        "waiting_for_a_person": ending.waiting,
        "ghl_total": amounts("ghl", "ordered"),
        "act_total": amounts("act", "ordered"),
        "difference": gaps("ordered"),
        "paid": {"ghl": amounts("ghl", "paid"), "act": amounts("act", "paid"), "difference": gaps("paid")},
        "refunded": {
            "ghl": amounts("ghl", "refunded"),
            "act": amounts("act", "refunded"),
            "difference": gaps("refunded"),
        },
        "verdicts": ending.status["verdicts"],
        "deliveries": ending.status["deliveries"],
        "trouble": ending.trouble,
        "calls": ending.calls,
        "problems": (truth.lost + truth.duplicates)[:20],
        "seconds": round(ending.seconds, 1),
    }


def show(ending: Ending) -> None:
    """The report for people."""
    truth = ending.truth
    say = output.people.print
    say()
    output.table(
        ["Currency", "", "HighLevel", "Act!", "Difference"],
        [
            [
                code,
                measure,
                _text(Money(truth.total("ghl", measure, code), code)),
                _text(Money(truth.total("act", measure, code), code)),
                _text(Money(truth.difference(measure, code), code)),
            ]
            for code in truth.currencies
            for measure in MEASURES
        ],
        empty="Nothing on either side.",
    )
    say()
    say(
        f"{truth.orders} orders, {truth.transactions} payments ({truth.refunds} with refunds), "
        f"{truth.subscriptions} subscriptions, {truth.fulfilments} fulfilments carried over; "
        f"{truth.test_orders} test orders left out.",
        highlight=False,
    )
    say(
        f"{truth.from_act} sales won in Act! invoiced in HighLevel, {truth.for_leads} draft for a lead; "
        f"{truth.invoices - truth.from_act - truth.for_leads} other invoices are no orders. "
        f"{truth.people} people are on both sides.",
        highlight=False,
    )
    made = ", ".join(f"{count} {name}" for name, count in ending.trouble.items())
    say(f"Trouble made on purpose: {made}.", highlight=False)
    verdicts = "; ".join(
        f"{count} {WORDS[name]}" for name, count in sorted(ending.status["verdicts"].items())
    )
    say(f"Every write was read back: {verdicts}.", highlight=False)
    calls = ", ".join(f"{count} to {name}" for name, count in ending.calls.items())
    say(f"Calls: {calls}. {ending.seconds:.0f} seconds in all.", highlight=False)
    for problem in (truth.lost + truth.duplicates)[:20]:
        say(problem, style="red", markup=False, highlight=False)
    say()
    if ending.agrees:
        parts = "; ".join(
            f"{Money(truth.total('ghl', 'ordered', code), code)} in HighLevel, "
            f"{Money(truth.total('act', 'ordered', code), code)} in Act!, "
            f"difference {Money(truth.difference('ordered', code), code)}"
            for code in truth.currencies
        )
        say(
            f"[bold green]Both sides agree to the cent.[/bold green] {truth.orders} orders: {parts}",
            highlight=False,
        )
    else:
        say(
            f"[bold red]The two sides do not agree[/bold red]: {len(truth.lost)} lost, {len(truth.duplicates)} twice, "
            f"{ending.waiting} waiting.",
            highlight=False,
        )


def _text(money: Money) -> str:
    return str(money.rounded().amount)
