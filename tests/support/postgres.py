"""A real PostgreSQL for tests: one server per session, a new database in some milliseconds.

In tests/conftest.py::

    pytest_plugins = ["support.postgres"]

    @pytest.fixture
    async def database_url(scratch_postgres):
        url = await scratch_postgres.fresh_database(upgrade)
        yield url
        await scratch_postgres.drop(url)
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from orderbridge.core import platform
from orderbridge.store.embedded import EmbeddedPostgres

Prepare = Callable[[str], Awaitable[Any]]

# What is here is deleted at the end, so nobody waits for it to reach the disk: a commit waits three milliseconds for
# that, the dropping of a database three seconds. Whatever stops a process, the server included, loses nothing by it.
_NOT_KEPT = """\
fsync = off
synchronous_commit = off
full_page_writes = off
"""


class ScratchPostgres:
    """An embedded server on a folder that is deleted at the end."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="orderbridge-tests-"))
        if platform.running_as_root():
            # This folder is ours: the account that PostgreSQL runs under as root may pass through it.
            self._folder.chmod(0o711)
        self.server = EmbeddedPostgres(self._folder / "data")
        self._url = _run(self._started())
        self._numbers = count(1)
        self._templates: dict[Prepare, str] = {}

    async def _started(self) -> str:
        await self.server.ensure_running()
        status = await self.server.status()
        assert status is not None
        own = status.home / "local.conf"
        own.write_text(_NOT_KEPT, encoding="utf-8")
        own.chmod(0o644)
        await self.server.stop()
        url = await self.server.ensure_running()
        connection = await asyncpg.connect(url)
        try:
            assert await connection.fetchval("SHOW fsync") == "off"
        finally:
            await connection.close()
        return url

    def close(self) -> None:
        """Stop the server and delete its files."""
        _run(self.server.delete())
        shutil.rmtree(self._folder)

    async def fresh_database(self, prepare: Prepare | None = None) -> str:
        """Make a database and return its address.

        Args:
            prepare: Brings an empty database to what the test needs (``migrate.upgrade``). It runs
                once per session; after that its result is copied.
        """
        if prepare is None:
            return await self._create(f"test_{next(self._numbers)}")
        if prepare not in self._templates:
            template = f"template_{next(self._numbers)}"
            await prepare(await self._create(template))
            self._templates[prepare] = template
        return await self._create(f"test_{next(self._numbers)}", template=self._templates[prepare])

    async def drop(self, url: str) -> None:
        """Delete a database; whoever is still connected is cut off."""
        name = make_url(url).database
        # WITH (FORCE) fails while the server's own autovacuum, which our role may not end, is at work there;
        # the plain statement ends that by itself, and waits for those that were cut off.
        await self._execute(
            f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false',
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{name}' AND usename = current_user",
            f'DROP DATABASE "{name}"',
        )

    async def _create(self, name: str, *, template: str = "template1") -> str:
        # Copying files takes a fifth less computing than writing all of it to the log first.
        await self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return make_url(self._url).set(database=name).render_as_string(hide_password=False)

    async def _execute(self, *statements: str) -> None:
        connection = await asyncpg.connect(self._url)
        try:
            # One after the other: some of them may not stand in a transaction with others.
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


def _run(task: Coroutine[Any, Any, Any]) -> Any:
    # In a thread of its own, so that no test's event loop notices.
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, task).result()


@pytest.fixture(scope="session")
def scratch_postgres() -> Iterator[ScratchPostgres]:
    """The session's server."""
    server = ScratchPostgres()
    yield server
    server.close()
