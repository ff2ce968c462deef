"""Alerts: what they look for in our tables, and which are raised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderbridge.store.database import Tx

# One amount for each record in work: the order's where it is among what waits, else that of what hangs on it.
_HELD = """
    SELECT DISTINCT ON (lane) connection_id, (state ->> 'amount')::numeric AS amount, state ->> 'currency' AS currency
    FROM events WHERE outcome IN ('pending', 'waiting') AND state ->> 'amount' IS NOT NULL
      AND state ->> 'currency' IS NOT NULL AND kind = ANY($1::text[])
    ORDER BY lane, kind = 'order' DESC, seq DESC
"""
_WITH_MONEY = ("order", "transaction", "subscription", "invoice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing that is wrong, as it was found.

    Attributes:
        key: The same thing has the same key: ``reconnect/<connection>``.
        kind: ``reconnect``, ``dead_letter``, ``backlog``, ``silence``, ``webhook_stopped``, ``act_webhook``,
            ``polling``, ``day_differs`` or ``day_incomplete``.
        since: Since when it is so.
        money: What it holds, by currency.
    """

    key: str
    kind: str
    title: str
    text: str
    since: datetime
    money: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An alert as it is kept.

    Attributes:
        said: What was said last of it: ``raised``, ``reminded`` or ``cleared``; None for nothing yet.
    """

    key: str
    kind: str
    title: str
    text: str
    since: datetime
    money: Mapping[str, str]
    raised_at: datetime
    cleared_at: datetime | None
    said: str | None
    said_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of one connection waits.

    Attributes:
        oldest_at: When the oldest of it came.
        reason: Of the oldest, where there is one.
    """

    connection_id: str
    count: int
    oldest_at: datetime
    reason: str | None


async def waiting(tx: Tx) -> dict[str, Waiting]:
    """Return what waits, by connection: deliveries that were not read, and changes that were not carried over."""
    rows = await tx.fetch(
        """
        SELECT connection_id, count(*)::int AS count, min(at) AS oldest_at, (array_agg(reason ORDER BY at))[1] AS reason
        FROM (SELECT connection_id, received_at AS at, reason FROM inbox WHERE outcome IN ('pending', 'waiting')
              UNION ALL
              SELECT events.connection_id, accepted_at, coalesce(events.reason, lanes.reason)
              FROM events LEFT JOIN lanes ON lanes.key = events.lane
              WHERE outcome IN ('pending', 'waiting')) AS open
        GROUP BY connection_id
        """
    )
    return {row["connection_id"]: Waiting(**dict(row)) for row in rows}


async def held(tx: Tx) -> dict[str, dict[str, Decimal]]:
    """Return the money of what waits, by connection and currency."""
    rows = await tx.fetch(
        f"SELECT connection_id, currency, sum(amount) AS amount FROM ({_HELD}) AS held GROUP BY 1, 2",  # noqa: S608
        list(_WITH_MONEY),
    )
    found: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        found.setdefault(row["connection_id"], {})[row["currency"]] = row["amount"]
    return found


async def dead(tx: Tx) -> list[dict[str, Any]]:
    """Group what needs a person by cause: how many, since when, an example, and the money by currency."""
    rows = await tx.fetch(
        """
        SELECT cause, count(*)::int AS count, min(at) AS since, min(reason) AS example,
               (SELECT coalesce(jsonb_object_agg(currency, amount::text), '{}'::jsonb)
                FROM (SELECT held_currency AS currency, sum(held_amount) AS amount FROM runs r
                      WHERE r.state = 'dead' AND r.cause IS NOT DISTINCT FROM open.cause
                        AND held_currency IS NOT NULL GROUP BY held_currency) AS sums) AS money
        FROM (SELECT cause, coalesce(finished_at, started_at) AS at, reason FROM runs WHERE state = 'dead') AS open
        GROUP BY cause
        """
    )
    return [dict(row) for row in rows]


async def dead_deliveries(tx: Tx) -> dict[str, Any] | None:
    """Return how many deliveries need a person, since when, and an example; None for none."""
    row = await tx.fetchrow(
        "SELECT count(*)::int AS count, min(coalesce(settled_at, received_at)) AS since, min(reason) AS example"
        " FROM inbox WHERE outcome = 'dead'"
    )
    return dict(row) if row and row["count"] else None


async def keep(tx: Tx, found: Sequence[Alert], *, now: datetime) -> None:
    """Raise what is new, bring what is known up to date, and clear what is not found any more."""
    await tx.execute(
        "UPDATE alerts SET cleared_at = $2 WHERE cleared_at IS NULL AND key <> ALL($1::text[])",
        [item.key for item in found],
        now,
    )
    for item in found:
        await tx.execute(
            """
            INSERT INTO alerts AS a (key, kind, title, text, since, money, raised_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (key) DO UPDATE SET
                title = excluded.title, text = excluded.text, money = excluded.money,
                since = CASE WHEN a.cleared_at IS NULL THEN a.since ELSE excluded.since END,
                raised_at = CASE WHEN a.cleared_at IS NULL THEN a.raised_at ELSE excluded.raised_at END,
                said = CASE WHEN a.cleared_at IS NULL THEN a.said END,
                said_at = CASE WHEN a.cleared_at IS NULL THEN a.said_at END,
                cleared_at = NULL
            """,
            item.key,
            item.kind,
            item.title,
            item.text,
            item.since,
            {currency: str(amount) for currency, amount in item.money.items()},
            now,
        )


async def said(tx: Tx, keys: Sequence[str], what: str, *, now: datetime) -> None:
    """Note what was said of alerts."""
    await tx.execute(
        "UPDATE alerts SET said = $2, said_at = $3 WHERE key = ANY($1::text[])", list(keys), what, now
    )


async def every(tx: Tx, *, cleared_since: datetime | None = None) -> list[Raised]:
    """List the alerts that are raised, oldest first; with a time also those that were cleared after it."""
    rows = await tx.fetch(
        """
        SELECT key, kind, title, text, since, money, raised_at, cleared_at, said, said_at FROM alerts
        WHERE cleared_at IS NULL OR cleared_at > $1 ORDER BY cleared_at IS NOT NULL, raised_at, key
        """,
        cleared_since,
    )
    return [Raised(**dict(row)) for row in rows]


async def to_take_back(tx: Tx) -> list[Raised]:
    """List the alerts that are cleared and of which nobody was told so yet, although they were told of the alert."""
    rows = await tx.fetch(
        """
        SELECT key, kind, title, text, since, money, raised_at, cleared_at, said, said_at FROM alerts
        WHERE cleared_at IS NOT NULL AND said IN ('raised', 'reminded') ORDER BY cleared_at, key
        """
    )
    return [Raised(**dict(row)) for row in rows]
