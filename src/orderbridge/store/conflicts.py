"""The tray: what a person has to decide between the two sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orderbridge.catalogue.pairs import Pair, Question
from orderbridge.core.errors import SetupError
from orderbridge.core.ids import derived_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx

_COLUMNS = (
    "id, sort, act_connection, ghl_connection, kind, act_id, ghl_id, field, act_value, ghl_value, why, details,"
    " flow_id, opened_at, resolved_at, resolution"
)


async def ask(tx: Tx, act: str, ghl: str, question: Question, *, flow_id: str | None) -> tuple[str, bool]:
    """Open a question, or bring an open one up to date; returns its id and whether it is new.

    One that was answered before is opened anew: it has come up again.
    """
    conflict_id = _id(act, ghl, question)
    new = await tx.fetchval(
        """
        INSERT INTO conflicts AS c (id, sort, act_connection, ghl_connection, kind, act_id, ghl_id, field, act_value,
                                    ghl_value, why, details, flow_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10::jsonb, $11, $12, $13)
        ON CONFLICT (id) DO UPDATE
           SET act_value = excluded.act_value, ghl_value = excluded.ghl_value, why = excluded.why,
               details = excluded.details, flow_id = excluded.flow_id,
               opened_at = CASE WHEN c.resolved_at IS NULL THEN c.opened_at ELSE now() END,
               resolved_at = NULL, resolution = NULL
        RETURNING opened_at = now()
        """,
        conflict_id,
        question.sort,
        act,
        ghl,
        question.kind,
        question.act_id,
        question.ghl_id,
        question.field,
        question.act_value,
        question.ghl_value,
        question.why,
        question.details,
        flow_id,
    )
    return conflict_id, bool(new)


async def open_of(tx: Tx, act: str, ghl: str, pair: Pair) -> dict[str, Question]:
    """Return the open questions about the fields of a pair, by field."""
    rows = await tx.fetch(
        """
        SELECT sort, kind, act_id, ghl_id, field, act_value, ghl_value, why, details FROM conflicts
        WHERE act_connection = $1 AND act_id = $2 AND ghl_connection = $3 AND ghl_id = $4 AND kind = $5
          AND resolved_at IS NULL AND field <> ''
        """,
        act,
        pair.act_id,
        ghl,
        pair.ghl_id,
        pair.kind,
    )
    return {row["field"]: Question(**dict(row)) for row in rows}


async def close_fields(
    tx: Tx, act: str, ghl: str, pair: Pair, fields: Sequence[str], *, resolution: str
) -> None:
    """Close the questions about fields in which the two sides agree by now."""
    await tx.execute(
        """
        UPDATE conflicts SET resolved_at = now(), resolution = $7
        WHERE act_connection = $1 AND act_id = $2 AND ghl_connection = $3 AND ghl_id = $4 AND kind = $5
          AND field = ANY($6::text[]) AND resolved_at IS NULL
        """,
        act,
        pair.act_id,
        ghl,
        pair.ghl_id,
        pair.kind,
        list(fields),
        resolution,
    )


async def resolve(tx: Tx, conflict_id: str, resolution: str) -> None:
    """Note what a person decided."""
    await tx.execute(
        "UPDATE conflicts SET resolved_at = now(), resolution = $2 WHERE id = $1", conflict_id, resolution
    )


async def about(tx: Tx, act: str, ghl: str, question: Question) -> JsonObject | None:
    """Return the question of this sort about the same thing, open or answered; None where there is none."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM conflicts WHERE id = $1", _id(act, ghl, question))  # noqa: S608
    return dict(row) if row else None


def _id(act: str, ghl: str, question: Question) -> str:
    return derived_id(
        act, ghl, question.kind, question.act_id or "", question.ghl_id or "", question.field, question.sort
    )


async def listed(tx: Tx, *, resolved: bool = False, limit: int = 500) -> list[JsonObject]:
    """List the open questions, oldest first, or the newest answered ones."""
    order = "resolved_at DESC" if resolved else "opened_at"
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM conflicts WHERE (resolved_at IS NOT NULL) = $1 ORDER BY {order} LIMIT $2",  # noqa: S608
        resolved,
        limit,
    )
    return [dict(row) for row in rows]


async def one(tx: Tx, beginning: str) -> JsonObject:
    """Return a question by its id, or by the beginning of it.

    Raises:
        SetupError: There is none, or several begin so.
    """
    rows: list[Any] = await tx.fetch(
        f"SELECT {_COLUMNS} FROM conflicts WHERE starts_with(id, $1) ORDER BY id LIMIT 2",  # noqa: S608
        beginning,
    )
    if not beginning or not rows:
        raise SetupError(
            f"there is no conflict {beginning!r}; see 'orderbridge conflicts list'", cause="conflict.missing"
        )
    if len(rows) > 1:
        raise SetupError(
            f"several conflicts begin with {beginning!r}; give more of the id", cause="conflict.missing"
        )
    return dict(rows[0])
