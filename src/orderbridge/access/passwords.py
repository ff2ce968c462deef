"""Passwords: what one must be, and what is kept of it."""

from __future__ import annotations

import asyncio
import base64
import secrets
import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from orderbridge.access.errors import AccessError

SHORTEST, LONGEST = 12, 1000
_DISTINCT = 5
# What has to be left of a password without the name in it.
_BESIDES_NAME = 8
# Each takes 64 MiB while it is computed.
_AT_A_TIME = 2


def check(password: str, *, name: str) -> None:
    """Refuse a password that is guessed easily.

    Args:
        password: The new one.
        name: Of its user.

    Raises:
        AccessError: It says what to do; it shows nothing of the password.
    """
    if len(password) < SHORTEST:
        _refuse(
            f"the password has {len(password)} characters; it needs at least {SHORTEST}: several words in a row are "
            "easy to remember",
            "password.short",
        )
    if len(password) > LONGEST:
        _refuse(f"the password has more than {LONGEST} characters; choose a shorter one", "password.long")
    if len(set(password)) < _DISTINCT:
        _refuse(
            "the password repeats a few characters again and again; choose several words instead",
            "password.simple",
        )
    folded, own = _folded(password), _folded(name)
    if own in folded and len(folded.replace(own, "")) < _BESIDES_NAME:
        _refuse(
            "the password is little more than the user's own name; choose one that does not hold the name",
            "password.name",
        )


def _refuse(message: str, cause: str) -> None:
    raise AccessError(message, cause=cause)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether a password is the right one.

    Attributes:
        anew: What to keep instead, where the old hash was made with other parameters.
    """

    right: bool
    anew: str | None = None


class Passwords:
    """Makes and checks hashes (argon2id), on threads: what takes long on purpose holds nobody else up.

    Args:
        hasher: With its parameters; what was made with others is made anew when its user signs in.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._few = asyncio.Semaphore(_AT_A_TIME)
        self._nobody = _nobodys(self._hasher)

    async def hash(self, password: str) -> str:
        """Return what is kept of a password."""
        async with self._few:
            return await asyncio.to_thread(self._hasher.hash, _typed(password))

    async def verify(self, stored: str | None, password: str) -> Verified:
        """Check a password; where nothing is stored, the same work is done for nothing."""
        async with self._few:
            right = await asyncio.to_thread(self._fits, stored or self._nobody, _typed(password))
        if stored is None or not right:
            return Verified(False)
        if not self._hasher.check_needs_rehash(stored):
            return Verified(True)
        return Verified(True, anew=await self.hash(password))

    def _fits(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def _typed(password: str) -> str:
    # One keyboard sends é as one character, another as two; the person typed the same.
    return unicodedata.normalize("NFKC", password)


def _nobodys(hasher: PasswordHasher) -> str:
    """Return a hash that is nobody's, without computing one: it is made of chance alone."""

    def chance(size: int) -> str:
        return base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")

    return (
        f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
        f"${chance(hasher.salt_len)}${chance(hasher.hash_len)}"
    )
