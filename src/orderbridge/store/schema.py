"""Which schema a database has, which one this code is written for, and the way from one to the other.

The way itself is ``store.migrate``'s, loaded only where there is a way to go: Alembic and SQLAlchemy take longer to
load than most commands last.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import asyncpg

from orderbridge.store.address import Address

MIGRATIONS = Path(__file__).parent / "migrations"
_TIMEOUT_S = 30.0


@cache
def newest() -> str:
    """The schema that this code is written for: the number of its last migration."""
    return max(file.name[1:5] for file in (MIGRATIONS / "versions").glob("m[0-9][0-9][0-9][0-9]_*.py"))


async def present(url: str) -> str | None:
    """The schema that the database has, or None when it is empty."""
    connection = await asyncpg.connect(Address.parse(url).url, timeout=_TIMEOUT_S)
    try:
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return None
        found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return found
    finally:
        await connection.close()


async def upgrade(url: str) -> str:
    """Bring the database to the newest schema and return it.

    Raises:
        SetupError: A newer version of orderbridge wrote it.
    """
    found = await present(url)
    if found == newest():
        return found
    from orderbridge.store import migrate

    return await migrate.upgrade(url)


async def downgrade(url: str, revision: str) -> None:
    """Go back to ``revision``; data that only newer tables hold is lost, so back up first."""
    from orderbridge.store import migrate

    await migrate.downgrade(url, revision)
