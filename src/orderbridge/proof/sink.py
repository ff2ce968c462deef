"""Where both sides are streamed to: rows go on in groups, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from orderbridge.core.business_day import day_of
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.compared import Amount, Compared, Fact, SaleRow

GROUP_ROWS = 500
# What is done, and how many of it so far.
Progress = Callable[[str, int], None]


def silent(_what: str, _count: int) -> None:
    """Show no progress."""


@dataclass(slots=True, kw_only=True)
class Sink:
    """Collects what the two sides say.

    Attributes:
        zone: In which days are counted.
    """

    compared: Compared
    zone: ZoneInfo
    progress: Progress = silent
    _amounts: list[Amount] = field(default_factory=list)
    _facts: list[Fact] = field(default_factory=list)
    _sales: list[SaleRow] = field(default_factory=list)

    def day(self, moment: datetime | None) -> date | None:
        """Return the business's day of an instant."""
        return None if moment is None else day_of(moment, self.zone)

    async def amount(
        self,
        side: str,
        sale: str,
        measure: str,
        currency: str,
        amount: Decimal,
        *,
        record: str = "",
        day: date | None = None,
    ) -> None:
        """Take an amount."""
        self._amounts.append((side, sale, measure, currency, record, amount, day))
        if len(self._amounts) >= GROUP_ROWS:
            await self.flush()

    def fact(self, side: str, sale: str, record: str, field: str, value: str) -> None:
        """Take what is no money."""
        self._facts.append((side, sale, record, field, value))

    async def sale(self, side: str, sale: str, record: str, day: date | None, doc: JsonObject) -> None:
        """Take a sale."""
        self._sales.append(SaleRow(side=side, sale=sale, record=record, day=day, doc=doc))
        if len(self._sales) >= GROUP_ROWS:
            await self.flush()

    async def flush(self) -> None:
        """Hand on what was collected."""
        if self._amounts:
            await self.compared.add_amounts(self._amounts)
        if self._facts:
            await self.compared.add_facts(self._facts)
        if self._sales:
            await self.compared.add_sales(self._sales)
        self._amounts, self._facts, self._sales = [], [], []


def iso(moment: datetime | None) -> str | None:
    """Return an instant as text, to the second, as both sides keep it."""
    return None if moment is None else moment.replace(microsecond=0).isoformat()
