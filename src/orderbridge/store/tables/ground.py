"""What all tables stand on: how constraints are named, and the column of a time."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, MetaData, Text, func

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def now(name: str) -> Column[object]:
    """A time that is set when the row is made."""
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


def key_id(*, nullable: bool) -> Column[object]:
    """The master key that the row's secret is sealed with."""
    # Nothing can be sealed with a master key that was taken out of use, whatever a process still remembers.
    return Column("secret_key_id", Text, ForeignKey("key_checks.key_id"), nullable=nullable)
