"""What changed, decided in one place: the record as read against the record as last accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderbridge.catalogue import arriving
from orderbridge.catalogue.changes import Change, Observed, differing, mark
from orderbridge.core import jsonio
from orderbridge.core.ids import derived_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx
from orderbridge.store.lanes import HELD, Lane, lost

# A run of it waits for a moment; the lane goes on with what comes after it.
PARKED = "parked"
# The reason of an event that started nothing because no flow was there; it can be taken up later.
NOBODY_LISTENS = "no enabled flow listens to this"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A real change of one record, stored once.

    Attributes:
        seq: The order in which events were accepted.
        revision: 1 for the first state that we saw, then one more with every change.
        change: What is new about it.
        handled: Every flow that listened to it has begun; it is here once more.
        backfill_id: The backfill that it comes from; its runs are quiet, also when they are replayed.
    """

    seq: int
    id: str
    connection_id: str
    type: str
    kind: str
    record_id: str
    revision: int
    lane: str
    source: str
    state: JsonObject
    change: Change
    handled: bool = False
    backfill_id: str | None = None


async def last_states(
    tx: Tx, connection_id: str, keys: list[tuple[str, str]]
) -> dict[tuple[str, str], JsonObject]:
    """Return the last accepted states of records given as (kind, record id)."""
    rows = await tx.fetch(
        """
        SELECT kind, record_id, state FROM records JOIN unnest($2::text[], $3::text[]) AS k(a, b)
          ON kind = a AND record_id = b WHERE connection_id = $1
        """,
        connection_id,
        [kind for kind, _ in keys],
        [record_id for _, record_id in keys],
    )
    return {(row["kind"], row["record_id"]): row["state"] for row in rows}


async def lines_of(tx: Tx, connection_id: str, opportunity_id: str) -> dict[tuple[str, str], JsonObject]:
    """Return the last states of an opportunity's lines, by kind and id."""
    rows = await tx.fetch(
        """
        SELECT kind, record_id, state FROM records
        WHERE connection_id = $1 AND kind = 'line_item' AND state ->> 'opportunity_id' = $2
        """,
        connection_id,
        opportunity_id,
    )
    return {(row["kind"], row["record_id"]): row["state"] for row in rows}


def would_be(observed: Observed, connection_id: str, *, name: str, source: str, created: bool) -> Event:
    """Return the event that a record just read would make; nothing is stored.

    Args:
        observed: The record.
        connection_id: Whose it is.
        name: What it is made up for, so that its id is nobody else's.
        source: The way by which it would come.
        created: Whether it is new.
    """
    # As it would come back from where events are kept.
    state = jsonio.decode(jsonio.encode(observed.state))
    change = Change(
        kind=observed.kind,
        record_id=observed.record_id,
        state=state,
        created=created,
        deleted=observed.deleted,
    )
    return Event(
        seq=0,
        id=derived_id(name, connection_id, observed.kind, observed.record_id),
        connection_id=connection_id,
        type=observed.type,
        kind=observed.kind,
        record_id=observed.record_id,
        revision=1,
        lane="dry-run",
        source=source,
        state=state,
        change=change,
    )


async def accept(
    tx: Tx,
    connection_id: str,
    lane: str,
    source: str,
    observed: Observed,
    *,
    others: Sequence[str] = (),
    backfill_id: str | None = None,
) -> str | None:
    """Make an event of ``observed`` if it differs from what was last accepted; return the event's id.

    Args:
        tx: The transaction.
        connection_id: Whose record.
        lane: Whose turn it is.
        source: By which way the change came.
        observed: The record.
        others: The ways that had brought the same change when it was looked at.
        backfill_id: The backfill that it comes from.
    """
    shown = observed.shown
    row = await tx.fetchrow(
        """
        WITH old AS (SELECT state FROM records WHERE connection_id = $1 AND kind = $2 AND record_id = $3 FOR UPDATE)
        INSERT INTO records AS r (connection_id, kind, record_id, revision, fingerprint, state)
        -- The join reads the row as it was: a WITH that only RETURNING asks for would come too late.
        SELECT $1, $2, $3, 1, $4, $5 FROM (SELECT count(*) FROM old) AS read_first
        ON CONFLICT (connection_id, kind, record_id) DO UPDATE
           SET revision = r.revision + 1, fingerprint = excluded.fingerprint, state = excluded.state,
               changed_at = now()
         WHERE r.fingerprint <> excluded.fingerprint
        RETURNING revision, (SELECT state FROM old) AS before
        """,
        connection_id,
        observed.kind,
        observed.record_id,
        mark(shown),
        shown,
    )
    if row is None:
        return None
    revision, before = row["revision"], row["before"]
    change = Change(
        kind=observed.kind,
        record_id=observed.record_id,
        state=observed.state,
        created=not observed.deleted and (observed.fresh or (before is None and not observed.known)),
        deleted=observed.deleted,
        before={} if before is None else differing(before, shown),
        touched=before is None and observed.touched,
        told=observed.told,
    )
    event_id = derived_id(connection_id, observed.kind, observed.record_id, str(revision))
    # What says by which way it came is written with it: one statement for both.
    await tx.execute(
        """
        WITH made AS (
            INSERT INTO events (id, connection_id, type, kind, record_id, revision, lane, source, state, change,
                                backfill_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $14)),
        dated AS (
            -- A time that is older than what we knew already is not this change's.
            SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM arrivals WHERE connection_id = $2 AND kind = $4
                             AND record_id = $5 AND revision = $6::int - 1 AND accepted_at >= $13::timestamptz)
                        THEN $13::timestamptz END AS at)
        INSERT INTO arrivals (connection_id, kind, record_id, revision, way, others, told, changed_at, counts_at)
        -- A clock over there that is days ahead says nothing about the day.
        SELECT $2, $4, $5, $6, $8, $11::text[], $12::boolean, at,
               CASE WHEN at < now() + interval '1 day' THEN at ELSE now() END
        FROM dated
        """,
        event_id,
        connection_id,
        observed.type,
        observed.kind,
        observed.record_id,
        revision,
        lane,
        source,
        observed.state,
        change.as_json(),
        list(others),
        arriving.is_told(observed.type, change),
        arriving.changed_at(observed, change),
        backfill_id,
    )
    return event_id


async def moved(tx: Tx, event_id: str) -> tuple[str, str, list[str]] | None:
    """Return kind and id of an event's record, and the fields that changed."""
    row = await tx.fetchrow("SELECT kind, record_id, change FROM events WHERE id = $1", event_id)
    return (row["kind"], row["record_id"], sorted(row["change"]["before"])) if row else None


async def open_in_lane(tx: Tx, lane: str) -> list[Event]:
    """Return the lane's events that have no outcome yet, in order."""
    rows = await tx.fetch(
        """
        SELECT seq, id, connection_id, type, kind, record_id, revision, lane, source, state, change, handled,
               backfill_id
        FROM events WHERE lane = $1 AND outcome IN ('pending', 'waiting') ORDER BY seq
        """,
        lane,
    )
    return [_event(dict(row)) for row in rows]


def _event(row: JsonObject) -> Event:
    # Events of before there was such a column: all that is known of them is that something changed.
    told = row.pop("change") or {}
    told["told"] = tuple(told.get("told") or ())
    change = Change(kind=row["kind"], record_id=row["record_id"], state=row["state"], **told)
    return Event(**row, change=change)


async def settle(
    tx: Tx, lane: Lane, event_id: str, *, outcome: str, reason: str | None, handled: bool = False
) -> None:
    """Give an event its visible outcome.

    Args:
        handled: Every flow that listens to it has begun. A run that a person reopened meanwhile is not passed over:
            the event is parked then, and ``runs.due`` finds it.
    """
    if handled:
        # Whoever reopens a run locks the event too: the next statement sees either all of that or comes before it.
        await tx.execute("SELECT 1 FROM events WHERE id = $1 FOR UPDATE", event_id)
    done = await tx.fetchval(
        f"""
        WITH {HELD}
        UPDATE events SET reason = $5, handled = handled OR $6::boolean,
               outcome = CASE WHEN $6 AND EXISTS (SELECT 1 FROM runs WHERE event_id = $3 AND state = 'waiting')
                              THEN 'parked' ELSE $4 END
        FROM held WHERE id = $3 RETURNING true
        """,  # noqa: S608 (a constant)
        lane.key,
        lane.fence,
        event_id,
        outcome,
        reason,
        handled,
    )
    if not done:
        raise lost(lane)


async def one(tx: Tx, event_id: str) -> Event | None:
    """Return an event, None where there is none of that id."""
    row = await tx.fetchrow(
        """
        SELECT seq, id, connection_id, type, kind, record_id, revision, lane, source, state, change, handled,
               backfill_id
        FROM events WHERE id = $1
        """,
        event_id,
    )
    return _event(dict(row)) if row else None


async def accepted(tx: Tx, event_ids: Sequence[str]) -> dict[str, datetime]:
    """Return when each of these events was accepted."""
    rows = await tx.fetch("SELECT id, accepted_at FROM events WHERE id = ANY($1::text[])", list(event_ids))
    return {row["id"]: row["accepted_at"] for row in rows}


async def counts(tx: Tx) -> dict[str, int]:
    """Count events by outcome, every row of the table."""
    rows = await tx.fetch("SELECT outcome, count(*) AS n FROM events GROUP BY outcome")
    return {row["outcome"]: row["n"] for row in rows}


_WHOLE = "seq, id, connection_id, type, kind, record_id, revision, lane, source, state, change, backfill_id"


async def beginning(tx: Tx, given: str) -> list[Event]:
    """Return the events whose ids begin with ``given``, two at most; one whose whole id it is comes alone."""
    rows = await tx.fetch(
        f"SELECT {_WHOLE} FROM events WHERE starts_with(id, $1) ORDER BY id = $1 DESC LIMIT 2",  # noqa: S608
        given,
    )
    found = [_event(dict(row)) for row in rows]
    return found[:1] if found and found[0].id == given else found


async def recent(tx: Tx, connection_id: str, kind: str, *, limit: int) -> list[Event]:
    """Return the newest event of each of the records of a kind that changed last, newest first."""
    rows = await tx.fetch(
        f"""
        SELECT {_WHOLE} FROM (
            SELECT DISTINCT ON (record_id) * FROM (
                SELECT * FROM events WHERE connection_id = $1 AND kind = $2 ORDER BY seq DESC LIMIT $3 * 20) AS late
            ORDER BY record_id, seq DESC) AS newest
        ORDER BY seq DESC LIMIT $3
        """,  # noqa: S608 (a constant list of columns)
        connection_id,
        kind,
        limit,
    )
    return [_event(dict(row)) for row in rows]


async def revision_of(tx: Tx, connection_id: str, kind: str, record_id: str) -> int:
    """Return a record's present revision, 0 when it was never accepted."""
    found = await tx.fetchval(
        "SELECT revision FROM records WHERE connection_id = $1 AND kind = $2 AND record_id = $3",
        connection_id,
        kind,
        record_id,
    )
    return int(found or 0)
