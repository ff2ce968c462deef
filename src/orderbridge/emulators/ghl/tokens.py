"""Tokens: private integrations, OAuth access tokens, single-use refresh tokens and codes."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from orderbridge.core import jsonio
from orderbridge.core.clock import Clock
from orderbridge.emulators.ghl.errors import token_refused, unauthorized
from orderbridge.emulators.ghl.faults import GhlFaults


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows.

    Attributes:
        user_type: ``Location`` or ``Company``.
        location_id: None for a company's token.
        private: True for a Private Integration Token.
        app: The app or integration: it and the location or company share one request budget.
    """

    user_type: str
    company_id: str
    location_id: str | None
    user_id: str
    scopes: frozenset[str]
    app: str
    private: bool = False
    ends_at: datetime | None = None

    @property
    def budget_owner(self) -> str:
        """The name under which this token's requests are counted."""
        return f"{self.app}:{self.location_id or self.company_id}"


@dataclass(slots=True)
class _Refresh:
    grant: Grant
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """An authorisation code waiting to be exchanged."""

    grant: Grant
    redirect_uri: str | None
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token and the refresh token issued with it."""

    access: str
    refresh: str
    grant: Grant


class TokenBook:
    """Issues and checks every kind of token."""

    def __init__(self, clock: Clock, rng: Random, faults: GhlFaults) -> None:
        self._clock = clock
        self._rng = rng
        self._faults = faults
        self._grants: dict[str, Grant] = {}
        self._refreshes: dict[str, _Refresh] = {}
        self._codes: dict[str, Code] = {}

    def add_private(self, token: str, grant: Grant) -> None:
        """Register a Private Integration Token."""
        self._grants[token] = grant

    def grant_of(self, authorization: str | None) -> Grant:
        """Find the grant of an ``Authorization`` header.

        Raises:
            Refusal: 401; the token is missing, unknown or has ended.
        """
        scheme, _, token = (authorization or "").partition(" ")
        grant = self._grants.get(token.strip()) if scheme.lower() == "bearer" else None
        if grant is None:
            looks_like_jwt = token.count(".") == 2 or token.startswith("pit-")
            raise unauthorized("Invalid token: access token is invalid" if looks_like_jwt else "Invalid JWT")
        if grant.ends_at is not None and self._clock.now() >= grant.ends_at:
            raise unauthorized("Invalid token: access token is invalid")
        return grant

    def issue_code(self, grant: Grant, redirect_uri: str | None) -> str:
        """Make an authorisation code: short-lived, single use."""
        code = self._hex(40)
        ends_at = self._clock.now() + timedelta(seconds=self._faults["code_life_s"])
        self._codes[code] = Code(grant, redirect_uri, ends_at)
        return code

    def has_code(self, code: str | None) -> bool:
        """Whether ``code`` can still be exchanged."""
        found = self._codes.get(code or "")
        return found is not None and self._clock.now() < found.ends_at

    def exchange_code(self, code: str, redirect_uri: str | None) -> Pair:
        """Turn a code into tokens; the code is gone afterwards."""
        found = self._codes.pop(code)
        if redirect_uri is not None and found.redirect_uri is not None and redirect_uri != found.redirect_uri:
            raise token_refused(400, "redirect_uri is not the registered one", error="invalid_grant")
        return self.issue(found.grant)

    def rotate(self, refresh_token: str | None) -> Pair:
        """Turn a refresh token into a new pair; the old refresh token is dead afterwards.

        Raises:
            Refusal: 401; unknown, or used before.
        """
        entry = self._refreshes.get(refresh_token or "")
        if entry is None or not self._usable(entry):
            raise token_refused(401, "Refresh token is invalid or was already used")
        entry.used_at = entry.used_at or self._clock.now()
        return self.issue(entry.grant)

    def issue(self, grant: Grant, *, life_s: int | None = None) -> Pair:
        """Make an access token and its refresh token."""
        life = self._faults["token_life_s"] if life_s is None else life_s
        ended = Grant(
            grant.user_type,
            grant.company_id,
            grant.location_id,
            grant.user_id,
            grant.scopes,
            grant.app,
            ends_at=self._clock.now() + timedelta(seconds=life),
        )
        pair = Pair(self._jwt(grant), self._jwt(grant), ended)
        self._grants[pair.access] = ended
        self._refreshes[pair.refresh] = _Refresh(grant)
        return pair

    def revoke(self, app: str, *, location_id: str | None = None) -> int:
        """End an app's tokens, as uninstalling it does; return how many worked until now.

        Args:
            app: Whose tokens.
            location_id: Only those of this location.
        """

        def ends(grant: Grant) -> bool:
            return grant.app == app and location_id in (None, grant.location_id)

        gone = [token for token, grant in self._grants.items() if ends(grant)]
        for token in gone:
            del self._grants[token]
        self._refreshes = {t: entry for t, entry in self._refreshes.items() if not ends(entry.grant)}
        return len(gone)

    def revoke_access(self, app: str) -> int:
        """End an app's access tokens; its refresh tokens go on working."""
        gone = [token for token, grant in self._grants.items() if grant.app == app]
        for token in gone:
            del self._grants[token]
        return len(gone)

    def revoke_token(self, token: str) -> bool:
        """End one token of any kind; False when nobody knows it."""
        known = self._grants.pop(token, None) or self._refreshes.pop(token, None)
        return known is not None

    def _usable(self, entry: _Refresh) -> bool:
        if entry.used_at is None:
            return True
        grace_s = self._faults["refresh_grace_s"]
        return bool(self._clock.now() < entry.used_at + timedelta(seconds=grace_s))

    def _hex(self, digits: int) -> str:
        return f"{self._rng.getrandbits(4 * digits):0{digits}x}"

    def _jwt(self, grant: Grant) -> str:
        """Something with the shape of a JWT; nobody checks its signature."""
        claims = {
            "authClass": grant.user_type,
            "authClassId": grant.location_id or grant.company_id,
            "jti": self._hex(24),
        }
        parts = [
            jsonio.encode({"alg": "RS256", "typ": "JWT"}),
            jsonio.encode(claims),
            self._rng.randbytes(32),
        ]
        return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
