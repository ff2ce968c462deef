"""The ledger: append-only money lines of every order, on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from orderbridge.catalogue.money_lines import MoneyLine
from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one revision of a record says about money.

    Attributes:
        entry: ``line``, ``discount``, ``tax``, ``shipping``, ``paid``, ``refunded`` …
        line: Tells entries of one kind apart within the record.
        amount: The value as of this revision, not the change; the newest revision counts.
    """

    order_id: str
    record_kind: str
    record_id: str
    revision: int
    entry: str
    line: str
    amount: Decimal
    currency: str
    occurred_at: datetime | None


def entries_of(lines: Iterable[MoneyLine], *, record_kind: str, record_id: str, revision: int) -> list[Entry]:
    """Return the entries that one revision of a record makes of its money lines."""
    return [
        Entry(
            order_id=line.order_id,
            record_kind=record_kind,
            record_id=record_id,
            revision=revision,
            entry=line.entry,
            line=line.line,
            amount=line.amount,
            currency=line.currency,
            occurred_at=line.occurred_at,
        )
        for line in lines
    ]


async def append(tx: Tx, connection_id: str, entries: Sequence[Entry]) -> None:
    """Add entries; a repeat of the same revision adds nothing."""
    await tx.executemany(
        """
        INSERT INTO ledger (connection_id, order_id, record_kind, record_id, revision, entry, line,
                            amount, currency, occurred_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING
        """,
        [
            (
                connection_id,
                item.order_id,
                item.record_kind,
                item.record_id,
                item.revision,
                item.entry,
                item.line,
                item.amount,
                item.currency,
                item.occurred_at,
            )
            for item in entries
        ],
    )


async def totals(tx: Tx, connection_id: str) -> dict[str, dict[str, Decimal]]:
    """Return what the ledger says now: currency → entry → amount, the newest revision of each record."""
    rows = await tx.fetch(
        """
        WITH newest AS (
            SELECT record_kind, record_id, max(revision) AS revision FROM ledger
            WHERE connection_id = $1 GROUP BY record_kind, record_id)
        SELECT currency, entry, sum(amount) AS amount
        FROM ledger JOIN newest USING (record_kind, record_id, revision)
        WHERE connection_id = $1 GROUP BY currency, entry
        """,
        connection_id,
    )
    result: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        result.setdefault(row["currency"], {})[row["entry"]] = row["amount"]
    return result
