"""A made-up customer of the sandbox, whichever process holds it."""

from __future__ import annotations

import aiohttp

from orderbridge.core import jsonio
from orderbridge.core.errors import SetupError

_PATIENCE_S = 15.0
_ORDER = {"count": 1, "currency": "USD", "outcome": "paid"}


async def order(ghl_url: str) -> str:
    """Order something in the HighLevel twin; its webhooks go out as HighLevel's do.

    Args:
        ghl_url: Where the twin is.

    Returns:
        The order's id.

    Raises:
        SetupError: The twin did not answer.
    """
    timeout = aiohttp.ClientTimeout(total=_PATIENCE_S)
    headers = {"Content-Type": "application/json"}
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(f"{ghl_url}/_twin/orders", data=jsonio.encode(_ORDER), headers=headers) as answer,
        ):
            made = jsonio.decode(await answer.read())
            return str(made["orders"][0])
    except (aiohttp.ClientError, TimeoutError, LookupError, ValueError) as error:
        raise SetupError(
            f"the sandbox's HighLevel at {ghl_url} took no order ({type(error).__name__}); where the server was "
            "stopped a moment ago, the set-up page offers a new sandbox within some seconds",
            cause="sandbox.silent",
        ) from error
