"""Who may use the HTTP API: ``Authorization: Bearer …`` with a token of ``orderbridge tokens create``."""

from __future__ import annotations

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from orderbridge.core.errors import OrderBridgeError
from orderbridge.store import api_tokens
from orderbridge.store.database import Database

_scheme = HTTPBearer(auto_error=False, description="A token of 'orderbridge tokens create NAME'.")


class TokenError(OrderBridgeError):
    """The caller has no valid token."""


class BearerToken:
    """Lets a request pass only with a valid token."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def __call__(self, given: HTTPAuthorizationCredentials | None = Depends(_scheme)) -> str:
        """Return the token's name.

        Raises:
            TokenError: There is none, or it is not valid; says how to make one.
        """
        async with self._db.begin() as tx:
            name = await api_tokens.owner(tx, given.credentials) if given else None
            if name is not None:
                return name
            exists = await api_tokens.any_made(tx)
        if given is not None:
            problem, cause = "the API token is not valid; it may have been revoked", "token.invalid"
        else:
            problem, cause = "this needs an API token: send 'Authorization: Bearer …'", "token.missing"
        known = "" if exists else " None was made yet."
        raise TokenError(
            f"{problem}.{known} 'orderbridge tokens create NAME' on the server makes one", cause=cause
        )
