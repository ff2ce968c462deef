"""Both sides of one comparison, streamed into tables of their own and compared there, whatever their size.

The tables are temporary: nobody else sees them, and they are gone with the connection of the database at the latest.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orderbridge.core import jsonio
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Database, Tx

HIGHLEVEL, ACT = "highlevel", "act"
# Sorting a million lines on a busy machine takes longer than any other statement may.
_LONG_S = 900.0

_TABLES = """
DROP TABLE IF EXISTS compared_lines, compared_amounts, compared_facts, compared_sales;
CREATE TEMP TABLE compared_amounts (
    side text NOT NULL, sale text NOT NULL, measure text NOT NULL, currency text NOT NULL, record text NOT NULL,
    amount numeric NOT NULL, day date);
CREATE TEMP TABLE compared_facts (
    side text NOT NULL, sale text NOT NULL, record text NOT NULL, field text NOT NULL, value text NOT NULL);
CREATE TEMP TABLE compared_sales (
    side text NOT NULL, sale text NOT NULL, record text NOT NULL, day date, doc text NOT NULL);
"""
_LINES = """
CREATE TEMP TABLE compared_lines AS
SELECT sale, measure, currency, record,
       coalesce(sum(amount) FILTER (WHERE side = 'highlevel'), 0) AS highlevel,
       coalesce(sum(amount) FILTER (WHERE side = 'act'), 0) AS act,
       bool_or(side = 'highlevel') AS in_highlevel,
       bool_or(side = 'act') AS in_act,
       coalesce(min(day) FILTER (WHERE side = 'highlevel'), min(day)) AS day
FROM compared_amounts GROUP BY sale, measure, currency, record
"""
# What Act! says of money counts on the day of what it stands for in HighLevel, in another currency too.
_SAME_DAY = """
UPDATE compared_lines AS line SET day = other.day FROM compared_lines AS other
WHERE NOT line.in_highlevel AND other.in_highlevel AND other.sale = line.sale AND other.measure = line.measure
  AND other.record = line.record
"""

# side, sale, measure, currency, record, amount, day
Amount = tuple[str, str, str, str, str, Decimal, date | None]
# side, sale, record, field, value
Fact = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRow:
    """What one side says of a sale as a whole; a side may have several of one sale.

    Attributes:
        record: The order or invoice, or the opportunity.
        day: On which it counts.
        doc: What else is compared, and what is shown as evidence.
    """

    side: str
    sale: str
    record: str
    day: date | None
    doc: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """An amount on both sides.

    Attributes:
        record: The payment; empty for the sale as a whole.
        in_highlevel: Whether HighLevel says anything of it, be it nothing at all.
    """

    sale: str
    measure: str
    currency: str
    record: str
    highlevel: Decimal
    act: Decimal
    in_highlevel: bool
    in_act: bool
    day: date | None


@dataclass(frozen=True, slots=True)
class Compared:
    """The tables of one comparison; see ``opened``."""

    tx: Tx

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[Tx]:
        """A transaction that sees these tables; it commits at the end of the block."""
        async with self.tx.transaction():
            yield self.tx

    async def add_amounts(self, rows: Sequence[Amount]) -> None:
        """Add amounts; those of one side, sale, measure, currency and record are added up."""
        await self.tx.copy_records_to_table("compared_amounts", records=rows)

    async def add_facts(self, rows: Sequence[Fact]) -> None:
        """Add what is no money and must be the same on both sides."""
        await self.tx.copy_records_to_table("compared_facts", records=rows)

    async def add_sales(self, rows: Sequence[SaleRow]) -> None:
        """Add sales."""
        records = [(row.side, row.sale, row.record, row.day, jsonio.encode(row.doc).decode()) for row in rows]
        await self.tx.copy_records_to_table("compared_sales", records=records)

    async def index_sales(self) -> None:
        """Make sales quick to find by their ids; what is added later is found too."""
        await self.tx.execute(
            "CREATE INDEX ON compared_sales (sale); CREATE INDEX ON compared_sales (record); "
            "ANALYZE compared_sales",
            timeout=_LONG_S,
        )

    async def shown_records(self, records: Sequence[str]) -> set[str]:
        """Return which of these records a side has shown."""
        rows = await self.tx.fetch(
            "SELECT record FROM compared_sales WHERE record = ANY($1::text[])", list(records)
        )
        return {row["record"] for row in rows}

    async def sales(self, *, after: str = "", limit: int = 500) -> list[SaleRow]:
        """Return what both sides say of the next sales, those of one sale together."""
        rows = await self.tx.fetch(
            """
            WITH page AS (SELECT DISTINCT sale FROM compared_sales WHERE sale > $1 ORDER BY sale LIMIT $2)
            SELECT side, sale, record, day, doc FROM compared_sales JOIN page USING (sale)
            ORDER BY sale, side, record
            """,
            after,
            limit,
        )
        return [SaleRow(**dict(row) | {"doc": jsonio.decode(row["doc"])}) for row in rows]

    async def of_sales(self, sales: Sequence[str]) -> list[SaleRow]:
        """Return what both sides say of these sales."""
        rows = await self.tx.fetch(
            "SELECT side, sale, record, day, doc FROM compared_sales WHERE sale = ANY($1::text[])"
            " ORDER BY sale, side, record",
            list(sales),
        )
        return [SaleRow(**dict(row) | {"doc": jsonio.decode(row["doc"])}) for row in rows]

    async def compare(self) -> None:
        """Set the amounts of both sides against each other; nothing is added afterwards."""
        await self.tx.execute(_LINES, timeout=_LONG_S)
        await self.tx.execute(_SAME_DAY, timeout=_LONG_S)
        await self.tx.execute(
            "CREATE INDEX ON compared_lines (sale, measure, currency, record); CREATE INDEX ON compared_facts (sale); "
            "ANALYZE compared_lines; ANALYZE compared_facts",
            timeout=_LONG_S,
        )

    async def totals(self, *, day: date | None = None) -> list[tuple[str, str, Decimal, Decimal]]:
        """Return measure, currency, and what each side comes to; of one day, or of all."""
        rows = await self.tx.fetch(
            """
            SELECT measure, currency, sum(highlevel) AS highlevel, sum(act) AS act FROM compared_lines
            WHERE $1::date IS NULL OR day = $1 GROUP BY measure, currency ORDER BY currency, measure
            """,
            day,
            timeout=_LONG_S,
        )
        return [(row["measure"], row["currency"], row["highlevel"], row["act"]) for row in rows]

    async def outstanding(
        self, ordered: str, paid: str, *, day: date | None = None
    ) -> list[tuple[str, Decimal, Decimal]]:
        """Return by currency what is still to be paid on each side, of the sales of one day or of all.

        A sale that was paid more than once, as a subscription is, owes nothing.
        """
        rows = await self.tx.fetch(
            """
            WITH sales AS (
                SELECT sale, currency,
                       coalesce(sum(highlevel) FILTER (WHERE measure = $1), 0)
                       - coalesce(sum(highlevel) FILTER (WHERE measure = $2), 0) AS highlevel,
                       coalesce(sum(act) FILTER (WHERE measure = $1), 0)
                       - coalesce(sum(act) FILTER (WHERE measure = $2), 0) AS act,
                       min(day) FILTER (WHERE measure = $1) AS day
                FROM compared_lines WHERE measure IN ($1, $2) GROUP BY sale, currency)
            SELECT currency, sum(greatest(highlevel, 0)) AS highlevel, sum(greatest(act, 0)) AS act FROM sales
            WHERE $3::date IS NULL OR day = $3 GROUP BY currency ORDER BY currency
            """,
            ordered,
            paid,
            day,
            timeout=_LONG_S,
        )
        return [(row["currency"], row["highlevel"], row["act"]) for row in rows]

    async def wrong(self, *, after: LineRow | None, limit: int, day: date | None = None) -> list[LineRow]:
        """Return the next amounts that are not the same on both sides, in a fixed order."""
        place = (
            ("", "", "", "") if after is None else (after.sale, after.measure, after.currency, after.record)
        )
        rows = await self.tx.fetch(
            """
            SELECT sale, measure, currency, record, highlevel, act, in_highlevel, in_act, day FROM compared_lines
            WHERE highlevel <> act AND (sale, measure, currency, record) > ($1, $2, $3, $4)
              AND ($6::date IS NULL OR day = $6)
            ORDER BY sale, measure, currency, record LIMIT $5
            """,
            *place,
            limit,
            day,
            timeout=_LONG_S,
        )
        return [LineRow(**dict(row)) for row in rows]

    async def lines_of(self, sales: Sequence[str]) -> list[LineRow]:
        """Return every amount of these sales."""
        rows = await self.tx.fetch(
            """
            SELECT sale, measure, currency, record, highlevel, act, in_highlevel, in_act, day FROM compared_lines
            WHERE sale = ANY($1::text[])
            """,
            list(sales),
        )
        return [LineRow(**dict(row)) for row in rows]

    async def wrong_facts(self, *, dates: str, apart_s: float) -> list[tuple[str, str, str, str, str]]:
        """Return sale, record, field and both values of what is not the same on both sides.

        Args:
            dates: The field that holds times.
            apart_s: So far apart two times are still the same.
        """
        rows = await self.tx.fetch(
            """
            SELECT one.sale, one.record, one.field, one.value AS highlevel, other.value AS act
            FROM compared_facts AS one JOIN compared_facts AS other USING (sale, record, field)
            WHERE one.side = 'highlevel' AND other.side = 'act' AND one.value <> other.value
              AND (one.field <> $1
                   OR abs(extract(epoch FROM one.value::timestamptz - other.value::timestamptz)) > $2)
            ORDER BY one.sale, one.record, one.field
            """,
            dates,
            apart_s,
            timeout=_LONG_S,
        )
        return [(row["sale"], row["record"], row["field"], row["highlevel"], row["act"]) for row in rows]

    async def counts(self, day: date) -> dict[str, int]:
        """Return how many orders and invoices HighLevel has of a day, and how many amounts of each measure."""
        rows = await self.tx.fetch(
            """
            SELECT doc::jsonb ->> 'kind' AS kind, count(*) AS n FROM compared_sales
            WHERE side = 'highlevel' AND day = $1 GROUP BY 1
            UNION ALL
            SELECT measure, count(*) FROM compared_lines
            WHERE day = $1 AND in_highlevel AND highlevel <> 0 AND record <> '' GROUP BY measure
            """,
            day,
            timeout=_LONG_S,
        )
        return {row["kind"]: row["n"] for row in rows}

    async def several(self, field: str) -> list[tuple[str, str, list[str]]]:
        """Return sale, record and the values of a fact that Act! has more than once of one record."""
        rows = await self.tx.fetch(
            """
            SELECT min(sale) AS sale, record, array_agg(value ORDER BY value) AS values FROM compared_facts
            WHERE side = 'act' AND field = $1 GROUP BY record HAVING count(*) > 1 ORDER BY record
            """,
            field,
            timeout=_LONG_S,
        )
        return [(row["sale"], row["record"], list(row["values"])) for row in rows]

    async def facts_of(self, side: str, sales: Sequence[str], field: str) -> dict[str, str]:
        """Return a fact that one side has of these sales' records, by record."""
        rows = await self.tx.fetch(
            "SELECT record, value FROM compared_facts WHERE side = $1 AND field = $2 AND sale = ANY($3::text[])",
            side,
            field,
            list(sales),
        )
        return {row["record"]: row["value"] for row in rows}


@asynccontextmanager
async def opened(db: Database) -> AsyncIterator[Compared]:
    """Keep the tables for the length of the block."""
    async with db.read() as tx:
        await tx.execute(_TABLES)
        try:
            yield Compared(tx)
        finally:
            await tx.execute(
                "DROP TABLE IF EXISTS compared_lines, compared_amounts, compared_facts, compared_sales"
            )
