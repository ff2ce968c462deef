"""What came in: deliveries, the records they are about, and how far each list was read."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from orderbridge.store.tables.ground import metadata
from orderbridge.store.tables.ground import now as _now

inbox = Table(
    "inbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("connection_id", Text, nullable=False),
    # Unique within the connection: the provider's webhookId, or a name a poll made.
    Column("delivery_id", Text, nullable=False),
    Column("source", Text, nullable=False),  # webhook | poll | backfill | manual
    Column("type", Text, nullable=False),
    Column("kind", Text, nullable=False),  # order | transaction | contact | …
    Column("record_id", Text),
    Column("lane", Text),
    Column("body", LargeBinary),
    _now("received_at"),
    Column("outcome", Text, nullable=False, server_default="pending"),
    Column("reason", Text),
    Column("settled_at", DateTime(timezone=True)),
    # Of what is dead: the code of what went wrong.
    Column("cause", Text),
    Column("backfill_id", Text),
    UniqueConstraint("connection_id", "delivery_id"),
    # Small whatever the history: only what still waits.
    Index("ix_inbox_pending", "lane", "id", postgresql_where=text("outcome IN ('pending', 'waiting')")),
    Index("ix_inbox_dead", "id", postgresql_where=text("outcome = 'dead'")),
    Index("ix_inbox_dead_lane", "lane", postgresql_where=text("outcome = 'dead'")),
    # What came of a record is found by its id, the newest first.
    Index("ix_inbox_record", "record_id", "id", postgresql_where=text("record_id IS NOT NULL")),
    Index("ix_inbox_backfill", "backfill_id", postgresql_where=text("backfill_id IS NOT NULL")),
)


unknown_deliveries = Table(
    "unknown_deliveries",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("location_id", Text),
    Column("type", Text),
    Column("webhook_id", Text),
    _now("received_at"),
)


records = Table(
    "records",
    metadata,
    Column("connection_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("state", JSONB, nullable=False),
    _now("changed_at"),
    # Which lines an opportunity had, to see that one is gone.
    Index(
        "ix_records_lines",
        "connection_id",
        text("(state ->> 'opportunity_id')"),
        postgresql_where=text("kind = 'line_item'"),
    ),
    Index("ix_records_orders", "changed_at", "record_id", postgresql_where=text("kind = 'order'")),
)


# What a list row looked like when it was last seen: a poll asks for details only where it moved.
seen_rows = Table(
    "seen_rows",
    metadata,
    Column("connection_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("sightings", Integer, nullable=False, server_default=text("1")),
    _now("seen_at"),
)


events = Table(
    "events",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("connection_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("lane", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("state", JSONB, nullable=False),
    # What is new about it: created, deleted, and each field with its value before; triggers look here.
    Column("change", JSONB),
    _now("accepted_at"),
    Column("outcome", Text, nullable=False, server_default="pending"),
    Column("reason", Text),
    # Every flow that listened to it has begun: one that is switched on later does not join in a replay.
    Column("handled", Boolean, nullable=False, server_default=text("false")),
    # Its runs are quiet, also when they are replayed.
    Column("backfill_id", Text),
    UniqueConstraint("connection_id", "kind", "record_id", "revision"),
    Index("ix_events_open", "lane", "seq", postgresql_where=text("outcome IN ('pending', 'waiting')")),
    Index("ix_events_lane", "lane", "seq"),
    Index("ix_events_dead", "seq", postgresql_where=text("outcome = 'dead'")),
    Index("ix_events_parked", "seq", postgresql_where=text("outcome = 'parked'")),
    Index("ix_events_backfill", "backfill_id", postgresql_where=text("backfill_id IS NOT NULL")),
)


checkpoints = Table(
    "checkpoints",
    metadata,
    Column("connection_id", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("cursor", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    _now("saved_at"),
)


# What belongs to a record and is in no list is read again by the record's id: the one read longest ago first.
revisits = Table(
    "revisits",
    metadata,
    Column("connection_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("read_at", DateTime(timezone=True), nullable=False),
    Index("ix_revisits_made", "connection_id", "kind", "made_at"),
    Index("ix_revisits_read", "connection_id", "kind", "read_at"),
)
