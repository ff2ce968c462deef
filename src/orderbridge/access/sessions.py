"""Signing in and out: a session is a random word in a cookie, good for a while."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orderbridge.access import guesses, names, passwords, tickets
from orderbridge.access.errors import AccessError, NotSignedInError
from orderbridge.access.passwords import Passwords
from orderbridge.core.clock import Clock
from orderbridge.core.log import get
from orderbridge.store import sessions, users
from orderbridge.store.database import Database, Tx
from orderbridge.store.sessions import Session

log = get(__name__)

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=30)
# Not every request has to write.
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody who is signed in.

    Attributes:
        word: What the cookie holds.
        csrf: What every request that changes something sends along.
        expires_at: When the session ends unless it is used before.
        cookie_until: When it ends at the latest.
    """

    word: str = field(repr=False)
    csrf: str = field(repr=False)
    user_id: str
    name: str
    role: str
    expires_at: datetime
    cookie_until: datetime


class Sessions:
    """Who is signed in.

    Args:
        db: Where it is kept.
        clock: The time.
        hashes: Checks the passwords.
    """

    def __init__(self, db: Database, clock: Clock, hashes: Passwords) -> None:
        self._db, self._clock, self._hashes = db, clock, hashes

    async def sign_in(self, name: str, password: str, *, address: str | None) -> SignedIn:
        """Begin a session.

        Args:
            name: As typed.
            password: As typed.
            address: Where the try comes from; None where that tells nothing.

        Raises:
            NotSignedInError: Name or password is wrong; it does not say which.
            TooManyTriesError: Too many tries have failed.
        """
        keys = _counted(name, address)
        await guesses.begin(self._db, keys, now=self._clock.now())
        begun = await self._let_in(names.key(name), password)
        if begun is None:
            log.warning("a try to sign in failed", address=address)
            raise NotSignedInError("name or password is wrong; try again", cause="sign_in.wrong")
        await guesses.succeeded(self._db, keys)
        return begun

    async def _let_in(self, name_key: str, password: str) -> SignedIn | None:
        while True:
            async with self._db.read() as tx:
                user = await users.find(tx, name_key)
            stored = user.password_hash if user else None
            verified = await self._hashes.verify(stored, password)
            if user is None or not verified.right:
                return None
            async with self._db.begin() as tx:
                # Under the same lock as a change of it: a session never outlives its password by a moment.
                await users.one_at_a_time(tx)
                current = await users.by_id(tx, user.id)
                if current is not None and current.password_hash == stored:
                    if verified.anew is not None:
                        await users.set_password(tx, user.id, verified.anew)
                    return await begin(tx, user.id, user.name, current.role, now=self._clock.now())

    async def of(self, word: str | None) -> SignedIn | None:
        """Return whose session a cookie holds, and that it is in use; None where it has ended."""
        if not word or not word.startswith(tickets.SESSION):
            return None
        now = self._clock.now()
        async with self._db.read() as tx:
            found = await sessions.find(tx, tickets.digest(word), now=now, idle_since=now - IDLE)
        if found is None:
            return None
        if now - found.seen_at < _SEEN_EVERY:
            return _shown(found, word, found.seen_at)
        async with self._db.begin() as tx:
            await sessions.seen(tx, found.token_hash, now=now)
        return _shown(found, word, now)

    async def sign_out(self, word: str) -> None:
        """End a session."""
        async with self._db.begin() as tx:
            await sessions.end(tx, tickets.digest(word))

    async def end_others(self, signed_in: SignedIn) -> int:
        """End all other sessions of the same user, and return how many."""
        async with self._db.begin() as tx:
            return await sessions.end_all(tx, signed_in.user_id, but=tickets.digest(signed_in.word))

    async def change_password(self, signed_in: SignedIn, old: str, new: str, *, address: str | None) -> int:
        """Set another password, and end all other sessions of the user; returns how many.

        Raises:
            AccessError: The old one is wrong, or the new one too easy.
            TooManyTriesError: Too many tries have failed.
        """
        passwords.check(new, name=signed_in.name)
        keys = _counted(signed_in.name, address)
        await guesses.begin(self._db, keys, now=self._clock.now())
        async with self._db.read() as tx:
            user = await users.by_id(tx, signed_in.user_id)
        stored = user.password_hash if user else None
        if not (await self._hashes.verify(stored, old)).right:
            raise AccessError("the old password is wrong; nothing was changed", cause="password.wrong")
        await guesses.succeeded(self._db, keys)
        made = await self._hashes.hash(new)
        async with self._db.begin() as tx:
            await users.one_at_a_time(tx)
            if not await users.set_password(tx, signed_in.user_id, made, replaces=stored):
                raise AccessError(
                    "the password was changed elsewhere at the same moment; nothing was changed here: sign in with "
                    "the other one",
                    cause="password.wrong",
                )
            return await sessions.end_all(tx, signed_in.user_id, but=tickets.digest(signed_in.word))


async def begin(tx: Tx, user_id: str, name: str, role: str, *, now: datetime) -> SignedIn:
    """Begin a session for a user who has shown that it is he."""
    await sessions.prune(tx, now=now, idle_since=now - IDLE)
    word = tickets.new(tickets.SESSION)
    session = Session(
        token_hash=tickets.digest(word),
        user_id=user_id,
        name=name,
        role=role,
        seen_at=now,
        expires_at=now + LONGEST,
    )
    await sessions.begin(
        tx, token_hash=session.token_hash, user_id=user_id, now=now, expires_at=session.expires_at
    )
    await users.signed_in(tx, user_id, now=now)
    return _shown(session, word, now)


def _shown(session: Session, word: str, seen_at: datetime) -> SignedIn:
    return SignedIn(
        word=word,
        csrf=tickets.csrf(word),
        user_id=session.user_id,
        name=session.name,
        role=session.role,
        expires_at=min(seen_at + IDLE, session.expires_at),
        cookie_until=session.expires_at,
    )


def _counted(name: str, address: str | None) -> list[str]:
    return [guesses.of_name(name), *([guesses.of_address(address)] if address else [])]
