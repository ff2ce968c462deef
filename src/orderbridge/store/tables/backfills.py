"""Bounded history that is carried over: what was chosen, how far it came, and list rows that wait for their order."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from orderbridge.store.tables.ground import metadata
from orderbridge.store.tables.ground import now as _now

backfills = Table(
    "backfills",
    metadata,
    Column("id", Text, primary_key=True),
    Column("connection_id", Text, nullable=False),
    # planned | running | paused | done | cancelled
    Column("state", Text, nullable=False),
    Column("selection", JSONB, nullable=False),
    # The same for the same selection.
    Column("fingerprint", Text, nullable=False),
    # What it may do besides: with_tasks, with_messages.
    Column("options", JSONB, nullable=False),
    # How far it came: phase, offset, the ids of the last page.
    Column("position", JSONB, nullable=False),
    Column("counts", JSONB, nullable=False),
    Column("plan", JSONB),
    Column("reason", Text),
    Column("asked_by", Text, nullable=False),
    _now("created_at"),
    # Everything that happens later is for polls and webhooks.
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    # The process that drives it, and until when nobody else may.
    Column("driver", Text),
    Column("driven_until", DateTime(timezone=True)),
    Index(
        "uq_backfills_open",
        "connection_id",
        "fingerprint",
        unique=True,
        postgresql_where=text("state IN ('running', 'paused')"),
    ),
)


# Payments as their list shows them, until their order is carried over: it need not ask for them again.
backfill_rows = Table(
    "backfill_rows",
    metadata,
    Column("backfill_id", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    # The order that was paid; NULL where it is something else.
    Column("order_id", Text),
    Column("row", LargeBinary, nullable=False),
    Column("made_at", DateTime(timezone=True)),
    Index("ix_backfill_rows_order", "backfill_id", "order_id"),
)
