"""One unsigned look at an address, with the reason in one word when nothing comes back."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import aiohttp

_LONGEST_BODY_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Reached:
    """What an address gave.

    Attributes:
        failure: Why nothing came: ``dns``, ``tls``, ``refused``, ``silent`` or ``broken``; None when an
            answer did.
        detail: The failure in the system's words.
        status: Of the answer, 0 without one.
        body: Its first bytes.
    """

    failure: str | None = None
    detail: str = ""
    status: int = 0
    body: bytes = b""


async def look(url: str, *, timeout_s: float = 10.0, trust: ssl.SSLContext | None = None) -> Reached:
    """Get ``url`` once, without following redirects.

    Args:
        url: Where.
        timeout_s: From connecting to the last byte.
        trust: Whose certificates count; by default those that this machine trusts.
    """
    timeout = aiohttp.ClientTimeout(total=timeout_s)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(url, allow_redirects=False, ssl=trust or True) as answer,
        ):
            return Reached(status=answer.status, body=await answer.content.read(_LONGEST_BODY_BYTES))
    except aiohttp.ClientConnectorDNSError as error:
        return Reached("dns", str(error))
    except aiohttp.ClientSSLError as error:
        return Reached("tls", str(error))
    except aiohttp.ClientConnectorError as error:
        return Reached("refused", str(error))
    except TimeoutError:
        return Reached("silent", f"no answer within {timeout_s:g} s")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Reached("broken", str(error) or type(error).__name__)
