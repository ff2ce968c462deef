"""The last question before bytes leave that change something over there: may they still be sent?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar

import aiohttp

from orderbridge.core.errors import OrderBridgeError

Permit = Callable[[], Awaitable[None]]

# The engine sets it for the length of a write: a worker that was frozen in the middle of several calls must not
# go on with them, nor one whose owner stopped all writes meanwhile. It raises where sending is not allowed.
before_sending: ContextVar[Permit | None] = ContextVar("before_sending", default=None)

# For the length of a dry run: told of every call before anything else is done for it, with its method, its path or
# URL, and whatever it carries. It raises for what must not be sent, or cannot be asked.
before_calling: ContextVar[Callable[[str, str, object], None] | None] = ContextVar(
    "before_calling", default=None
)

_Sending = aiohttp.TraceRequestHeadersSentParams | aiohttp.TraceRequestChunkSentParams


async def asked() -> None:
    """Ask it where sending is not a call of ours over HTTP, such as a message through somebody else's library.

    Raises:
        OrderBridgeError: Sending is not allowed.
    """
    if (permit := before_sending.get()) is not None:
        await permit()


def called(method: str, where: str, carried: object) -> None:
    """Tell a dry run of a call.

    Raises:
        OrderBridgeError: It must not be made.
    """
    if (watch := before_calling.get()) is not None:
        watch(method, where, carried)


def asking() -> aiohttp.TraceConfig:
    """Make a session ask after all waiting for a slot and a connection, with nothing left but the sending."""

    async def ask(_session: object, _context: object, sending: _Sending) -> None:
        if sending.method != "GET":
            await asked()

    trace = aiohttp.TraceConfig()
    # The headers wait for the first bytes of the body, and leave with them; without a body they leave at once.
    trace.on_request_headers_sent.append(ask)
    trace.on_request_chunk_sent.append(ask)
    return trace


def refusal(error: aiohttp.ClientError) -> OrderBridgeError | None:
    """Return why sending was not allowed, where that is what the client takes for trouble with the connection."""
    return error.__cause__ if isinstance(error.__cause__, OrderBridgeError) else None
