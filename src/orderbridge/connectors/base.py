"""What a connector asks of the rest of the product, and what it hands out: the seams of this package.

The store implements ``TokenStore`` and ``BudgetStore`` (``ratelimit.py``), each connector implements
``Authenticator`` and ``Dialect``; ``app.py`` joins them.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from orderbridge.core.errors import OrderBridgeError


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from a provider.

    Attributes:
        body: The decoded JSON with exact decimals, or None where the answer is not JSON.
        text: The answer as text where it is not JSON, else empty.
        started_at_s: When the call began, on the clock's monotonic scale: an authenticator tells by it
            whether the credentials were renewed since.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    text: str
    elapsed_s: float
    started_at_s: float = 0.0

    @property
    def ok(self) -> bool:
        """True for 2xx."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and what renews it; the secrets never show in ``repr``.

    Attributes:
        expires_at: When the provider said that ``access`` ends; None where it does not say.
        version: Counts the saved pairs of one connection; a save replaces a version it names.
    """

    access: str = field(repr=False)
    refresh: str | None = field(repr=False)
    expires_at: datetime | None
    version: int


class TokenStore(Protocol):
    """Where one connection's tokens are kept, shared by all processes."""

    async def load(self) -> Token | None:
        """Return the pair saved last."""
        ...

    async def save(self, token: Token, *, replaces: int | None) -> bool:
        """Save ``token`` durably if the saved version still is ``replaces`` (None: nothing saved yet).

        Returns:
            False when another version is there; nothing was changed then.
        """
        ...

    def refreshing(self) -> AbstractAsyncContextManager[None]:
        """Hold the right to refresh this connection's tokens, alone among all tasks and processes."""
        ...


class Authenticator(Protocol):
    """Signs calls for one account."""

    async def headers(self) -> dict[str, str]:
        """Return the headers that prove who we are, renewed beforehand where that is due."""
        ...

    async def on_unauthorised(self, answer: Answer) -> bool:
        """React to a 401: True means that the credentials were renewed and one repeat makes sense."""
        ...


class Dialect(Protocol):
    """How one provider says no."""

    provider: str

    def throttled(self, answer: Answer) -> bool:
        """Tell whether ``answer`` means "too many calls" and the call was not carried out."""
        ...

    def refusal(self, answer: Answer, *, what: str) -> OrderBridgeError:
        """Turn a refusal into the error of the person who can act on it.

        Args:
            answer: Not a success.
            what: The call in a few words, such as ``GET /payments/orders/66f1``.
        """
        ...

    def guard(self, method: str, path: str) -> None:
        """Raise ``RejectedError`` for a call that must never be made; nothing has been sent yet."""
        ...

    def denied(self, method: str, path: str) -> str | None:
        """Return why a call is never made, None where it may be."""
        ...


@dataclass(frozen=True, slots=True)
class Connector:
    """What a connector's package says of itself, as ``CONNECTOR`` in its ``__init__.py``.

    Attributes:
        system: The short name in ids and options: ``act``.
        title: The name for people: ``Act!``.
        dialect: How it says no, and what is never called.
    """

    system: str
    title: str
    dialect: Dialect


@dataclass(frozen=True, slots=True)
class BudgetState:
    """How much of a provider's allowance is left, for people and for metrics.

    Attributes:
        limit: Calls per ``window_s``; None means that nothing is limited.
        remaining: Calls that may start now.
        daily_remaining: None where the provider counts no days.
        blocked_until: Set after a refusal for too many calls.
        waiting_urgent: Live calls in the queue; ``waiting_backfill`` those that may wait.
    """

    limit: int | None
    window_s: float
    remaining: int | None
    daily_limit: int | None
    daily_remaining: int | None
    blocked_until: datetime | None
    waiting_urgent: int
    waiting_backfill: int


class Budget(Protocol):
    """The allowance of calls of one connection."""

    async def acquire(self, *, calls: int = 1, urgent: bool = True) -> None:
        """Wait until ``calls`` calls may start.

        Raises:
            RateLimitedError: Not within any wait worth making: the day is used up, or the provider
                blocked us for long.
        """
        ...

    async def observe(self, headers: Mapping[str, str], status: int) -> None:
        """Learn from an answer; ``status`` 0 with no headers means that none came."""
        ...

    def state(self) -> BudgetState:
        """Return what is known now."""
        ...
