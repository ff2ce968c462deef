"""Who may use the HTTP API: a program with a token, or a person who has signed in.

A program sends ``Authorization: Bearer …`` with a token of ``orderbridge tokens create``. A person's browser sends the
cookie of a session; what changes something carries the session's second word too, which pages of others do not know.
"""

from __future__ import annotations

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from orderbridge.access import names, tickets
from orderbridge.access.errors import NotAllowedError, NotSignedInError
from orderbridge.access.sessions import Sessions, SignedIn
from orderbridge.api.origins import OwnOrigins
from orderbridge.core.errors import OrderBridgeError
from orderbridge.store import api_tokens
from orderbridge.store.database import Database

COOKIE = "orderbridge_session"
CSRF_HEADER = "X-CSRF-Token"
READING = ("GET", "HEAD")

_bearer = HTTPBearer(
    auto_error=False, scheme_name="token", description="A token of 'orderbridge tokens create NAME'."
)
_cookie = APIKeyCookie(
    name=COOKIE,
    auto_error=False,
    scheme_name="session",
    description="The cookie of 'POST /api/session'. Every method but GET and HEAD needs the header "
    f"{CSRF_HEADER} too, with 'csrf_token' of 'GET /api/session'. A bookkeeper may only read.",
)


class TokenError(OrderBridgeError):
    """The caller has no valid token."""


class Guard:
    """Lets a request pass with a valid token, or with the session of somebody who may do what it asks.

    Args:
        db: Holds the tokens.
        sessions: Knows who is signed in.
        origins: Whose pages may ask.
    """

    def __init__(self, db: Database, sessions: Sessions, origins: OwnOrigins) -> None:
        self._db, self._sessions, self._origins = db, sessions, origins

    async def __call__(
        self,
        request: Request,
        given: HTTPAuthorizationCredentials | None = Depends(_bearer),
        word: str | None = Depends(_cookie),
    ) -> str:
        """Return who asks, in words that can be kept with what is done: ``API token shop``, or a user's name.

        Raises:
            TokenError: There is no valid token and no session; says how to get one.
            NotSignedInError: The session has ended.
            NotAllowedError: A bookkeeper may not do this, or another's page asks.
        """
        if given is not None:
            return f"API token {await self._owner(given.credentials)}"
        if word is None:
            raise await self._missing()
        signed_in = await self.person(request, word)
        if request.method not in READING:
            _require_owner(signed_in)
        return signed_in.name

    async def owner(
        self,
        request: Request,
        given: HTTPAuthorizationCredentials | None = Depends(_bearer),
        word: str | None = Depends(_cookie),
    ) -> str:
        """Return who asks, as above, for the few things that a bookkeeper may not even read.

        Raises:
            TokenError: There is no valid token and no session.
            NotSignedInError: The session has ended.
            NotAllowedError: The one who asks is no owner, or another's page asks.
        """
        if given is not None or word is None:
            return await self(request, given, word)
        signed_in = await self.person(request, word)
        _require_owner(signed_in)
        return signed_in.name

    async def reading(
        self,
        request: Request,
        given: HTTPAuthorizationCredentials | None = Depends(_bearer),
        word: str | None = Depends(_cookie),
    ) -> str:
        """Return who asks for what only looks, though it is sent: something to be checked or compared.

        A bookkeeper may. Whatever else a call needs, it needs here too.

        Raises:
            TokenError: There is no valid token and no session; says how to get one.
            NotSignedInError: The session has ended.
            NotAllowedError: Another's page asks.
        """
        if given is not None or word is None:
            return await self(request, given, word)
        return (await self.person(request, word)).name

    async def person(self, request: Request, word: str | None = Depends(_cookie)) -> SignedIn:
        """Return who is signed in, whatever the role: for what concerns nobody else.

        Raises:
            NotSignedInError: Nobody, or not any more.
            NotAllowedError: Another's page asks.
        """
        signed_in = await self._sessions.of(word)
        if signed_in is None:
            if word:
                raise NotSignedInError("your session has ended; sign in again", cause="session.ended")
            raise NotSignedInError("nobody is signed in; sign in first", cause="session.missing")
        if request.method not in READING:
            self._origins.check(request)
            if not tickets.same(request.headers.get(CSRF_HEADER, ""), signed_in.csrf):
                raise NotAllowedError(
                    f"the header {CSRF_HEADER} is missing or is not this session's; load the page again (a program "
                    "sends 'csrf_token' of GET /api/session)",
                    cause="access.csrf",
                )
        return signed_in

    async def _owner(self, token: str) -> str:
        async with self._db.begin() as tx:
            name = await api_tokens.owner(tx, token)
        if name is None:
            raise TokenError(
                "the API token is not valid; it may have been revoked. 'orderbridge tokens create NAME' on the server "
                "makes one",
                cause="token.invalid",
            )
        return name

    async def _missing(self) -> TokenError:
        async with self._db.read() as tx:
            exists = await api_tokens.any_made(tx)
        known = "" if exists else " None was made yet."
        return TokenError(
            f"this needs a sign-in or an API token: sign in, or send 'Authorization: Bearer …'.{known} 'orderbridge "
            "tokens create NAME' on the server makes one",
            cause="token.missing",
        )


def _require_owner(signed_in: SignedIn) -> None:
    if signed_in.role != names.OWNER:
        raise NotAllowedError(
            f"{signed_in.name} is a {signed_in.role}, who reads and changes nothing; ask an owner to do this, or "
            "to make you one",
            cause="access.role",
        )
