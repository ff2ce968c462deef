"""Why an order may differ between the two sides, as far as our own tables know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orderbridge.store.database import Tx
from orderbridge.store.events import NOBODY_LISTENS


async def of_orders(tx: Tx, connection_id: str, order_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return (reason code, evidence) for the orders about which something is known.

    A run that waits for a person or for its time explains a difference, and one that a person cancelled; so does a
    lane that is still in work, and an event that came in before a flow listened.
    """
    return await of_lanes(tx, {f"{connection_id}/order/{order_id}": order_id for order_id in order_ids})


async def of_lanes(tx: Tx, lanes_of: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return the same for sales whose changes are carried over in these lanes.

    Args:
        tx: The transaction.
        lanes_of: Key of a lane → the sale that it is about.
    """
    found: dict[str, tuple[str, str]] = {}
    for row in await tx.fetch(
        """
        SELECT DISTINCT ON (lane) lane, id FROM events
         WHERE lane = ANY($1::text[]) AND kind = 'order' AND outcome = 'nothing' AND reason = $2
           AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.event_id = events.id)
         ORDER BY lane, seq DESC
        """,
        list(lanes_of),
        NOBODY_LISTENS,
    ):
        # A poll says nothing of it again: the record is known and has not changed.
        found[lanes_of[row["lane"]]] = (
            "no_flow_listened",
            "it came in before a flow that carries orders was switched on; with the flow on, "
            f"'orderbridge runs replay --event {row['id']}' carries it over, and "
            "'orderbridge runs replay --unheard' all that came in so",
        )
    for row in await tx.fetch(
        "SELECT key, reason FROM lanes WHERE queued AND key = ANY($1::text[])", list(lanes_of)
    ):
        found[lanes_of[row["key"]]] = (
            "in_work",
            row["reason"] or "its changes are being carried over just now",
        )
    for row in await tx.fetch(
        """
        SELECT lane, 'cancelled' AS cause, reason FROM runs
         WHERE state = 'cancelled' AND lane = ANY($1::text[])
           AND NOT EXISTS (SELECT 1 FROM runs later WHERE later.event_id = runs.event_id
                            AND later.flow_id = runs.flow_id AND later.started_at > runs.started_at)
        UNION ALL
        SELECT lane, 'waiting' AS cause, reason FROM runs
         WHERE state = 'waiting' AND wake_at IS NOT NULL AND lane = ANY($1::text[])
        UNION ALL
        SELECT lane, 'held:unreadable' AS cause, reason FROM inbox WHERE outcome = 'dead' AND lane = ANY($1::text[])
        UNION ALL
        SELECT lane, 'held:' || cause, reason FROM runs WHERE state = 'dead' AND lane = ANY($1::text[])
        """,
        list(lanes_of),
    ):
        found[lanes_of[row["lane"]]] = (row["cause"], row["reason"] or "")
    return found


async def left_out(tx: Tx, connection_id: str, order_ids: Sequence[str]) -> dict[str, str]:
    """Return why a flow left orders out, for those that one did leave out."""
    rows = await tx.fetch(
        """
        SELECT DISTINCT ON (runs.lane) events.record_id, runs.reason FROM runs JOIN events ON events.id = runs.event_id
        WHERE runs.lane = ANY($1::text[]) AND runs.state = 'nothing' AND events.kind = 'order'
        ORDER BY runs.lane, runs.started_at DESC
        """,
        [f"{connection_id}/order/{order_id}" for order_id in order_ids],
    )
    return {row["record_id"]: row["reason"] or "the flow had nothing to do with it" for row in rows}
