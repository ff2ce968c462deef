"""Closed days: kept as they were, and reopened visibly where an amount changes later."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx

GREEN, OPEN, RED, REOPENED = "green", "open", "red", "reopened"
_LONG_S = 900.0
_GROUP_ROWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """The newest edition of a day.

    Attributes:
        source: Name of the HighLevel connection; ``target`` that of Act!.
        state: As it was closed: ``green``, ``open`` or ``red``.
        reopened_at: When it was first noticed that an amount of the day is not what it was.
        changes: How many of them.
    """

    id: int
    source: str
    target: str
    source_connection: str
    target_connection: str
    day: date
    edition: int
    zone: str
    state: str
    closed_at: datetime
    reopened_at: datetime | None
    changes: int
    document: JsonObject

    @property
    def shown_state(self) -> str:
        """Its state as people see it."""
        return REOPENED if self.reopened_at else self.state


_LATEST = """
SELECT * FROM (
    SELECT DISTINCT ON (c.source_connection, c.target_connection, c.day)
           c.id, coalesce(s.name, c.source_connection) AS source, coalesce(t.name, c.target_connection) AS target,
           c.source_connection, c.target_connection, c.day, c.edition, c.zone, c.state, c.closed_at, c.reopened_at,
           c.document, (SELECT count(*) FROM close_changes WHERE close_id = c.id)::int AS changes
    FROM closes c LEFT JOIN connections s ON s.id = c.source_connection
                  LEFT JOIN connections t ON t.id = c.target_connection
    WHERE ($1::date IS NULL OR c.day = $1)
      AND ($3::text IS NULL OR (c.source_connection, c.target_connection) = ($3, $4::text))
    ORDER BY c.source_connection, c.target_connection, c.day DESC, c.edition DESC) AS every
ORDER BY day DESC, source LIMIT $2
"""


async def newest(
    tx: Tx, *, day: date | None = None, pair: tuple[str, str] | None = None, limit: int = 400
) -> list[Close]:
    """Return the closes, the latest day first; of one day, of one pair of connections, or of all."""
    rows = await tx.fetch(_LATEST, day, limit, *(pair or (None, None)))
    return [Close(**dict(row)) for row in rows]


async def keep(
    tx: Tx,
    *,
    source_connection: str,
    target_connection: str,
    day: date,
    zone: str,
    state: str,
    closed_at: datetime,
    document: JsonObject,
    differences: Sequence[tuple[bool, JsonObject]],
) -> int:
    """Keep a close with the amounts of its day out of the comparison's tables; returns its id."""
    # Two who close one day at once get two editions.
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('orderbridge.closing', 0))")
    close_id: int = await tx.fetchval(
        """
        INSERT INTO closes (source_connection, target_connection, day, edition, zone, state, closed_at, document)
        SELECT $1, $2, $3, coalesce(max(edition), 0) + 1, $4, $5, $6, $7 FROM closes
        WHERE source_connection = $1 AND target_connection = $2 AND day = $3
        RETURNING id
        """,
        source_connection,
        target_connection,
        day,
        zone,
        state,
        closed_at,
        document,
    )
    await tx.execute(
        """
        INSERT INTO close_lines (close_id, sale, measure, currency, record, highlevel, act, highlevel_now, act_now)
        SELECT $1, sale, measure, currency, record, highlevel, act, highlevel, act FROM compared_lines WHERE day = $2
        """,
        close_id,
        day,
        timeout=_LONG_S,
    )
    await tx.executemany(
        "INSERT INTO close_differences (close_id, money, document) VALUES ($1, $2, $3)",
        [(close_id, money, item) for money, item in differences],
    )
    return close_id


async def notice(
    tx: Tx,
    *,
    source_connection: str,
    target_connection: str,
    except_day: date,
    measures: Sequence[str],
    now: datetime,
) -> list[date]:
    """Set the closed days against what the comparison found; returns those that are not what they were.

    What is noticed is noticed once: the next look compares with what this one saw.

    Args:
        tx: The transaction, on the connection that has the comparison's tables.
        source_connection: The HighLevel connection.
        target_connection: The Act! connection.
        except_day: The day that is being closed anew.
        measures: What is compared: not what takes a call for each sale.
        now: When it is noticed.
    """
    rows = await tx.fetch(
        """
        WITH days AS (
            SELECT DISTINCT ON (day) id, day FROM closes
            WHERE source_connection = $1 AND target_connection = $2 AND day <> $3 ORDER BY day, edition DESC),
        old AS (
            SELECT d.id, d.day, l.sale, l.measure, l.currency, l.record, l.highlevel_now, l.act_now
            FROM days d JOIN close_lines l ON l.close_id = d.id WHERE l.measure = ANY($4::text[])),
        new AS (
            SELECT d.id, d.day, l.sale, l.measure, l.currency, l.record, l.highlevel, l.act
            FROM days d JOIN compared_lines l ON l.day = d.day WHERE l.measure = ANY($4::text[])),
        moved AS (
            SELECT id, day, sale, measure, currency, record,
                   coalesce(highlevel_now, 0) AS highlevel_before, coalesce(highlevel, 0) AS highlevel_after,
                   coalesce(act_now, 0) AS act_before, coalesce(act, 0) AS act_after
            FROM old FULL JOIN new USING (id, day, sale, measure, currency, record)
            WHERE coalesce(highlevel_now, 0) <> coalesce(highlevel, 0) OR coalesce(act_now, 0) <> coalesce(act, 0)),
        noted AS (
            INSERT INTO close_changes (close_id, noticed_at, sale, measure, currency, record,
                                       highlevel_before, highlevel_after, act_before, act_after)
            SELECT id, $5, sale, measure, currency, record, highlevel_before, highlevel_after, act_before, act_after
            FROM moved),
        kept AS (
            INSERT INTO close_lines AS l (close_id, sale, measure, currency, record, highlevel, act,
                                          highlevel_now, act_now)
            SELECT id, sale, measure, currency, record, 0, 0, highlevel_after, act_after FROM moved
            ON CONFLICT (close_id, sale, measure, currency, record) DO UPDATE
               SET highlevel_now = excluded.highlevel_now, act_now = excluded.act_now),
        reopened AS (
            UPDATE closes SET reopened_at = coalesce(reopened_at, $5) WHERE id IN (SELECT id FROM moved))
        SELECT DISTINCT day FROM moved ORDER BY day
        """,
        source_connection,
        target_connection,
        except_day,
        list(measures),
        now,
        timeout=_LONG_S,
    )
    return [row["day"] for row in rows]


async def lines(tx: Tx, close_id: int) -> AsyncIterator[dict[str, Any]]:
    """Yield the amounts of a closed day in order, a group at a time."""
    place = ("", "", "", "")
    while True:
        rows = await tx.fetch(
            """
            SELECT sale, measure, currency, record, highlevel, act FROM close_lines
            WHERE close_id = $1 AND (sale, measure, currency, record) > ($2, $3, $4, $5)
            ORDER BY sale, measure, currency, record LIMIT $6
            """,
            close_id,
            *place,
            _GROUP_ROWS,
        )
        for row in rows:
            yield dict(row)
        if len(rows) < _GROUP_ROWS:
            return
        last = rows[-1]
        place = (last["sale"], last["measure"], last["currency"], last["record"])


async def differences(tx: Tx, close_id: int) -> list[tuple[bool, JsonObject]]:
    """Return a closed day's differences, each with whether it is money."""
    rows = await tx.fetch(
        "SELECT money, document FROM close_differences WHERE close_id = $1 ORDER BY id", close_id
    )
    return [(row["money"], row["document"]) for row in rows]


async def changes(tx: Tx, close_id: int) -> list[dict[str, Any]]:
    """Return what changed after a day was closed, oldest first."""
    rows = await tx.fetch(
        """
        SELECT noticed_at, sale, measure, currency, record, highlevel_before, highlevel_after, act_before, act_after
        FROM close_changes WHERE close_id = $1 ORDER BY id
        """,
        close_id,
    )
    return [dict(row) for row in rows]
