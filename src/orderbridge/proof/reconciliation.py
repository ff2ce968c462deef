"""What a comparison of both sides came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from orderbridge.core.errors import BadRecordError
from orderbridge.core.money import Money
from orderbridge.proof.differences import Difference
from orderbridge.proof.fields import Finding
from orderbridge.proof.measures import MEASURES, ORDERED, OUTSTANDING, UNEXPLAINED, Amounts


@dataclass(slots=True, kw_only=True)
class Reconciliation:
    """The comparison of one pair of connections.

    Attributes:
        highlevel: measure → currency → amount; ``act`` alike.
        orders: Of HighLevel.
        invoices: That were made of opportunities of Act!; an order that HighLevel made of one is not counted again.
        duplicates: What Act! holds more than once, by kind.
        findings: Differences that are no money.
        measures: Which measures were compared.
    """

    source: str
    target: str
    orders: int = 0
    invoices: int = 0
    highlevel: dict[str, Amounts] = field(default_factory=dict)
    act: dict[str, Amounts] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    duplicates: dict[str, int] = field(default_factory=dict)
    unreadable: int = 0
    measures: tuple[str, ...] = (*MEASURES, OUTSTANDING)

    @property
    def currencies(self) -> list[str]:
        """Every currency that occurs on either side."""
        return sorted(
            {code for side in (self.highlevel, self.act) for amounts in side.values() for code in amounts}
        )

    def difference(self, measure: str, currency: str) -> Decimal:
        """How much more HighLevel holds than Act!."""
        zero = Decimal(0)
        return self.highlevel.get(measure, {}).get(currency, zero) - self.act.get(measure, {}).get(
            currency, zero
        )

    @property
    def agrees(self) -> bool:
        """True when no money differs, nothing is there twice, and nothing was unreadable."""
        return not self.differences and not any(self.duplicates.values()) and not self.unreadable

    @property
    def explained(self) -> bool:
        """True when every difference has a reason; an unexplained one makes the close red."""
        return all(part.code != UNEXPLAINED for item in self.differences for part in item.parts)

    def line(self) -> str:
        """The one line a day."""
        what = f"{self.orders} orders" + (f" and {self.invoices} invoices" if self.invoices else "")
        return told(what, self)


def told(what: str, result: Reconciliation) -> str:
    """Return ``what`` with the amounts of both sides."""
    parts = []
    for currency in result.currencies:
        one = shown(result.highlevel.get(ORDERED, {}).get(currency, Decimal(0)), currency)
        other = shown(result.act.get(ORDERED, {}).get(currency, Decimal(0)), currency)
        gap = shown(result.difference(ORDERED, currency), currency)
        parts.append(f"{one} in HighLevel, {other} in Act!, difference {gap}")
    return f"{what}: " + "; ".join(parts or ["nothing on either side"])


def shown(amount: Decimal, currency: str) -> str:
    """Return an amount for people."""
    try:
        return str(Money(amount, currency))
    except BadRecordError:
        # Somebody typed a currency that there is none of; the comparison must say so, not stop.
        return f"{amount} {currency!r}"
