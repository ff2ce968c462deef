"""Tokens for our own HTTP API. Only their hashes are stored: whoever reads the database cannot call us."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from orderbridge.core.errors import SetupError
from orderbridge.core.ids import IdSource
from orderbridge.store.database import Tx

# Recognisable, so that scanners for leaked secrets find it.
PREFIX = "obt_"
_USED_EVERY_S = 60.0


def _hash(token: str) -> str:
    # The token is random and long: there is nothing that a slow hash would protect.
    return hashlib.sha256(token.encode()).hexdigest()


async def create(tx: Tx, new_id: IdSource, *, name: str) -> str:
    """Make a token and return it; it cannot be shown again.

    Raises:
        SetupError: The name is taken.
    """
    token = PREFIX + secrets.token_urlsafe(32)
    made = await tx.fetchval(
        """
        INSERT INTO api_tokens (id, name, token_hash) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO NOTHING RETURNING true
        """,
        new_id(),
        name,
        _hash(token),
    )
    if not made:
        raise SetupError(
            f"there is an API token named {name!r} already; choose another name, or revoke that one first",
            cause="token.exists",
        )
    return token


async def every(tx: Tx) -> list[dict[str, Any]]:
    """List the tokens by name: when each was made and used last, never the token."""
    rows = await tx.fetch("SELECT name, created_at, last_used_at FROM api_tokens ORDER BY name")
    return [dict(row) for row in rows]


async def revoke(tx: Tx, name: str) -> None:
    """Forget a token; calls with it are refused at once.

    Raises:
        SetupError: There is none of that name.
    """
    if not await tx.fetchval("DELETE FROM api_tokens WHERE name = $1 RETURNING true", name):
        raise SetupError(
            f"there is no API token named {name!r}; see 'orderbridge tokens list'", cause="token.unknown"
        )


async def owner(tx: Tx, token: str) -> str | None:
    """Return the name of a valid token, None for every other."""
    wanted = _hash(token)
    row = await tx.fetchrow("SELECT name, token_hash FROM api_tokens WHERE token_hash = $1", wanted)
    if row is None or not hmac.compare_digest(row["token_hash"], wanted):
        return None
    await tx.execute(
        """
        UPDATE api_tokens SET last_used_at = now() WHERE token_hash = $1
           AND (last_used_at IS NULL OR last_used_at < now() - make_interval(secs => $2))
        """,
        wanted,
        _USED_EVERY_S,
    )
    return str(row["name"])


async def any_made(tx: Tx) -> bool:
    """Tell whether there is a token at all."""
    return bool(await tx.fetchval("SELECT EXISTS (SELECT 1 FROM api_tokens)"))
