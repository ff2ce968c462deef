"""Which way each change came, statements of completeness, and when each list was looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0011_arrivals.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    op.drop_table("stream_looks")
    op.drop_table("completeness")
    op.drop_table("arrivals")
