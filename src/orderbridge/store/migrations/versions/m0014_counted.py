"""What is counted as it goes, and what is counted by an index, so that no count grows with the history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0014_counted.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    op.drop_index("ix_runs_cause", "runs")
    op.drop_index("ix_receipts_unproved", "receipts")
    op.drop_index("ix_events_parked", "events")
    op.drop_index("ix_arrivals_by_webhook", "arrivals")
    op.execute(
        "CREATE INDEX ix_events_accepted_at ON events USING brin (accepted_at)"
        " WITH (pages_per_range = 32, autosummarize = on)"
    )
    op.drop_table("counted_to")
    op.drop_table("rhythms")
