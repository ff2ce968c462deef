"""Every table of the product. A change here needs a migration; a test compares the two."""

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
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from orderbridge.store.table_ground import key_id as _key_id
from orderbridge.store.table_ground import metadata as metadata
from orderbridge.store.table_ground import now as _now

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

flows = Table(
    "flows",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("template", Text),
    Column("version", Integer, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("source_connection", Text, nullable=False),
    Column("target_connection", Text, nullable=False),
    _now("created_at"),
)

flow_versions = Table(
    "flow_versions",
    metadata,
    Column("flow_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("definition", JSONB, nullable=False),
    _now("published_at"),
)

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
    UniqueConstraint("connection_id", "delivery_id"),
    # Small whatever the history: only what still waits.
    Index("ix_inbox_pending", "lane", "id", postgresql_where=text("outcome IN ('pending', 'waiting')")),
    Index("ix_inbox_dead", "id", postgresql_where=text("outcome = 'dead'")),
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
    UniqueConstraint("connection_id", "kind", "record_id", "revision"),
    Index("ix_events_open", "lane", "seq", postgresql_where=text("outcome IN ('pending', 'waiting')")),
    Index("ix_events_dead", "seq", postgresql_where=text("outcome = 'dead'")),
)

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

# The addresses that other programs call, each a flow's own.
hook_paths = Table(
    "hook_paths",
    metadata,
    Column("flow_id", Text, primary_key=True),
    Column("path_hash", Text, nullable=False, unique=True),
    _now("created_at"),
)

ALL_TABLES = tuple(metadata.sorted_tables)
