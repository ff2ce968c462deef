"""Tries to sign in that have not succeeded, counted for all processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesses:
    """What is known of a name or an address.

    Attributes:
        failures: Tries in a row that have not succeeded.
        wait_until: When the next one is looked at; None for at once.
    """

    failures: int = 0
    wait_until: datetime | None = None


async def prune(tx: Tx, *, before: datetime) -> None:
    """Forget what was tried ``before``."""
    await tx.execute("DELETE FROM guesses WHERE tried_at < $1", before)


async def lock(tx: Tx, keys: Sequence[str], *, now: datetime) -> dict[str, Guesses]:
    """Return what is known of each key, and keep others from trying the same until the transaction ends."""
    found = {}
    # One after the other in one order, so that two who try the same never wait in a circle.
    for key in sorted(keys):
        row = await tx.fetchrow(
            """
            INSERT INTO guesses AS g (key, failures, tried_at) VALUES ($1, 0, $2)
            ON CONFLICT (key) DO UPDATE SET failures = g.failures RETURNING failures, wait_until
            """,
            key,
            now,
        )
        # Nothing comes back where a statement is only planned.
        found[key] = Guesses(**dict(row)) if row else Guesses()
    return found


async def note(tx: Tx, key: str, guesses: Guesses, *, now: datetime) -> None:
    """Store a try."""
    await tx.execute(
        "UPDATE guesses SET failures = $2, wait_until = $3, tried_at = $4 WHERE key = $1",
        key,
        guesses.failures,
        guesses.wait_until,
        now,
    )


async def forget(tx: Tx, keys: Sequence[str]) -> None:
    """Forget the tries of each key."""
    for key in sorted(keys):
        await tx.execute("DELETE FROM guesses WHERE key = $1", key)
