"""Backfills: bounded history with its own checkpoint, and the mark that keeps its events quiet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0010_backfills.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    op.drop_index("ix_events_backfill", "events")
    op.drop_index("ix_inbox_backfill", "inbox")
    op.drop_column("events", "backfill_id")
    op.drop_column("inbox", "backfill_id")
    op.drop_table("backfill_rows")
    op.drop_table("backfills")
