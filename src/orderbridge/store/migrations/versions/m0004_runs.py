"""Runs: tried again by themselves, replayed, cancelled, and found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0004"
# The lead sets this to 0003 at the merge.
down_revision = "0003"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0004_runs.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    op.drop_table("run_search")
    op.drop_table("step_attempts")
    for column in ("edited", "took_s", "retry_at", "failures", "attempts"):
        op.drop_column("steps", column)
    for index in ("ix_runs_flow", "ix_runs_newest", "ix_runs_cancelled", "uq_runs_open"):
        op.drop_index(index, "runs")
    for column in ("cancel_asked", "edits", "asked", "late", "replayed_from", "origin_id"):
        op.drop_column("runs", column)
    # That version knows no such state.
    op.execute("UPDATE runs SET state = 'nothing' WHERE state = 'cancelled'")
    op.execute("UPDATE steps SET state = 'done' WHERE state = 'kept'")
    op.drop_column("events", "handled")
