"""What is done: lanes, runs and their steps, and the rights and switches that they heed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, Numeric, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from orderbridge.store.tables.ground import metadata
from orderbridge.store.tables.ground import now as _now

lanes = Table(
    "lanes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("connection_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("queued", Boolean, nullable=False),
    Column("priority", Integer, nullable=False, server_default=text("0")),
    Column("owner", Text),
    Column("fence", BigInteger, nullable=False, server_default=text("0")),
    Column("lease_until", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("retry_at", DateTime(timezone=True)),
    Column("reason", Text),
    _now("touched_at"),
    Index("ix_lanes_queued", "touched_at", postgresql_where=text("queued")),
)


runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("flow_id", Text, nullable=False),
    Column("flow_version", Integer, nullable=False),
    Column("lane", Text, nullable=False),
    Column("state", Text, nullable=False),  # running | done | nothing | waiting | dead
    Column("reason", Text),
    Column("cause", Text),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("held_amount", Numeric),
    Column("held_currency", Text),
    # Until when it waits, or waited last.
    Column("wake_at", DateTime(timezone=True)),
    _now("started_at"),
    Column("finished_at", DateTime(timezone=True)),
    Index("ix_runs_event_id", "event_id"),
    Index("ix_runs_waiting", "wake_at", postgresql_where=text("state = 'waiting'")),
    Index("ix_runs_dead", "cause", postgresql_where=text("state = 'dead'")),
)


steps = Table(
    "steps",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("action", Text, nullable=False),
    Column("state", Text, nullable=False),  # done | failed | waiting
    Column("input", JSONB),
    Column("output", JSONB),
    Column("error", Text),
    _now("finished_at"),
)


# Short exclusive rights on a name: matching a customer, refreshing a token.
claims = Table(
    "claims",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)


switches = Table(
    "switches",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", JSONB, nullable=False),
    _now("changed_at"),
)
