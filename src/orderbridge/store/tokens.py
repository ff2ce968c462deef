"""Pairs of tokens in the database: of a connection, or of an agency (``connectors.base.TokenStore``)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from random import Random
from typing import Protocol

from orderbridge.connectors.base import Token
from orderbridge.core.jsonio import JsonObject
from orderbridge.store import claims, connections
from orderbridge.store.crypto import SecretBox
from orderbridge.store.database import Database, Tx


class Holders(Protocol):
    """Whose secrets: the module ``store.connections`` or ``store.agencies``."""

    async def secret(self, tx: Tx, box: SecretBox, holder_id: str, /) -> tuple[JsonObject, int]:
        """Return the decrypted secret and its version."""
        ...

    async def replace_secret(
        self, tx: Tx, box: SecretBox, holder_id: str, value: JsonObject, /, *, replaces: int | None
    ) -> bool:
        """Store a new secret, with ``replaces`` only over that version."""
        ...


def secret_of(token: Token) -> JsonObject:
    """Return a pair as it is sealed."""
    return {
        "access": token.access,
        "refresh": token.refresh,
        "expires_at": token.expires_at.isoformat() if token.expires_at else None,
    }


class StoredTokens:
    """One holder's pair, shared by all processes."""

    def __init__(
        self, db: Database, box: SecretBox, holder_id: str, rng: Random, *, holders: Holders = connections
    ) -> None:
        self._db, self._box, self._id, self._rng, self._holders = db, box, holder_id, rng, holders

    async def load(self) -> Token | None:
        """Return the newest pair."""
        async with self._db.begin() as tx:
            value, version = await self._holders.secret(tx, self._box, self._id)
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
            value, _ = await self._holders.secret(tx, self._box, self._id)
            fresh = value | secret_of(token)
            return await self._holders.replace_secret(tx, self._box, self._id, fresh, replaces=replaces)

    @asynccontextmanager
    async def refreshing(self) -> AsyncIterator[None]:
        """Hold the right to refresh, across tasks and processes."""
        async with claims.claim(self._db, [f"token/{self._id}"], lease_s=90, rng=self._rng):
            yield
