"""Accounts and the catalogue: apps, agencies, key checks, API tokens, what is new about an event."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0002_accounts.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    op.drop_index("ix_records_lines", "records")
    op.drop_index("ix_runs_waiting", "runs")
    op.drop_column("runs", "wake_at")
    for table in (
        "hook_paths",
        "notices",
        "channels",
        "api_tokens",
        "installed_locations",
        "agencies",
        "sign_ins",
        "apps",
    ):
        op.drop_table(table)
    op.drop_constraint("fk_connections_secret_key_id", "connections", type_="foreignkey")
    op.drop_table("key_checks")
    op.drop_column("events", "change")
    op.drop_column("connections", "failures")
    op.drop_column("connections", "secret_set_at")
