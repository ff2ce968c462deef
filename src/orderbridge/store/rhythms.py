"""How often something comes from each connection: counted by day as it goes, so that nobody reads weeks of events.

Nothing is written where events are accepted: a row of the present day that every worker adds to would make them wait
for each other. Whoever looks for alerts takes in what has come since the last look, each event once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from orderbridge.store.database import Tx

_WHAT = "rhythms"
# An event gets its number before it can be seen: so much time its transaction has until it is passed over. One that is
# missed makes a pause look longer than it was, which no one is alarmed by.
_SETTLED_AFTER = timedelta(minutes=2)
# What came by itself, and not what was read as history.
_COMES = "source IN ('webhook', 'poll')"
# By connection and day of UTC: how many, the first, the last, and the longest pause between two of the same day.
_DAYS = f"""
    SELECT connection_id, (at AT TIME ZONE 'UTC')::date AS day, count(*)::int AS events, min(at) AS first_at,
           max(at) AS last_at, coalesce(max(extract(epoch FROM at - before)), 0)::float8 AS longest_s
    FROM (SELECT connection_id, accepted_at AS at,
                 lag(accepted_at) OVER (PARTITION BY connection_id, (accepted_at AT TIME ZONE 'UTC')::date
                                        ORDER BY accepted_at) AS before
          FROM events WHERE {_COMES} AND RANGE) AS came
    GROUP BY connection_id, day
"""  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often something comes from a connection.

    Attributes:
        events: How many came within the time that was looked at.
        first_at: The first of them.
        last_at: The last one.
        longest_s: Seconds of the longest pause between two of them.
    """

    connection_id: str
    events: int
    first_at: datetime
    last_at: datetime
    longest_s: float


async def reached(tx: Tx) -> int:
    """Return up to which number events are counted, and let nobody else count until the transaction ends."""
    return int(await tx.fetchval("SELECT seq FROM counted_to WHERE what = $1 FOR UPDATE", _WHAT) or 0)


async def count(tx: Tx, *, after: int, keep: timedelta) -> int:
    """Count the events that have come since, except for the newest minutes.

    Args:
        tx: The transaction.
        after: Up to which number they are counted, as ``reached`` says.
        keep: Days that are longer ago are forgotten.

    Returns:
        Up to which number events are counted now.
    """
    # Given as values and not asked for within the statement, so that the index is used however many events there are.
    upto = await tx.fetchval(
        "SELECT max(seq) FROM events WHERE seq > $1 AND accepted_at <= now() - $2::interval",
        after,
        _SETTLED_AFTER,
    )
    if upto is None:
        return after
    await tx.execute(
        f"""
        INSERT INTO rhythms AS r (connection_id, day, events, first_at, last_at, longest_s)
        {_DAYS.replace("RANGE", "seq > $1 AND seq <= $2")}
        ON CONFLICT (day, connection_id) DO UPDATE SET
            events = r.events + excluded.events,
            longest_s = greatest(r.longest_s, excluded.longest_s, extract(epoch FROM excluded.first_at - r.last_at)),
            first_at = least(r.first_at, excluded.first_at), last_at = greatest(r.last_at, excluded.last_at)
        """,
        after,
        upto,
    )
    await tx.execute("DELETE FROM rhythms WHERE day < (now() - $1::interval)::date", keep)
    await tx.execute(
        """
        INSERT INTO counted_to (what, seq) VALUES ($1, $2) ON CONFLICT (what) DO UPDATE SET seq = excluded.seq
        """,
        _WHAT,
        upto,
    )
    return int(upto)


async def read(tx: Tx, *, after: int, now: datetime, window: timedelta) -> list[Rhythm]:
    """Return how often something came by itself from each connection, not counting what was read as history.

    Args:
        tx: The transaction.
        after: Up to which number events are counted by day; what came after it is read one by one.
        now: What came later is left out.
        window: So long ago it may be; the day on which that begins is looked at as a whole.
    """
    rows = await tx.fetch(
        f"""
        SELECT connection_id, sum(events)::int AS events, min(first_at) AS first_at, max(last_at) AS last_at,
               max(greatest(longest_s, extract(epoch FROM first_at - before)))::float8 AS longest_s
        FROM (SELECT *, lag(last_at) OVER (PARTITION BY connection_id ORDER BY first_at) AS before
              FROM (SELECT connection_id, day, events, first_at, last_at, longest_s FROM rhythms
                    UNION ALL ({_DAYS.replace("RANGE", "seq > $1 AND accepted_at <= $3")})) AS parts
              WHERE day >= ($2::timestamptz AT TIME ZONE 'UTC')::date AND first_at <= $3) AS days
        GROUP BY connection_id
        """,  # noqa: S608 (constants)
        after,
        now - window,
        now,
    )
    return [Rhythm(**dict(row)) for row in rows]
