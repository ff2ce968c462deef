"""Users of the web app, their invitations and sessions, and how often somebody guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_SCRIPT = Path(__file__).parent / "0016_access.sql"


def upgrade() -> None:
    script = _SCRIPT.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    for name in ("guesses", "sessions", "invitations", "users"):
        op.drop_table(name)
