"""Run migrations, up and down; ``store.schema`` says when."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from orderbridge.core.errors import SetupError
from orderbridge.store.address import Address
from orderbridge.store.schema import MIGRATIONS

# Any constant will do; it keeps two processes from migrating at once.
_ADVISORY_LOCK = 7_302_114_905


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def revisions() -> list[str]:
    """Every revision, the oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


async def upgrade(url: str, revision: str = "head") -> str:
    """Run every migration that the database lacks and return the revision it now has.

    Raises:
        SetupError: The database was written by a newer version of orderbridge.
    """

    def run(connection: Connection) -> str:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        current = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
        if current is not None and current not in known:
            raise SetupError(
                f"the database has schema {current}, which this version does not know; "
                "install the newer orderbridge that wrote it, or restore a backup",
                cause="setup.schema_newer",
            )
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        return MigrationContext.configure(connection).get_current_revision() or ""

    engine = create_async_engine(Address.parse(url).with_driver("asyncpg"))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(run)
    finally:
        await engine.dispose()


async def downgrade(url: str, revision: str) -> None:
    """Go back to ``revision``; data that only newer tables hold is lost, so back up first."""

    def run(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)

    engine = create_async_engine(Address.parse(url).with_driver("asyncpg"))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()
