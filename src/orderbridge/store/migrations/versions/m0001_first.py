"""The first schema: our tables, and the queue library's frozen as of its release 1.6.0."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_HERE = Path(__file__).parent


def upgrade() -> None:
    for name in ("0001_first.sql", "0001_pgqueuer_1_6_0.sql"):
        script = (_HERE / name).read_text(encoding="utf-8")
        # SQLAlchemy prepares each statement; a script of many goes to the driver, in the same transaction.
        connection: Any = op.get_bind().connection.dbapi_connection
        connection.run_async(lambda driver, sql=script: driver.execute(sql))


def downgrade() -> None:
    names = (
        op.get_bind()
        .exec_driver_sql(
            "SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables"
            " WHERE schemaname = current_schema() AND tablename <> 'alembic_version'"
        )
        .scalar_one()
    )
    op.get_bind().exec_driver_sql(f"DROP TABLE {names} CASCADE")
    op.get_bind().exec_driver_sql("DROP FUNCTION fn_pgqueuer_changed() CASCADE")
    op.get_bind().exec_driver_sql("DROP TYPE pgqueuer_status CASCADE")
