"""Keep secrets out of everything that is written down."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any

_SECRET_KEYS = re.compile(
    r"authorization|password|secret|token|api[-_]?key|private[-_]?key|cookie|signature|card|cheque|ssn",
    re.IGNORECASE,
)
_SECRET_TEXT = re.compile(
    r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"
    r"|\bpit-[0-9a-f-]{16,}"
    r"|\bob[tis]_[A-Za-z0-9_-]{16,}"
    # One look at each word: a text of many beginnings that lead nowhere must not take its square in time.
    r"|(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]+\.[A-Za-z0-9_-])(?:[A-Za-z0-9_-]*?-)?eyJ[A-Za-z0-9_-]{8,}"
    r"\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"
    r"|(?<=/hooks/in/)[A-Za-z0-9_-]{16,}"
    # Not every code in an address: a tracking page's is the customer's to see.
    r"|(?<=/connect/ghl/callback\?)[^\s\"'<>]+"
    r"|[?&](?:access_token|refresh_token|client_secret)=[^&\s\"'<>]+"
    r"|(?<=://)[^/\s:@]*:[^/\s]*(?=@)"
)
# Each of the above has one of these: looking for them first is ten times as fast, and nearly no text has one.
_SIGNS = (
    "bearer", "basic", "pit-", "obt_", "obi_", "obs_", "eyj", "/hooks/in/", "/connect/ghl/callback?", "token=",
    "client_secret=", "://",
)  # fmt: skip
HIDDEN = "[hidden]"


@lru_cache(maxsize=4096)
def names_secret(key: str) -> bool:
    """Tell whether what stands under such a name is a secret, whatever it looks like."""
    return _SECRET_KEYS.search(key) is not None


def redact_text(text: str, *, known: Collection[str] = ()) -> str:
    """Replace what looks like a credential inside ``text``, and every secret that is ``known``."""
    for secret in known:
        text = text.replace(secret, HIDDEN)
    low = text.lower()
    for sign in _SIGNS:
        if sign in low:
            return _SECRET_TEXT.sub(HIDDEN, text)
    return text


def redact(value: Any, *, known: Collection[str] = ()) -> Any:
    """Return a copy of ``value`` without secrets, whatever its shape."""
    if isinstance(value, dict):
        return {
            key: HIDDEN if isinstance(key, str) and item and names_secret(key) else redact(item, known=known)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [redact(item, known=known) for item in value]
    if isinstance(value, str):
        return redact_text(value, known=known)
    return value
