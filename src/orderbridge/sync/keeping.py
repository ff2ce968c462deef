"""What becomes of the rows of a list: those that moved, are gone, or came back make deliveries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from orderbridge.catalogue.reading import CREATED, is_known, is_touched, missing_type, moment
from orderbridge.core.jsonio import JsonObject, fingerprint
from orderbridge.core.log import get
from orderbridge.engine.inbox import accept_all
from orderbridge.engine.quiet import HISTORY_PRIORITY
from orderbridge.store import revisits, sightings
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx
from orderbridge.store.inbox import NewDelivery
from orderbridge.sync.rows import Row, Stream, View

log = get(__name__)

# So much vanishes at once where we may not see it any more: it is taken as deleted only when a person says so.
_SUSPICIOUS_ROWS, _SUSPICIOUS_SHARE, _ALWAYS_SUSPICIOUS = 10, 0.1, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What a look at a whole list did not show.

    Attributes:
        missing: Records that are known and not in the list.
        known: Records that should be in it.
        suspicious: So many are missing that none is taken as deleted.
    """

    missing: int
    known: int
    suspicious: bool


async def keep_rows(
    tx: Tx, view: View, stream: Stream, rows: Sequence[Row], *, besides: Sequence[NewDelivery] = ()
) -> int:
    """Keep what a list showed.

    Args:
        tx: The transaction.
        view: The look.
        stream: The list.
        rows: What it showed.
        besides: Deliveries of what it did not show, stored with the others.

    Returns:
        How many rows became deliveries.
    """
    connection = view.connection
    left = await view.history.unseen(
        tx, connection.id, stream.kind, [(row.record_id, moment(row.state, CREATED)) for row in rows]
    )
    by_id = {row.record_id: row for row in rows if row.record_id not in left}
    moved = await sightings.row_moved(
        tx,
        connection.id,
        stream.seen_as or stream.kind,
        [(key, fingerprint(row.state)) for key, row in by_id.items()],
    )
    since = view.listening.since.get(stream.kind)
    known: list[tuple[str, JsonObject]] = []
    deliveries: list[NewDelivery] = []
    for record_id, times in moved.items():
        row = by_id[record_id]
        old = is_known(connection.system, row.state, since) and not is_touched(
            connection.system, row.state, since
        )
        if times == 1 and old and not stream.backfills:
            known.append((record_id, row.state))
        else:
            # History that nobody listened to yet waits behind everything that happens now.
            history = old and times == 1 and since is not None
            deliveries.append(
                _delivery(connection, stream, row, times, priority=HISTORY_PRIORITY if history else 0)
            )
    # Lanes before records, as their holders do.
    await accept_all(tx, [*deliveries, *besides])
    await sightings.keep_known(tx, connection.id, stream.kind, known)
    if stream.parts and stream.parts in view.listening.kinds:
        dated = [(row.record_id, row.made or view.today) for row in by_id.values() if row.lane]
        await revisits.note(tx, connection.id, stream.parts, dated, read=moved.keys(), now=view.today)
    return len(deliveries)


async def absence(
    tx: Tx, view: View, stream: Stream, shown: Collection[str], *, confirmed: bool
) -> tuple[list[NewDelivery], Gone | None]:
    """Compare a whole list with what is known.

    Args:
        tx: The transaction.
        view: The look.
        stream: The list.
        shown: Every id that it showed.
        confirmed: A person said that what is missing was deleted, however much it is.

    Returns:
        Deliveries that look up by its id what is missing and what came back, and what is missing.
    """
    if not stream.scans:
        return [], None
    connection, now = view.connection, view.today.isoformat()
    stored = await sightings.present(tx, connection.id, stream.kind, prefix=stream.prefix)
    missing = stored - set(shown)
    many = len(missing) >= _SUSPICIOUS_ROWS and (
        len(missing) > _SUSPICIOUS_SHARE * len(stored) or len(missing) >= _ALWAYS_SUSPICIOUS
    )
    gone = Gone(missing=len(missing), known=len(stored), suspicious=many and not confirmed)
    # A deleted record that is in the list again: its row need not have moved.
    back = await sightings.deleted(tx, connection.id, stream.kind, sorted(shown))
    found = [_absence("returned", connection, stream, record_id, now) for record_id in sorted(back)]
    if gone.suspicious:
        log.warning(
            "so many records vanished at once that none is taken as deleted; check what our user may see",
            cause="poll.rows_hidden",
            connection=connection.name,
            stream=stream.name,
            missing=gone.missing,
            known=gone.known,
        )
    else:
        found += [_absence("missing", connection, stream, record_id, now) for record_id in sorted(missing)]
    return found, gone


def _delivery(connection: Connection, stream: Stream, row: Row, times: int, *, priority: int) -> NewDelivery:
    seen_as = stream.seen_as or stream.kind
    return NewDelivery(
        connection_id=connection.id,
        delivery_id=f"poll/{seen_as}/{row.record_id}/{times}/{fingerprint(row.state)[:12]}",
        source="poll",
        type=f"{stream.kind}_seen",
        kind=stream.kind,
        record_id=row.record_id,
        lane_kind=row.lane[0] if row.lane else None,
        lane_record_id=row.lane[1] if row.lane else None,
        body=row.body,
        reason=row.reason,
        priority=priority,
    )


def _absence(what: str, connection: Connection, stream: Stream, record_id: str, now: str) -> NewDelivery:
    return NewDelivery(
        connection_id=connection.id,
        delivery_id=f"{what}/{stream.kind}/{record_id}/{now}",
        source="poll",
        type=missing_type(stream.kind) if what == "missing" else f"{stream.kind}_seen",
        kind=stream.kind,
        record_id=record_id,
        lane_kind=stream.kind,
        lane_record_id=record_id,
        body=None,
    )
