"""Grouped messages: entries that wait for their window to end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0007_digests.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    op.drop_table("digest_entries")
    op.drop_table("digests")
