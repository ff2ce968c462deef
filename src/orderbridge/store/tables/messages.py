"""Messages to the people who run this installation."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Integer, LargeBinary, Table, Text, text

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
