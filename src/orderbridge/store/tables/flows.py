"""Flows and their published versions."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, Table, Text, text
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
