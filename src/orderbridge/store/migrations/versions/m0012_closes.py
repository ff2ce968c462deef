"""Closed days, with their positions, their differences and what changed afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0012_closes.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    for name in ("close_changes", "close_differences", "close_lines", "closes"):
        op.drop_table(name)
