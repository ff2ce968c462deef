"""What is done: lanes, runs and their steps, and the rights and switches that they heed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

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
    Column("state", Text, nullable=False),  # running | done | nothing | waiting | dead | cancelled
    Column("reason", Text),
    Column("cause", Text),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("held_amount", Numeric),
    Column("held_currency", Text),
    # Until when it waits, or waited last.
    Column("wake_at", DateTime(timezone=True)),
    _now("started_at"),
    Column("finished_at", DateTime(timezone=True)),
    # The first run of this event and flow, whose writes this one must find; NULL: it is the first.
    Column("origin_id", Text),
    Column("replayed_from", Text),
    # It did not follow its event at once: what it would write may be outdated by now.
    Column("late", Boolean, nullable=False, server_default=text("false")),
    # What a person asked of it: by, at, from_step, send_again.
    Column("asked", JSONB),
    # By the path of a step: the input that a person gave it instead.
    Column("edits", JSONB),
    Column("cancel_asked", JSONB),
    Index("ix_runs_event_id", "event_id"),
    Index(
        "uq_runs_open",
        "event_id",
        "flow_id",
        unique=True,
        postgresql_where=text("state IN ('running', 'waiting')"),
    ),
    Index("ix_runs_cancelled", "lane", postgresql_where=text("state = 'cancelled'")),
    Index("ix_runs_newest", "started_at", "id"),
    Index("ix_runs_flow", "flow_id", "started_at", "id"),
    Index("ix_runs_waiting", "wake_at", postgresql_where=text("state = 'waiting'")),
    Index("ix_runs_cause", "cause", "started_at", "id", postgresql_where=text("cause IS NOT NULL")),
    Index("ix_runs_dead", "cause", postgresql_where=text("state = 'dead'")),
    Index("ix_runs_dead_lane", "lane", postgresql_where=text("state = 'dead'")),
)


steps = Table(
    "steps",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("action", Text, nullable=False),
    # done | failed | waiting | kept (taken over from the run that this one goes on from)
    Column("state", Text, nullable=False),
    Column("input", JSONB),
    Column("output", JSONB),
    Column("error", Text),
    _now("finished_at"),
    Column("attempts", Integer, nullable=False, server_default=text("1")),
    # Those that its retry policy counts.
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("retry_at", DateTime(timezone=True)),
    Column("took_s", Double),
    # Who gave it another input, and when.
    Column("edited", JSONB),
)


# Failed attempts; one that fails in the same way again is counted, not kept once more.
step_attempts = Table(
    "step_attempts",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("input", JSONB),
    Column("error", Text, nullable=False),
    Column("cause", Text),
    Column("took_s", Double),
    Column("edited", JSONB),
    Column("times", Integer, nullable=False, server_default=text("1")),
    _now("first_at"),
    _now("last_at"),
)


# What was said to the accounts in an attempt of a step: a row for all of its calls, without secrets, and not for ever.
exchanges = Table(
    "exchanges",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("calls", JSONB, nullable=False),
    _now("kept_at"),
    Index("ix_exchanges_kept_at", "kept_at"),
)


# What a run is found by, apart from it: these are not rewritten with every change of its state.
run_search = Table(
    "run_search",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("words", ARRAY(Text), nullable=False),
    Column("amount", Numeric),
    Column("currency", Text),
    Index("ix_run_search_words", "words", postgresql_using="gin"),
    Index("ix_run_search_amount", "amount", postgresql_where=text("amount IS NOT NULL")),
)


# Dead letters that are tried again together.
replays = Table(
    "replays",
    metadata,
    Column("id", Text, primary_key=True),
    # NULL: all of them.
    Column("cause", Text),
    Column("asked_by", Text, nullable=False),
    _now("begun_at"),
    # Everything was taken up.
    Column("started", Boolean, nullable=False, server_default=text("false")),
    Column("ended_at", DateTime(timezone=True)),
    Column("report", JSONB),
    Index(
        "uq_replays_open", text("coalesce(cause, '')"), unique=True, postgresql_where=text("report IS NULL")
    ),
)


# What a replay took up, with the money that it held then.
replay_items = Table(
    "replay_items",
    metadata,
    Column("replay_id", Text, primary_key=True),
    Column("sort", Text, primary_key=True),  # run | delivery
    Column("item", Text, primary_key=True),
    Column("lane", Text, nullable=False),
    Column("amount", Numeric),
    Column("currency", Text),
    _now("taken_at"),
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
