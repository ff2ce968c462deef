"""A path as different servers might understand it: what the deny lists are held against."""

from __future__ import annotations

import re
from urllib.parse import unquote

_MOST_LAYERS = 5
_LEADS_ELSEWHERE = re.compile(r"//|/\.|\\|[\x00-\x1f\x7f]")
# Some servers overlook these at the end of a part.
_OVERLOOKED = re.compile(r"(?:[ .]|;[^/]*)+(?=/|$)")


def plain_paths(path: str) -> list[str]:
    """Return ``path`` without query and end, its quoting undone once, twice and so on; empty where it leads elsewhere.

    A proxy on the way may undo the quoting once more than we think.
    """
    found: list[str] = []
    for _ in range(_MOST_LAYERS):
        undone = unquote(path)
        if found and undone == path:
            return found
        path = undone
        plain = _OVERLOOKED.sub("", re.split("[?#]", path, maxsplit=1)[0].rstrip("/"))
        if _LEADS_ELSEWHERE.search(path.rstrip("/")) or "//" in plain:
            return []
        found.append(plain.rstrip("/"))
    return []
