"""Messages to the people who run this installation."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from orderbridge.store.tables.ground import key_id as _key_id
from orderbridge.store.tables.ground import metadata
from orderbridge.store.tables.ground import now as _now

# Where the owner's messages go: a chat, a mailbox, a phone.
channels = Table(
    "channels",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("service", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    _key_id(nullable=False),
    _now("created_at"),
)


# What was said last through a channel under a key, and how often it has been held back since.
notices = Table(
    "notices",
    metadata,
    Column("channel_id", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("sent_at", DateTime(timezone=True), nullable=False),
    Column("held_back", Integer, nullable=False, server_default=text("0")),
)


# Messages that gather entries until their window ends, and are then sent once.
digests = Table(
    "digests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),
    # open, sending, sent, refused (tried again), unknown (it may have arrived), dropped (its channel is gone)
    Column("state", Text, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("claimed_at", DateTime(timezone=True)),
    Column("settled_at", DateTime(timezone=True)),
    Column("reason", Text),
    Index("ix_digests_open", "channel_id", "key", unique=True, postgresql_where=text("state = 'open'")),
    Index("ix_digests_due", "due_at", postgresql_where=text("state IN ('open', 'sending', 'refused')")),
)


# What a message lists; a reference stays known after it was sent, so that nothing is told twice.
digest_entries = Table(
    "digest_entries",
    metadata,
    Column("channel_id", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("reference", Text, primary_key=True),
    Column("digest_id", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("group_name", Text),
    Column("amount", Numeric),
    Column("currency", Text),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Index("ix_digest_entries_digest", "digest_id"),
)


# What the product itself found wrong: one row for each thing, as long as it lasts.
alerts = Table(
    "alerts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    # Since when it is so, as far as that can be told; raising comes later.
    Column("since", DateTime(timezone=True), nullable=False),
    # Amounts that are held, by currency.
    Column("money", JSONB, nullable=False),
    Column("raised_at", DateTime(timezone=True), nullable=False),
    Column("cleared_at", DateTime(timezone=True)),
    # What was said last through the channel, and when; None where nothing was said.
    Column("said", Text),
    Column("said_at", DateTime(timezone=True)),
)
