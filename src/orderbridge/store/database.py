"""The one way to PostgreSQL: a pool of connections that read and write JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg

from orderbridge.core import jsonio
from orderbridge.core.errors import SetupError
from orderbridge.store.address import Address

if TYPE_CHECKING:
    # A pool hands out proxies that answer like the connection itself.
    Tx = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
else:
    Tx = Any


_REACH_TIMEOUT_S = 15.0
# What a database that is away or restarting gives.
UNREACHABLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


async def check_reachable(url: str) -> None:
    """Say in one line why a database cannot be used.

    Raises:
        SetupError: Nobody answers there, or it does not let us in.
    """
    where = Address.parse(url)
    try:
        connection = await asyncpg.connect(where.url, timeout=_REACH_TIMEOUT_S)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        reason = str(error) or "no answer in time"
        raise SetupError(
            f"the database {where} cannot be used: {reason}; start it, or correct ORDERBRIDGE_DATABASE_URL",
            cause="setup.database_unreachable",
        ) from error
    await connection.close()


async def _prepare(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb",
        encoder=lambda value: jsonio.encode(value).decode(),
        decoder=jsonio.decode,
        schema="pg_catalog",
    )


class _Connection(asyncpg.Connection):
    """A connection that goes back to the pool without a round trip.

    Nothing in this product leaves settings, cursors or session locks behind; the queue library resets
    the one connection that it listens on by itself.
    """

    def get_reset_query(self) -> str:
        """No statement is needed."""
        return ""


class Database:
    """An open database.

    ``begin()`` gives a transaction, ``read()`` a connection. Store functions take either and never commit.
    """

    def __init__(self, url: str, pool: asyncpg.Pool) -> None:
        self.url = url
        self.pool = pool

    @classmethod
    async def open(cls, url: str, *, pool_size: int = 16) -> Database:
        """Connect.

        Raises:
            SetupError: The server cannot be reached or refuses us; the message holds no password.
        """
        address = Address.parse(url)
        try:
            pool = await asyncpg.create_pool(
                address.url,
                min_size=1,
                max_size=pool_size,
                init=_prepare,
                connection_class=_Connection,
                command_timeout=60,
                # A process that is frozen inside a transaction must not keep its locks from everybody else.
                server_settings={"idle_in_transaction_session_timeout": "10s"},
                max_inactive_connection_lifetime=300,
            )
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
            raise SetupError(
                f"cannot connect to the database {address}: {error}; check ORDERBRIDGE_DATABASE_URL "
                "and that the server runs",
                cause="setup.database",
            ) from error
        assert pool is not None
        return cls(url, pool)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """A transaction that commits at the end of the block and rolls back on an error."""
        async with self.pool.acquire() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A connection for single statements that only read: no transaction, fewer round trips."""
        async with self.pool.acquire() as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self.pool.close()
