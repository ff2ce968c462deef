"""Accounts: connections, apps, agencies, and the keys that seal their secrets."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from orderbridge.store.tables.ground import key_id as _key_id
from orderbridge.store.tables.ground import metadata
from orderbridge.store.tables.ground import now as _now

connections = Table(
    "connections",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("system", Text, nullable=False),  # ghl | act
    Column("mode", Text, nullable=False),  # live | test | sandbox
    # What makes two connections the same account: the location id, or host and database.
    Column("account", Text, nullable=False),
    Column("config", JSONB, nullable=False),
    Column("secret", LargeBinary),
    _key_id(nullable=True),
    Column("secret_version", Integer, nullable=False, server_default=text("1")),
    # When a person entered it: a private integration token is due for another after 90 days.
    _now("secret_set_at"),
    Column("state", Text, nullable=False, server_default="ok"),  # ok | degraded | reconnect | paused
    Column("state_reason", Text),
    Column("last_success_at", DateTime(timezone=True)),
    # Looks in a row that failed without a person being able to help: what makes it degraded.
    Column("failures", Integer, nullable=False, server_default=text("0")),
    _now("created_at"),
)


# Our marketplace apps at HighLevel: what OAuth signs in with.
apps = Table(
    "apps",
    metadata,
    Column("id", Text, primary_key=True),
    Column("client_id", Text, nullable=False, unique=True),
    Column("config", JSONB, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    _key_id(nullable=False),
    _now("created_at"),
)


# A journey to HighLevel's consent page and back; of start token, state and cookie only hashes are stored.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", Text, primary_key=True),
    Column("app_id", Text, nullable=False),
    Column("start_hash", Text, nullable=False, unique=True),
    Column("state_hash", Text, unique=True),
    Column("cookie_hash", Text, unique=True),
    Column("wanted", JSONB, nullable=False),
    Column("outcome", JSONB),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("opened_at", DateTime(timezone=True)),
    Column("used_at", DateTime(timezone=True)),
    _now("begun_at"),
)


# Agencies that installed an app: their token makes the tokens of their locations.
agencies = Table(
    "agencies",
    metadata,
    Column("id", Text, primary_key=True),
    Column("app_id", Text, nullable=False),
    Column("company_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("config", JSONB, nullable=False),
    Column("secret", LargeBinary),
    _key_id(nullable=True),
    Column("secret_version", Integer, nullable=False, server_default=text("1")),
    Column("state", Text, nullable=False, server_default="ok"),
    Column("state_reason", Text),
    _now("created_at"),
    UniqueConstraint("app_id", "company_id"),
)


installed_locations = Table(
    "installed_locations",
    metadata,
    Column("agency_id", Text, primary_key=True),
    Column("location_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("installed", Boolean, nullable=False),
    _now("seen_at"),
)


# A known text sealed with each master key in use: tells at the start whether the key is the right one.
key_checks = Table(
    "key_checks",
    metadata,
    Column("key_id", Text, primary_key=True),
    # None for a key of an older version, until the first start has tried it on a real secret.
    Column("sealed", LargeBinary),
    _now("made_at"),
)


api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("last_used_at", DateTime(timezone=True)),
    _now("created_at"),
)


budgets = Table(
    "budgets",
    metadata,
    Column("connection_id", Text, primary_key=True),
    Column("window_started_at", DateTime(timezone=True)),
    Column("used", Integer, nullable=False, server_default=text("0")),
    # What the last asker got; read back by the very statement that wrote it.
    Column("granted", Integer, nullable=False, server_default=text("0")),
    Column("call_limit", Integer),
    Column("window_s", Numeric),
    Column("remaining", Integer),
    Column("daily_remaining", Integer),
    Column("blocked_until", DateTime(timezone=True)),
    _now("reported_at"),
)
