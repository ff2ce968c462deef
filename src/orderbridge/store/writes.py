"""Intents and receipts: what we were about to write, and what reading it back proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The proof of one set of writes to one record.

    Attributes:
        verdict: ``confirmed``, ``altered``, ``ignored``, ``refused``, ``in_doubt`` or ``unchanged``.
        differences: Fields where what was read back is not what was sent.
    """

    intent_id: str
    target_id: str | None
    verdict: str
    before: JsonObject | None
    sent: JsonObject
    read_back: JsonObject | None
    differences: list[JsonObject]


async def prepare(
    tx: Tx,
    *,
    intent_id: str,
    run_id: str,
    connection_id: str,
    kind: str,
    reference: str,
    fence: int,
    wanted: JsonObject,
) -> tuple[int, Receipt | None]:
    """Commit the intention to write.

    Returns:
        How many times this write was intended, counting now, and its receipt when it is already settled.
    """
    row = await tx.fetchrow(
        """
        INSERT INTO intents AS i (id, run_id, connection_id, kind, reference, fence, wanted)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE SET attempts = i.attempts + 1, fence = excluded.fence
        RETURNING attempts, state
        """,
        intent_id,
        run_id,
        connection_id,
        kind,
        reference,
        fence,
        wanted,
    )
    assert row is not None
    if row["state"] != "settled":
        return row["attempts"], None
    return row["attempts"], await receipt(tx, intent_id)


async def settle(
    tx: Tx,
    outcome: Receipt,
    *,
    run_id: str,
    connection_id: str,
    kind: str,
    reference: str,
    final: bool = True,
) -> None:
    """Keep the receipt; a final one closes the intent, so that the write is never repeated."""
    await tx.execute(
        """
        INSERT INTO receipts (intent_id, run_id, connection_id, kind, reference, target_id, verdict,
                              before, sent, read_back, differences)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (intent_id) DO UPDATE
           SET target_id = excluded.target_id, verdict = excluded.verdict, sent = excluded.sent,
               before = coalesce(receipts.before, excluded.before),
               read_back = excluded.read_back, differences = excluded.differences, settled_at = now()
        """,
        outcome.intent_id,
        run_id,
        connection_id,
        kind,
        reference,
        outcome.target_id,
        outcome.verdict,
        outcome.before,
        outcome.sent,
        outcome.read_back,
        outcome.differences,
    )
    if final:
        await tx.execute("UPDATE intents SET state = 'settled' WHERE id = $1", outcome.intent_id)


async def receipt(tx: Tx, intent_id: str) -> Receipt | None:
    """Return the receipt of an intent."""
    row = await tx.fetchrow(
        "SELECT intent_id, target_id, verdict, before, sent, read_back, differences FROM receipts"
        " WHERE intent_id = $1",
        intent_id,
    )
    return Receipt(**dict(row)) if row else None


async def verdicts(tx: Tx) -> dict[str, int]:
    """Count receipts by verdict; an intent without one counts as ``open``."""
    rows = await tx.fetch("SELECT verdict, count(*) AS n FROM receipts GROUP BY verdict")
    result = {row["verdict"]: row["n"] for row in rows}
    still_open = await tx.fetchval("SELECT count(*) FROM intents WHERE state = 'prepared'")
    if still_open:
        result["open"] = still_open
    return result


async def confirmed(tx: Tx, connection_id: str) -> list[dict[str, Any]]:
    """Return the newest confirmed receipt of every record that we wrote, for checking against the target."""
    rows = await tx.fetch(
        """
        SELECT DISTINCT ON (kind, reference) kind, reference, target_id, verdict, sent, read_back
        FROM receipts WHERE connection_id = $1 AND verdict IN ('confirmed', 'unchanged')
        ORDER BY kind, reference, settled_at DESC
        """,
        connection_id,
    )
    return [dict(row) for row in rows]
