"""The life of a flow: drafts, who published a version and why, and versions that cannot be changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0003_lifecycle.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    op.drop_table("flow_drafts")
    op.execute("DROP SEQUENCE flow_draft_revisions")
    op.execute("DROP TRIGGER tr_flow_versions_frozen ON flow_versions")
    op.execute("DROP FUNCTION fn_flow_versions_frozen()")
    op.drop_column("flow_versions", "note")
    op.drop_column("flow_versions", "published_by")
