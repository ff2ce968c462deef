"""How each connection is: what the calls of every process say about it, and what a person paused."""

from __future__ import annotations

from orderbridge.store.connections import DEGRADED, OK, PAUSED, RECONNECT
from orderbridge.store.database import Tx

# Looks in a row that could not reach an account before it counts as degraded.
DEGRADED_AFTER = 3


async def succeeded(tx: Tx, connection_id: str, *, first: bool) -> str | None:
    """Note that an account answered; return the state that it recovered from, None when it stays as it was.

    What others found degraded, such as its webhooks, is theirs to take back.

    Args:
        tx: The transaction.
        connection_id: The account.
        first: The asking process did not know it to work. A session that is still open elsewhere says nothing
            about a password that lets nobody in any more.
    """
    row = await tx.fetchrow(
        """
        WITH before AS (
            SELECT id, state, state = $2 AND failures >= $3 OR state = $4 AND $5 AS recovers
            FROM connections WHERE id = $1 FOR UPDATE)
        UPDATE connections AS c SET
            last_success_at = now(), failures = 0,
            state = CASE WHEN recovers THEN $6 ELSE c.state END,
            state_reason = CASE WHEN recovers THEN NULL ELSE state_reason END
        FROM before WHERE c.id = before.id RETURNING before.state, recovers
        """,
        connection_id,
        DEGRADED,
        DEGRADED_AFTER,
        RECONNECT,
        first,
        OK,
    )
    return row["state"] if row and row["recovers"] else None


async def failed(tx: Tx, connection_id: str, reason: str) -> bool:
    """Count a look that could not reach the account; True when it became degraded by it."""
    return bool(
        await tx.fetchval(
            """
            WITH before AS (
                SELECT id, state = $3 AND failures + 1 >= $5 AS breaks,
                       state = $4 AND failures >= $5 AS broken, state = $4 AND failures < $5 AS by_others
                FROM connections WHERE id = $1 FOR UPDATE)
            UPDATE connections AS c SET
                failures = CASE WHEN by_others THEN least(failures + 1, $5 - 1) ELSE failures + 1 END,
                state = CASE WHEN breaks THEN $4 ELSE c.state END,
                state_reason = CASE WHEN breaks OR broken THEN $2 ELSE state_reason END
            FROM before WHERE c.id = before.id RETURNING breaks
            """,
            connection_id,
            reason,
            OK,
            DEGRADED,
            DEGRADED_AFTER,
        )
    )


async def pause(tx: Tx, connection_id: str, reason: str) -> bool:
    """Let nothing use the connection from now on; False when it was paused before."""
    return bool(
        await tx.fetchval(
            "UPDATE connections SET state = $2, state_reason = $3 WHERE id = $1 AND state <> $2 RETURNING true",
            connection_id,
            PAUSED,
            reason,
        )
    )


async def resume(tx: Tx, connection_id: str) -> bool:
    """Let a paused connection be used again; False when it was not paused."""
    return bool(
        await tx.fetchval(
            "UPDATE connections SET state = $2, state_reason = NULL, failures = 0"
            " WHERE id = $1 AND state = $3 RETURNING true",
            connection_id,
            OK,
            PAUSED,
        )
    )


async def still_paused(tx: Tx, connection_id: str) -> bool:
    """Tell whether it is paused, and let nobody resume it before this transaction ends."""
    state = await tx.fetchval("SELECT state FROM connections WHERE id = $1 FOR SHARE", connection_id)
    return bool(state == PAUSED)
