"""Closed days: what both sides said of a day, why they differed, and what changed afterwards."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
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

closes = Table(
    "closes",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("source_connection", Text, nullable=False),
    Column("target_connection", Text, nullable=False),
    Column("day", Date, nullable=False),
    # A day that is closed again gets the next number; the earlier ones stay.
    Column("edition", Integer, nullable=False),
    Column("zone", Text, nullable=False),
    Column("state", Text, nullable=False),  # green | open | red
    Column("closed_at", DateTime(timezone=True), nullable=False),
    Column("reopened_at", DateTime(timezone=True)),
    Column("document", JSONB, nullable=False),
    UniqueConstraint("source_connection", "target_connection", "day", "edition"),
)


# What both sides said of every amount of the day when it was closed, and what they said when they were last looked at.
close_lines = Table(
    "close_lines",
    metadata,
    Column("close_id", BigInteger, ForeignKey("closes.id", ondelete="CASCADE"), primary_key=True),
    Column("sale", Text, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("highlevel", Numeric, nullable=False),
    Column("act", Numeric, nullable=False),
    Column("highlevel_now", Numeric, nullable=False),
    Column("act_now", Numeric, nullable=False),
)


close_differences = Table(
    "close_differences",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("close_id", BigInteger, ForeignKey("closes.id", ondelete="CASCADE"), nullable=False),
    # False: it is no money.
    Column("money", Boolean, nullable=False),
    Column("document", JSONB, nullable=False),
    Index("ix_close_differences_close", "close_id"),
)


close_changes = Table(
    "close_changes",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("close_id", BigInteger, ForeignKey("closes.id", ondelete="CASCADE"), nullable=False),
    Column("noticed_at", DateTime(timezone=True), nullable=False),
    Column("sale", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("highlevel_before", Numeric, nullable=False),
    Column("highlevel_after", Numeric, nullable=False),
    Column("act_before", Numeric, nullable=False),
    Column("act_after", Numeric, nullable=False),
    Index("ix_close_changes_close", "close_id"),
)


# What is done by itself for a day that is over, each once: its close, and the statement of what of it came.
daily_work = Table(
    "daily_work",
    metadata,
    Column("job", Text, primary_key=True),  # close | statement
    Column("connection_id", Text, primary_key=True),
    # The Act! connection of a close; empty for a statement, which is of one account.
    Column("target_id", Text, primary_key=True, server_default=text("''")),
    Column("day", Date, primary_key=True),
    Column("state", Text, nullable=False),  # waiting | done | left
    # Why it waits, or why it was left to a person.
    Column("reason", Text),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("retry_at", DateTime(timezone=True)),
    Column("settled_at", DateTime(timezone=True)),
    # Of what is done: whether nothing was found that somebody should look at.
    Column("in_order", Boolean),
    # Of a statement that is done.
    Column("missing", Integer),
    Index("ix_daily_work_not_in_order", "day", postgresql_where=text("NOT in_order")),
)
