"""The one machine-readable line in every record that we write to Act!.

Reconciliation reads it back from Act!, so that what is compared is Act!'s own content and not our memory.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

_LINE = re.compile(r"\[orderbridge ([^\]]+)\]")


def write(**fields: object) -> str:
    """Return the line for ``fields``; a None is left out.

    >>> write(kind="payment", ref="a b", amount="1.50")
    '[orderbridge kind=payment ref=a%20b amount=1.50]'
    """
    parts = (f"{key}={quote(str(value), safe='.:@+-')}" for key, value in fields.items() if value is not None)
    return f"[orderbridge {' '.join(parts)}]"


def read(text: str | None) -> dict[str, str] | None:
    """Return the fields of the first such line in ``text``, or None."""
    found = _LINE.search(text or "")
    if found is None:
        return None
    pairs = (part.split("=", 1) for part in found[1].split() if "=" in part)
    return {key: unquote(value) for key, value in pairs}
