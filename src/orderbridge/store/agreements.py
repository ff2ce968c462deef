"""Agreements: what both records of a pair showed when they last agreed, field by field."""

from __future__ import annotations

from collections.abc import Mapping

from orderbridge.catalogue.agreement import Agreed, Begun
from orderbridge.catalogue.pairs import Pair
from orderbridge.store.database import Tx

_KEY = "act_connection = $1 AND ghl_connection = $2 AND kind = $3 AND act_id = $4 AND ghl_id = $5"


async def read(tx: Tx, act: str, ghl: str, pair: Pair) -> tuple[dict[str, Agreed], dict[str, Begun]]:
    """Return what was agreed and what was begun, by field.

    Args:
        act: The Act! connection.
        ghl: The HighLevel connection.
        pair: The two records.
    """
    row = await tx.fetchrow(f"SELECT agreed, begun FROM agreements WHERE {_KEY}", *_key(act, ghl, pair))  # noqa: S608
    if row is None:
        return {}, {}
    return (
        {name: Agreed(**item) for name, item in row["agreed"].items()},
        {name: Begun(**item) for name, item in row["begun"].items()},
    )


async def begin(tx: Tx, act: str, ghl: str, pair: Pair, begun: Mapping[str, Begun]) -> None:
    """Remember what is about to be written."""
    rows = {
        name: {"side": item.side, "sent": item.sent, "source": item.source} for name, item in begun.items()
    }
    await tx.execute(
        """
        INSERT INTO agreements AS a (act_connection, ghl_connection, kind, act_id, ghl_id, agreed, begun)
        VALUES ($1, $2, $3, $4, $5, '{}', $6)
        ON CONFLICT (act_connection, ghl_connection, kind, act_id, ghl_id) DO UPDATE
           SET begun = a.begun || excluded.begun
        """,
        *_key(act, ghl, pair),
        rows,
    )


async def save(
    tx: Tx, act: str, ghl: str, pair: Pair, agreed: Mapping[str, Agreed], *, run_id: str | None
) -> None:
    """Remember what both sides show; whatever was begun with these fields has come to its end."""
    rows = {name: {"act": item.act, "ghl": item.ghl} for name, item in agreed.items()}
    await tx.execute(
        """
        INSERT INTO agreements AS a (act_connection, ghl_connection, kind, act_id, ghl_id, agreed, begun, run_id)
        VALUES ($1, $2, $3, $4, $5, $6, '{}', $7)
        ON CONFLICT (act_connection, ghl_connection, kind, act_id, ghl_id) DO UPDATE
           SET agreed = a.agreed || excluded.agreed, begun = a.begun - $8::text[], run_id = excluded.run_id,
               agreed_at = now()
        """,
        *_key(act, ghl, pair),
        rows,
        run_id,
        list(rows),
    )


async def forget(tx: Tx, act: str, ghl: str, pair: Pair) -> None:
    """Dissolve a pair: its agreement and its link, so that the two are strangers again."""
    await tx.execute(f"DELETE FROM agreements WHERE {_KEY}", *_key(act, ghl, pair))  # noqa: S608
    await tx.execute(
        """
        DELETE FROM links
        WHERE (source_connection = $2 AND source_id = $4 AND target_connection = $1 AND target_id = $3
               AND source_kind = $5)
           OR (source_connection = $1 AND source_id = $3 AND target_connection = $2 AND target_id = $4
               AND source_kind = $5)
        """,
        act,
        ghl,
        pair.act_id,
        pair.ghl_id,
        pair.kind,
    )


def _key(act: str, ghl: str, pair: Pair) -> tuple[str, str, str, str, str]:
    return act, ghl, pair.kind, pair.act_id, pair.ghl_id
