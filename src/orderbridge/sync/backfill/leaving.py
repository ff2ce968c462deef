"""What polls leave to a backfill that is under way: history that nobody saw yet would else come twice, and loudly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderbridge.store import backfills, sightings
from orderbridge.store.backfills import Backfill
from orderbridge.store.database import Tx
from orderbridge.sync.backfill.selection import RECORD, TRANSACTIONS, Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What of a connection's history is under way to be carried over.

    Attributes:
        parts: Each selection, with the moment up to which it is history.
    """

    parts: Sequence[tuple[Selection, datetime]] = ()

    def covers(self, kind: str, record_id: str, made_at: datetime | None) -> bool:
        """Whether a backfill that is under way brings this record."""
        return made_at is not None and any(
            made_at <= started_at
            and kind in _kinds(chosen)
            and (record_id in chosen.ids if chosen.ids else chosen.takes(made_at))
            for chosen, started_at in self.parts
        )

    async def unseen(
        self, tx: Tx, connection_id: str, kind: str, made: Sequence[tuple[str, datetime | None]]
    ) -> set[str]:
        """Return which of these records, given as (id, when it was made), a poll leaves to the backfill.

        One that was seen before is the poll's: it may have moved since.
        """
        covered = [record_id for record_id, made_at in made if self.covers(kind, record_id, made_at)]
        if not covered:
            return set()
        return set(covered) - await sightings.seen(tx, connection_id, kind, covered)


async def under_way(tx: Tx, connection_id: str) -> History:
    """Return what the open backfills of a connection are about to bring."""
    return History(parts=[_part(item) for item in await backfills.open_ones(tx, connection_id)])


def _part(found: Backfill) -> tuple[Selection, datetime]:
    return Selection.from_json(found.selection), found.started_at or found.created_at


def _kinds(chosen: Selection) -> frozenset[str]:
    kinds = {RECORD[kind] for kind in chosen.kinds}
    # Orders come with their payments.
    return frozenset(kinds | ({RECORD[TRANSACTIONS]} if chosen.whole_orders else set()))
