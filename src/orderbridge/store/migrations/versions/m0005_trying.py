"""Dry runs that were looked at, going live, and the alerts of the product itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0005_trying.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    for table in ("alerts", "go_lives", "tries"):
        op.drop_table(table)
