"""Dead letters that are tried again together, causes of dead deliveries, and look-ups that do not grow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0013_repair.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    op.drop_index("ix_events_accepted_at", "events")
    op.drop_index("ix_runs_dead_lane", "runs")
    op.drop_index("ix_inbox_dead_lane", "inbox")
    op.drop_table("replay_items")
    op.drop_table("replays")
    op.drop_column("inbox", "cause")
