"""By which way changes came, how long that took, and the statements that were made of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx

WEBHOOK, POLL = "webhook", "poll"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many changes of one kind came first by one way.

    Attributes:
        told: Whether a webhook tells of such changes.
        undated: Of how many the provider does not say when they happened.
        slowest_s: The longest time between a change and our accepting it, in seconds; None where no time is known.
    """

    kind: str
    way: str
    told: bool
    changes: int
    undated: int
    slowest_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What we know of a record that a list shows.

    Attributes:
        state: As last accepted; None where it never was.
        open: Outcome of a delivery that has no event yet: ``pending``, ``waiting`` or ``dead``; None for none.
        reason: Of that delivery.
        accepted_at: When that state was accepted.
    """

    state: JsonObject | None
    accepted_at: datetime | None
    open: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A stored statement of completeness."""

    id: int
    connection_id: str
    day: date
    time_zone: str
    made_at: datetime
    complete: bool
    statement: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How webhooks of one kind of change have come lately.

    Attributes:
        last_at: When the last change came that a webhook brought, first or not.
        before: How many changes came up to then, of the last ones that were looked at.
        by_webhook: How many of these a webhook brought.
        since: How many came after it, without one.
        first_since_at: When the first of these came.
    """

    kind: str
    last_at: datetime
    before: int
    by_webhook: int
    since: int
    first_since_at: datetime | None


async def again(tx: Tx, connection_id: str, brought: Collection[tuple[str, str, str]]) -> None:
    """Note which ways brought the newest change of a record once more.

    Args:
        tx: The transaction.
        connection_id: Whose records.
        brought: Kind, record id and way of each.
    """
    if not brought:
        return
    rows = sorted(brought)
    await tx.execute(
        """
        UPDATE arrivals AS a
        SET others = ARRAY(SELECT DISTINCT w FROM unnest(a.others || n.ways) AS w WHERE w <> a.way ORDER BY w)
        FROM (SELECT k, r, array_agg(w) AS ways FROM unnest($2::text[], $3::text[], $4::text[]) AS b(k, r, w)
              GROUP BY k, r) AS n
        JOIN records ON records.connection_id = $1 AND records.kind = n.k AND records.record_id = n.r
        WHERE a.connection_id = $1 AND a.kind = n.k AND a.record_id = n.r AND a.revision = records.revision
          AND NOT n.ways <@ (a.others || a.way)
        """,
        connection_id,
        [kind for kind, _, _ in rows],
        [record_id for _, record_id, _ in rows],
        [way for _, _, way in rows],
    )


async def tallies(tx: Tx, connection_id: str, begins: datetime, ends: datetime) -> list[Tally]:
    """Count the changes that belong to a span of time, by kind and by the way that brought them first."""
    rows = await tx.fetch(
        """
        SELECT kind, way, told, count(*)::int AS changes, count(*) FILTER (WHERE changed_at IS NULL)::int AS undated,
               max(greatest(0, extract(epoch FROM accepted_at - changed_at)))::float8 AS slowest_s
        FROM arrivals WHERE connection_id = $1 AND counts_at >= $2 AND counts_at < $3
        GROUP BY kind, way, told ORDER BY kind, way, told
        """,
        connection_id,
        begins,
        ends,
    )
    return [Tally(**dict(row)) for row in rows]


async def also(tx: Tx, connection_id: str, begins: datetime, ends: datetime) -> dict[tuple[str, str], int]:
    """Count by kind and way how many changes of a span came by that way once more."""
    rows = await tx.fetch(
        """
        SELECT kind, other, count(*)::int AS changes FROM arrivals, unnest(others) AS other
        WHERE connection_id = $1 AND counts_at >= $2 AND counts_at < $3 GROUP BY kind, other
        """,
        connection_id,
        begins,
        ends,
    )
    return {(row["kind"], row["other"]): row["changes"] for row in rows}


async def known(
    tx: Tx, connection_id: str, kind: str, lanes: Sequence[tuple[str, str | None]]
) -> dict[str, Known]:
    """Return what we know of records, each given as its id and the key of the lane that handles it."""
    rows = await tx.fetch(
        """
        SELECT i.record_id, r.state, r.changed_at, d.outcome, d.reason
        FROM unnest($3::text[], $4::text[]) AS i(record_id, lane)
        LEFT JOIN records AS r ON r.connection_id = $1 AND r.kind = $2 AND r.record_id = i.record_id
        LEFT JOIN LATERAL (
            -- Only what is open is looked at, by the index of what is open.
            SELECT outcome, reason FROM (
                (SELECT id, outcome, reason FROM inbox
                 WHERE inbox.lane = i.lane AND outcome IN ('pending', 'waiting') ORDER BY id LIMIT 1)
                UNION ALL
                (SELECT id, outcome, reason FROM inbox WHERE outcome = 'dead' AND inbox.lane = i.lane LIMIT 1)) AS o
            ORDER BY outcome = 'dead', id LIMIT 1) AS d ON true
        """,
        connection_id,
        kind,
        [record_id for record_id, _ in lanes],
        [lane for _, lane in lanes],
    )
    return {
        row["record_id"]: Known(
            state=row["state"], accepted_at=row["changed_at"], open=row["outcome"], reason=row["reason"]
        )
        for row in rows
    }


async def keep(
    tx: Tx,
    connection_id: str,
    day: date,
    *,
    time_zone: str,
    made_at: datetime,
    complete: bool,
    statement: JsonObject,
) -> None:
    """Keep a statement; earlier ones of the same day stay."""
    await tx.execute(
        """
        INSERT INTO completeness (connection_id, day, time_zone, made_at, complete, statement)
        VALUES ($1, $2, $3, $4, $5, $6)
        """,
        connection_id,
        day,
        time_zone,
        made_at,
        complete,
        statement,
    )


async def statements(tx: Tx, connection_id: str, day: date, *, limit: int | None = None) -> list[Statement]:
    """List the statements that were made of a day, newest first."""
    rows = await tx.fetch(
        """
        SELECT id, connection_id, day, time_zone, made_at, complete, statement FROM completeness
        WHERE connection_id = $1 AND day = $2 ORDER BY id DESC LIMIT $3
        """,
        connection_id,
        day,
        limit,
    )
    return [Statement(**dict(row)) for row in rows]


async def telling(
    tx: Tx, connection_ids: Sequence[str], kinds: Sequence[str], *, since: datetime, lately: int
) -> dict[str, list[Telling]]:
    """Return by connection how webhooks have told of changes that they should tell of.

    Args:
        tx: The transaction.
        connection_ids: Which connections.
        kinds: Of record.
        since: What came before is not looked at.
        lately: So many changes up to the last webhook say what is usual.
    """
    rows = await tx.fetch(
        """
        SELECT c.id AS connection_id, k.kind, last.at AS last_at, usual.before, usual.by_webhook, new.since,
               new.first_since_at
        FROM unnest($1::text[]) AS c(id) CROSS JOIN unnest($2::text[]) AS k(kind)
        CROSS JOIN LATERAL (
            SELECT accepted_at AS at FROM arrivals AS a
            WHERE told AND a.connection_id = c.id AND a.kind = k.kind AND accepted_at > $3
              AND (way = 'webhook' OR 'webhook' = ANY(others))
            ORDER BY accepted_at DESC LIMIT 1) AS last
        CROSS JOIN LATERAL (
            SELECT count(*)::int AS before,
                   count(*) FILTER (WHERE way = 'webhook' OR 'webhook' = ANY(others))::int AS by_webhook
            FROM (SELECT way, others FROM arrivals AS a
                  WHERE told AND a.connection_id = c.id AND a.kind = k.kind AND accepted_at <= last.at
                    AND accepted_at > $3 AND way IN ('webhook', 'poll')
                  ORDER BY accepted_at DESC LIMIT $4) AS lately) AS usual
        CROSS JOIN LATERAL (
            SELECT count(*)::int AS since, min(accepted_at) AS first_since_at FROM arrivals AS a
            WHERE told AND a.connection_id = c.id AND a.kind = k.kind AND accepted_at > last.at
              AND way = 'poll') AS new
        """,
        list(connection_ids),
        list(kinds),
        since,
        lately,
    )
    found: dict[str, list[Telling]] = {}
    for row in rows:
        one = dict(row)
        found.setdefault(one.pop("connection_id"), []).append(Telling(**one))
    return found
