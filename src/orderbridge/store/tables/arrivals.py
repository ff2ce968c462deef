"""By which way changes came, what was found missing, and when each list was looked at."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from orderbridge.store.tables.ground import metadata
from orderbridge.store.tables.ground import now as _now

# One row for each event, narrow: what brought it again later is noted here and not in the event.
arrivals = Table(
    "arrivals",
    metadata,
    Column("connection_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    # What brought it first: webhook | poll | backfill | manual | own write
    Column("way", Text, nullable=False),
    Column("others", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    # Whether a webhook tells of such a change.
    Column("told", Boolean, nullable=False),
    # As the provider says it, where it does.
    Column("changed_at", DateTime(timezone=True)),
    # The instant by which it belongs to a day.
    Column("counts_at", DateTime(timezone=True), nullable=False),
    _now("accepted_at"),
    Index("ix_arrivals_day", "connection_id", "counts_at"),
    Index("ix_arrivals_told", "connection_id", "kind", "accepted_at", postgresql_where=text("told")),
    Index(
        "ix_arrivals_by_webhook",
        "connection_id",
        "kind",
        "accepted_at",
        postgresql_where=text("told AND (way = 'webhook' OR 'webhook' = ANY (others))"),
    ),
)


# How often something came by itself from a connection on a day of UTC.
rhythms = Table(
    "rhythms",
    metadata,
    Column("day", Date, primary_key=True),
    Column("connection_id", Text, primary_key=True),
    Column("events", Integer, nullable=False),
    Column("first_at", DateTime(timezone=True), nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    # The longest pause between two of that day, in seconds.
    Column("longest_s", Double, nullable=False),
)


# Up to which number of an event something is counted.
counted_to = Table(
    "counted_to",
    metadata,
    Column("what", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)


completeness = Table(
    "completeness",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("connection_id", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("statement", JSONB, nullable=False),
    Index("ix_completeness_day", "connection_id", "day", "id"),
)


stream_looks = Table(
    "stream_looks",
    metadata,
    Column("connection_id", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    # When the last look at it ended, well or badly.
    Column("looked_at", DateTime(timezone=True), nullable=False),
    Column("every_s", Double, nullable=False),
    Column("error", Text),
    Column("failing_since", DateTime(timezone=True)),
)
