"""What the pages ask for is found without reading the history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0017_pages.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    op.drop_index("ix_events_lane", "events")
    op.drop_index("ix_ledger_made", "ledger")
    op.drop_index("ix_records_orders", "records")
