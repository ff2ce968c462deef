"""Records whose parts are in no list: which are read again by their id, and when they were read last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0009_revisits.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    op.drop_table("revisits")
