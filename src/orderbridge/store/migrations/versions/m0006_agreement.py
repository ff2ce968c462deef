"""Two-way safety: what both sides agreed on, what a person has to decide, and what we wrote ourselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0006_agreement.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    for table in ("own_writes", "conflicts", "agreements"):
        op.drop_table(table)
