"""What was said to the accounts is kept, and what came of a record is found by its id."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0018_exchanges.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    op.drop_index("ix_inbox_record", "inbox")
    op.drop_table("exchanges")
