"""What users may be called and what they may be."""

from __future__ import annotations

import re
import unicodedata

from orderbridge.access.errors import AccessError

OWNER, BOOKKEEPER = "owner", "bookkeeper"
ROLES = (OWNER, BOOKKEEPER)
LONGEST = 64
# It stands in addresses and in lists: no slash, and nothing that cannot be seen.
_NAME = re.compile(r"[\w.@+-](?:[\w .@+'-]*[\w.@+'-])?")


def checked(name: str) -> str:
    """Return a name as it is stored.

    Raises:
        AccessError: It cannot be one.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if len(name) > LONGEST or not _NAME.fullmatch(name) or not name.strip("."):
        raise AccessError(
            f"a user's name has 1 to {LONGEST} letters, digits, spaces or . _ - @ + ', such as anna or "
            "anna@example.com; choose another",
            cause="user.name",
        )
    return name


def key(name: str) -> str:
    """Return a name as it is compared: Anna and anna are one."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def role(value: str) -> str:
    """Return a role.

    Raises:
        AccessError: There is none of that name.
    """
    if value not in ROLES:
        raise AccessError(
            f"the role is {value!r}; it can be owner (everything) or bookkeeper (reads, and changes nothing)",
            cause="user.role",
        )
    return value
