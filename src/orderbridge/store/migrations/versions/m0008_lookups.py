"""Look-ups that every run makes, without reading the whole table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0008_lookups.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    op.drop_index("ix_intents_reference", "intents")
    op.drop_index("ix_receipts_target", "receipts")
    op.drop_index("ix_receipts_run_id", "receipts")
