"""What was proved: intents, receipts, links, ledger; what both sides agreed on, and what we wrote ourselves."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from orderbridge.store.tables.ground import metadata
from orderbridge.store.tables.ground import now as _now

intents = Table(
    "intents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("run_id", Text, nullable=False),
    Column("connection_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    # Our name for the record that is written; it can be found again by it on the other side.
    Column("reference", Text, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("1")),
    Column("wanted", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default="prepared"),  # prepared | settled
    _now("prepared_at"),
    Index("ix_intents_open", "prepared_at", postgresql_where=text("state = 'prepared'")),
    Index("ix_intents_run_id", "run_id"),
    Index(
        "ix_intents_reference",
        "connection_id",
        "kind",
        "reference",
        postgresql_where=text("state = 'prepared'"),
    ),
)


receipts = Table(
    "receipts",
    metadata,
    Column("intent_id", Text, primary_key=True),
    Column("run_id", Text, nullable=False),
    Column("connection_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("target_id", Text),
    # confirmed | altered | ignored | refused | in_doubt | unchanged
    Column("verdict", Text, nullable=False),
    Column("before", JSONB),
    Column("sent", JSONB, nullable=False),
    Column("read_back", JSONB),
    Column("differences", JSONB, nullable=False),
    _now("settled_at"),
    Index("ix_receipts_reference", "connection_id", "kind", "reference"),
    Index("ix_receipts_run_id", "run_id"),
    Index("ix_receipts_target", "connection_id", "kind", "target_id"),
    Index(
        "ix_receipts_unproved",
        "verdict",
        postgresql_where=text("verdict NOT IN ('confirmed', 'unchanged', 'answered')"),
    ),
)


links = Table(
    "links",
    metadata,
    Column("source_connection", Text, primary_key=True),
    Column("source_kind", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("target_connection", Text, primary_key=True),
    Column("target_kind", Text, primary_key=True),
    Column("target_id", Text, nullable=False),
    # What each side held when they last agreed.
    Column("source_fingerprint", Text),
    Column("target_fingerprint", Text),
    Column("how", Text, nullable=False),
    _now("linked_at"),
    Index("ix_links_target", "target_connection", "target_kind", "target_id"),
)


ledger = Table(
    "ledger",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("connection_id", Text, nullable=False),
    Column("order_id", Text, nullable=False),
    Column("record_kind", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("entry", Text, nullable=False),  # line | discount | tax | shipping | paid | refunded | …
    Column("line", Text, nullable=False),
    Column("amount", Numeric, nullable=False),
    Column("currency", Text, nullable=False),
    Column("occurred_at", DateTime(timezone=True)),
    _now("recorded_at"),
    UniqueConstraint("connection_id", "record_kind", "record_id", "revision", "entry", "line"),
    Index("ix_ledger_order", "connection_id", "order_id"),
    Index("ix_ledger_made", "connection_id", "occurred_at", postgresql_where=text("record_kind = 'order'")),
)


# Per pair of records: each field as both sides showed it when they last agreed.
agreements = Table(
    "agreements",
    metadata,
    Column("act_connection", Text, primary_key=True),
    Column("ghl_connection", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("act_id", Text, primary_key=True),
    Column("ghl_id", Text, primary_key=True),
    Column("agreed", JSONB, nullable=False),
    # Writes that were set out on and whose end is not known.
    Column("begun", JSONB, nullable=False),
    Column("run_id", Text),
    _now("agreed_at"),
)


# What a person has to decide between the two sides; nothing is written for it meanwhile.
conflicts = Table(
    "conflicts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sort", Text, nullable=False),  # differs | not_taken | deleted
    Column("act_connection", Text, nullable=False),
    Column("ghl_connection", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("act_id", Text),
    Column("ghl_id", Text),
    Column("field", Text, nullable=False),
    Column("act_value", JSONB),
    Column("ghl_value", JSONB),
    Column("why", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("flow_id", Text),
    _now("opened_at"),
    Column("resolved_at", DateTime(timezone=True)),
    Column("resolution", Text),
    Index("ix_conflicts_open", "opened_at", postgresql_where=text("resolved_at IS NULL")),
    Index("ix_conflicts_pair", "act_connection", "act_id", "ghl_connection", "ghl_id"),
)


# Per record over there: what flows wrote to it and how it looked afterwards.
own_writes = Table(
    "own_writes",
    metadata,
    Column("connection_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("shown", JSONB, nullable=False),
    Column("created", Boolean, nullable=False),
    # Whether the change has not come back to us as news yet.
    Column("unseen", Boolean, nullable=False),
    # Per field the last writes, each with the flow and the value.
    Column("history", JSONB, nullable=False),
    _now("settled_at"),
)
