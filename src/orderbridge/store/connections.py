"""Authorised accounts, with their secrets encrypted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from orderbridge.connectors.base import Token
from orderbridge.core import jsonio
from orderbridge.core.errors import SetupError
from orderbridge.core.ids import IdSource
from orderbridge.core.jsonio import JsonObject
from orderbridge.store import claims
from orderbridge.store.crypto import Sealed, SecretBox
from orderbridge.store.database import Database, Tx

OK, DEGRADED, RECONNECT, PAUSED = "ok", "degraded", "reconnect", "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One account.

    Attributes:
        mode: ``live``, ``test`` or ``sandbox``; the three never meet.
        account: What makes two connections the same account.
        config: Everything that is no secret: addresses, location, currency, field keys.
    """

    id: str
    name: str
    system: str
    mode: str
    account: str
    config: JsonObject
    state: str
    state_reason: str | None
    last_success_at: datetime | None


_COLUMNS = "id, name, system, mode, account, config, state, state_reason, last_success_at"


async def create(
    tx: Tx,
    box: SecretBox,
    new_id: IdSource,
    *,
    name: str,
    system: str,
    mode: str,
    account: str,
    config: JsonObject,
    secret: JsonObject,
) -> Connection:
    """Store a new connection.

    Raises:
        SetupError: The name is taken, or the account is connected already.
    """
    existing = await tx.fetchrow(
        "SELECT name FROM connections WHERE name = $1 OR (system = $2 AND account = $3)",
        name,
        system,
        account,
    )
    if existing:
        raise SetupError(
            f"connection {existing['name']!r} already uses this name or account; choose another name, "
            "or use 'orderbridge connections replace-token'",
            cause="connection.exists",
        )
    connection_id = new_id()
    sealed = box.seal(jsonio.encode(secret).decode(), context=connection_id)
    row = await tx.fetchrow(
        f"""
        INSERT INTO connections (id, name, system, mode, account, config, secret, secret_key_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING {_COLUMNS}
        """,  # noqa: S608 (a constant list of columns)
        connection_id,
        name,
        system,
        mode,
        account,
        config,
        sealed.data,
        sealed.key_id,
    )
    assert row is not None
    return Connection(**dict(row))


async def every(tx: Tx) -> list[Connection]:
    """List all connections by name."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM connections ORDER BY name")  # noqa: S608
    return [Connection(**dict(row)) for row in rows]


async def by_id(tx: Tx, connection_id: str) -> Connection:
    """Return one connection."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM connections WHERE id = $1", connection_id)  # noqa: S608
    if row is None:
        raise SetupError(f"there is no connection {connection_id}", cause="connection.missing")
    return Connection(**dict(row))


async def by_name(tx: Tx, name: str, *, system: str) -> Connection:
    """Return one connection by the name its owner gave it."""
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM connections WHERE name = $1 AND system = $2",  # noqa: S608
        name,
        system,
    )
    if row is None:
        raise SetupError(
            f"there is no {system} connection named {name!r}; see 'orderbridge connections list'",
            cause="connection.missing",
        )
    return Connection(**dict(row))


async def secret(tx: Tx, box: SecretBox, connection_id: str) -> tuple[JsonObject, int]:
    """Return the decrypted secret and its version."""
    row = await tx.fetchrow(
        "SELECT secret, secret_key_id, secret_version FROM connections WHERE id = $1", connection_id
    )
    if row is None or row["secret"] is None:
        raise SetupError(f"connection {connection_id} has no secret", cause="connection.missing")
    plain = box.open(Sealed(row["secret"], row["secret_key_id"]), context=connection_id)
    value: Any = jsonio.decode(plain)
    return value, row["secret_version"]


async def replace_secret(
    tx: Tx, box: SecretBox, connection_id: str, value: JsonObject, *, replaces: int | None
) -> bool:
    """Store a new secret; with ``replaces``, only over that version (compare and set)."""
    sealed = box.seal(jsonio.encode(value).decode(), context=connection_id)
    changed = await tx.fetchval(
        """
        UPDATE connections SET secret = $2, secret_key_id = $3, secret_version = secret_version + 1
        WHERE id = $1 AND ($4::int IS NULL OR secret_version = $4) RETURNING true
        """,
        connection_id,
        sealed.data,
        sealed.key_id,
        replaces,
    )
    return bool(changed)


async def set_config(tx: Tx, connection_id: str, changes: JsonObject) -> None:
    """Merge ``changes`` into the connection's configuration."""
    await tx.execute("UPDATE connections SET config = config || $2 WHERE id = $1", connection_id, changes)


async def set_state(tx: Tx, connection_id: str, state: str, reason: str | None) -> bool:
    """Set the health; True when it changed, so that it is logged once and not with every call."""
    changed = await tx.fetchval(
        "UPDATE connections SET state = $2, state_reason = $3 WHERE id = $1 AND state <> $2 RETURNING true",
        connection_id,
        state,
        reason,
    )
    return bool(changed)


class StoredTokens:
    """A connection's tokens in the database (``connectors.base.TokenStore``)."""

    def __init__(self, db: Database, box: SecretBox, connection_id: str, rng: Random) -> None:
        self._db, self._box, self._id, self._rng = db, box, connection_id, rng

    async def load(self) -> Token | None:
        """Return the newest pair."""
        async with self._db.begin() as tx:
            value, version = await secret(tx, self._box, self._id)
        if "access" not in value:
            return None
        expires_at = value.get("expires_at")
        return Token(
            access=value["access"],
            refresh=value.get("refresh"),
            expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
            version=version,
        )

    async def save(self, token: Token, *, replaces: int | None) -> bool:
        """Store a pair over the version it was refreshed from."""
        async with self._db.begin() as tx:
            value, _ = await secret(tx, self._box, self._id)
            fresh = value | {
                "access": token.access,
                "refresh": token.refresh,
                "expires_at": token.expires_at.isoformat() if token.expires_at else None,
            }
            return await replace_secret(tx, self._box, self._id, fresh, replaces=replaces)

    @asynccontextmanager
    async def refreshing(self) -> AsyncIterator[None]:
        """Hold the right to refresh, across tasks and processes."""
        async with claims.claim(self._db, [f"token/{self._id}"], lease_s=90, rng=self._rng):
            yield
