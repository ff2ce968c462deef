"""Flows and their published versions."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from orderbridge.store.tables.ground import metadata
from orderbridge.store.tables.ground import now as _now

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
    Column("published_by", Text),
    Column("note", Text),
)


# At most one beside the versions of each flow.
flow_drafts = Table(
    "flow_drafts",
    metadata,
    Column("flow_id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("template", Text),
    Column("source_connection", Text, nullable=False),
    Column("target_connection", Text, nullable=False),
    Column("definition", JSONB, nullable=False),
    Column("revision", BigInteger, nullable=False, server_default=text("nextval('flow_draft_revisions')")),
    Column("based_on", Integer),
    Column("changed_by", Text, nullable=False),
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


# Dry runs that somebody has looked at: what was tried, on which pair of accounts, and what came of it.
tries = Table(
    "tries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("flow", Text, nullable=False),
    # Of the definition: another version is another try.
    Column("fingerprint", Text, nullable=False),
    Column("source_connection", Text, nullable=False),
    Column("target_connection", Text, nullable=False),
    Column("event_ids", JSONB, nullable=False),
    Column("outcomes", JSONB, nullable=False),
    Column("tried_by", Text, nullable=False),
    Column("tried_at", DateTime(timezone=True), nullable=False),
    Index("ix_tries_fingerprint", "fingerprint", "source_connection", "target_connection"),
)


# Each time that a flow went live, and was taken back.
go_lives = Table(
    "go_lives",
    metadata,
    Column("id", Text, primary_key=True),
    Column("flow_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    # What ran on the live pair before; None where nothing did.
    Column("version_before", Integer),
    Column("checks", JSONB, nullable=False),
    Column("switched_by", Text, nullable=False),
    Column("switched_at", DateTime(timezone=True), nullable=False),
    Column("taken_back_by", Text),
    Column("taken_back_at", DateTime(timezone=True)),
    Index("ix_go_lives_open", "flow_id", unique=True, postgresql_where=text("taken_back_at IS NULL")),
)
