"""Intents and receipts: what we were about to write, and what reading it back proved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orderbridge.core.endings import RunCancelled
from orderbridge.core.jsonio import JsonObject
from orderbridge.store import switches
from orderbridge.store.database import Tx
from orderbridge.store.lanes import HELD, Lane, lost
from orderbridge.store.ledger import Entry


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
    lane: Lane,
    *,
    intent_id: str,
    run_id: str,
    connection_id: str,
    kind: str,
    reference: str,
    wanted: JsonObject,
) -> tuple[int, Receipt | None]:
    """Commit the intention to write.

    Returns:
        How many times this record was to be written, counting now, earlier runs without a link to show for it
        included: above 1 it may be there already. And the receipt when this write is already settled.

    Raises:
        LaneLostError: Somebody else holds the lane.
        WritesPausedError: A person has paused all writes.
        RunCancelled: A person wants the run to end.
    """
    row = await tx.fetchrow(
        f"""
        WITH {HELD}, paused AS (
            SELECT coalesce((SELECT value = 'true'::jsonb FROM switches WHERE name = $9), false) AS yes),
        stopped AS (SELECT EXISTS (SELECT 1 FROM runs WHERE id = $4 AND cancel_asked IS NOT NULL) AS yes)
        INSERT INTO intents AS i (id, run_id, connection_id, kind, reference, fence, wanted)
        SELECT $3, $4, $5, $6, $7, $2::bigint, $8::jsonb FROM held, paused, stopped
        WHERE NOT paused.yes AND NOT stopped.yes
        ON CONFLICT (id) DO UPDATE SET attempts = i.attempts + 1, fence = excluded.fence
        RETURNING attempts, state,
            EXISTS (SELECT 1 FROM receipts
                    WHERE connection_id = $5 AND kind = $6 AND reference = $7 AND intent_id <> $3)
            OR EXISTS (SELECT 1 FROM intents AS o
                       WHERE o.state = 'prepared' AND o.connection_id = $5 AND o.kind = $6 AND o.reference = $7
                         AND o.id <> $3) AS earlier
        """,  # noqa: S608 (a constant)
        lane.key,
        lane.fence,
        intent_id,
        run_id,
        connection_id,
        kind,
        reference,
        wanted,
        switches.WRITES_PAUSED,
    )
    if row is None:
        if await switches.read(tx, switches.WRITES_PAUSED):
            raise switches.WritesPausedError
        asked = await tx.fetchval("SELECT cancel_asked FROM runs WHERE id = $1", run_id)
        if asked is not None:
            raise RunCancelled(asked)
        raise lost(lane)
    attempts = row["attempts"] + row["earlier"]
    return attempts, await receipt(tx, intent_id) if row["state"] == "settled" else None


async def proved_target(tx: Tx, *, connection_id: str, kind: str, reference: str) -> str | None:
    """Return the id of the record that was proved last under a reference."""
    found: str | None = await tx.fetchval(
        """
        SELECT target_id FROM receipts
        WHERE connection_id = $1 AND kind = $2 AND reference = $3 AND target_id IS NOT NULL AND verdict <> 'refused'
        ORDER BY settled_at DESC LIMIT 1
        """,
        connection_id,
        kind,
        reference,
    )
    return found


async def created_under_another_reference(
    tx: Tx, *, connection_id: str, kind: str, target_id: str, reference: str
) -> bool:
    """Tell whether a receipt of another reference proves that record.

    A change of a record has the record's own id as its reference and says nothing about who created it.
    """
    found = await tx.fetchval(
        """
        SELECT EXISTS (SELECT 1 FROM receipts
                       WHERE connection_id = $1 AND kind = $2 AND target_id = $3 AND reference NOT IN ($3, $4))
        """,
        connection_id,
        kind,
        target_id,
        reference,
    )
    return bool(found)


async def withdraw(tx: Tx, lane: Lane, intent_id: str) -> None:
    """Take an intention back that led to nothing being sent."""
    await tx.execute(
        f"WITH {HELD} DELETE FROM intents USING held WHERE id = $3 AND state = 'prepared'",  # noqa: S608
        lane.key,
        lane.fence,
        intent_id,
    )


async def settle(
    tx: Tx,
    lane: Lane,
    outcome: Receipt,
    *,
    run_id: str,
    connection_id: str,
    kind: str,
    reference: str,
    final: bool,
    entries: Sequence[Entry] = (),
) -> None:
    """Keep the receipt and what it says about money; a final one closes the intent for good."""
    done = await tx.fetchval(
        f"""
        WITH {HELD}, kept AS (
            INSERT INTO receipts (intent_id, run_id, connection_id, kind, reference, target_id, verdict,
                                  before, sent, read_back, differences)
            SELECT $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11::jsonb, $12::jsonb, $13::jsonb FROM held
            ON CONFLICT (intent_id) DO UPDATE
               SET target_id = excluded.target_id, verdict = excluded.verdict, sent = excluded.sent,
                   before = coalesce(receipts.before, excluded.before),
                   read_back = excluded.read_back, differences = excluded.differences, settled_at = now()
            RETURNING intent_id),
        closed AS (
            UPDATE intents SET state = 'settled' FROM kept WHERE id = kept.intent_id AND $14 RETURNING 1),
        entered AS (
            INSERT INTO ledger (connection_id, order_id, record_kind, record_id, revision, entry, line, amount,
                                currency)
            SELECT $5, o, $6, $7, r, e, l, a, c FROM kept, unnest($15::text[], $16::int[], $17::text[],
                $18::text[], $19::numeric[], $20::text[]) AS new(o, r, e, l, a, c)
            ON CONFLICT DO NOTHING RETURNING 1)
        SELECT true FROM kept
        """,  # noqa: S608
        lane.key,
        lane.fence,
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
        final,
        [item.order_id for item in entries],
        [item.revision for item in entries],
        [item.entry for item in entries],
        [item.line for item in entries],
        [item.amount for item in entries],
        [item.currency for item in entries],
    )
    if not done:
        raise lost(lane)


async def receipt(tx: Tx, intent_id: str) -> Receipt | None:
    """Return the receipt of an intent."""
    row = await tx.fetchrow(
        "SELECT intent_id, target_id, verdict, before, sent, read_back, differences FROM receipts"
        " WHERE intent_id = $1",
        intent_id,
    )
    return Receipt(**dict(row)) if row else None


async def verdicts(tx: Tx) -> dict[str, int]:
    """Count receipts by verdict, every row of the table; an intent without one counts as ``open``."""
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
