"""Access: users of the web app, one-time links, sessions, and guesses. Nothing here lets anybody in who reads it."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, Table, Text

from orderbridge.store.tables.ground import metadata
from orderbridge.store.tables.ground import now as _now

users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    # The name as it is compared: "Anna" and "anna" are one person.
    Column("name_key", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),  # owner | bookkeeper
    Column("password_hash", Text, nullable=False),
    Column("signed_in_at", DateTime(timezone=True)),
    _now("created_at"),
)


invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", Text, primary_key=True),
    # None for the link of the first owner, who chooses the name.
    Column("name", Text),
    Column("name_key", Text, unique=True),
    Column("role", Text, nullable=False),
    # Whose password is set anew; None where an account is made.
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE")),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    _now("created_at"),
)


sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    _now("created_at"),
    Index(None, "user_id"),
)


# Tries to sign in that have not succeeded, for each name and each address.
guesses = Table(
    "guesses",
    metadata,
    # A hash: people type their password into the wrong field.
    Column("key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("tried_at", DateTime(timezone=True), nullable=False),
    Column("wait_until", DateTime(timezone=True)),
    Index(None, "tried_at"),
)
