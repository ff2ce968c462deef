"""Guessing is slowed down: for each name and each address, and for all processes together."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from orderbridge.access import names
from orderbridge.access.errors import TooManyTriesError
from orderbridge.store import guesses
from orderbridge.store.database import Database
from orderbridge.store.guesses import Guesses

FREE = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
# Whoever comes back after this has made no mistake in a row.
FORGOTTEN_AFTER = timedelta(days=1)


def wait_after(failures: int) -> timedelta:
    """Return how long the next try waits after so many failures in a row."""
    if failures < FREE:
        return timedelta()
    # Nobody counts further than to where the longest wait is reached.
    doubled = FIRST_WAIT * (1 << min(failures - FREE, 16))
    return min(doubled, LONGEST_WAIT)


def of_name(name: str) -> str:
    """Return what tries under a name are counted under."""
    return _key("name", names.key(name))


def of_address(address: str) -> str:
    """Return what tries from an address are counted under; who has one of IPv6 has its whole network."""
    try:
        ip = ip_address(address)
    except ValueError:
        return _key("address", address)
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip
    if isinstance(ip, IPv6Address):
        return _key("address", str(ip_network((ip, 64), strict=False)))
    return _key("address", str(ip))


def _key(kind: str, value: str) -> str:
    # People type their password where their name belongs: it must not stand in the database.
    return f"{kind}:{hashlib.sha256(value.encode()).hexdigest()}"


async def begin(db: Database, keys: list[str], *, now: datetime) -> None:
    """Count a try as failed before anything is looked at: of many at the same moment none comes for free.

    Args:
        db: Where it is counted.
        keys: Of the name and of the address.
        now: The time.

    Raises:
        TooManyTriesError: It comes too early; then it is not counted, and nothing may be looked at.
    """
    async with db.begin() as tx:
        await guesses.prune(tx, before=now - FORGOTTEN_AFTER)
        known = await guesses.lock(tx, keys, now=now)
        until = max((item.wait_until for item in known.values() if item.wait_until), default=now)
        if until <= now:
            for key, item in known.items():
                failures = item.failures + 1
                waits = wait_after(failures)
                noted = Guesses(failures=failures, wait_until=now + waits if waits else None)
                await guesses.note(tx, key, noted, now=now)
            return
    seconds = (until - now).total_seconds()
    raise TooManyTriesError(
        f"too many tries to sign in have failed; wait {_spoken(seconds)} and try again, or ask an owner for a link "
        "that sets the password anew ('orderbridge users reset NAME' on the server makes one too)",
        retry_after_s=seconds,
        cause="sign_in.too_often",
    )


async def succeeded(db: Database, keys: list[str]) -> None:
    """Forget the failures: the try was a good one."""
    async with db.begin() as tx:
        await guesses.forget(tx, keys)


def _spoken(seconds: float) -> str:
    if seconds > 90:
        return f"{-(-seconds // 60):.0f} minutes"
    return f"{max(1, -(-seconds // 1)):.0f} seconds"
