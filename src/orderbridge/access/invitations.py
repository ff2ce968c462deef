"""One-time links: who gets one makes an account with it, or sets a forgotten password anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orderbridge.access import guesses, names, passwords, sessions, tickets
from orderbridge.access.errors import AccessError, NotAllowedError
from orderbridge.access.passwords import Passwords
from orderbridge.access.sessions import SignedIn
from orderbridge.core.clock import Clock
from orderbridge.core.ids import random_id
from orderbridge.store import guesses as stored_guesses
from orderbridge.store import invitations, users
from orderbridge.store import sessions as stored_sessions
from orderbridge.store.database import Database, Tx
from orderbridge.store.invitations import Invitation
from orderbridge.store.users import User

LIFE = timedelta(hours=24)
PATH = "/join"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A one-time link.

    Attributes:
        word: What lets in.
    """

    word: str = field(repr=False)
    expires_at: datetime

    def at(self, base_url: str) -> str:
        """Return the address to open; the word stands where browsers never send it to a server or its log."""
        return f"{base_url.rstrip('/')}{PATH}#{self.word}"


async def first_owner(db: Database, clock: Clock) -> Link | None:
    """Make a link for the first owner; None when there is an owner already."""
    async with db.begin() as tx:
        if await users.any_owner(tx):
            return None
        return await _make(tx, clock, name=None, role=names.OWNER)


async def invite(db: Database, clock: Clock, name: str, role: str) -> Link:
    """Make a link for somebody new; an earlier one for the same name does not work any more.

    Raises:
        AccessError: The name or the role cannot be, or there is such a user already.
    """
    name, role = names.checked(name), names.role(role)
    async with db.begin() as tx:
        await users.one_at_a_time(tx)
        if known := await users.find(tx, names.key(name)):
            raise AccessError(
                f"there is a user {known.name!r} already; choose another name, or make a link that sets the password "
                f"anew: 'orderbridge users reset {known.name}'",
                cause="user.exists",
            )
        return await _make(tx, clock, name=name, role=role)


async def reset(db: Database, clock: Clock, name: str) -> Link:
    """Make a link with which a user sets the password anew.

    Raises:
        AccessError: There is no such user.
    """
    async with db.begin() as tx:
        await users.one_at_a_time(tx)
        user = await users.find(tx, names.key(name))
        if user is None:
            raise AccessError(
                f"there is no user {name!r}; see 'orderbridge users list'", cause="user.missing"
            )
        return await _make(tx, clock, name=user.name, role=user.role, user_id=user.id)


async def look(db: Database, clock: Clock, word: str) -> Invitation:
    """Return what a link is good for, without using it.

    Raises:
        NotAllowedError: It does not work.
    """
    async with db.read() as tx:
        found = await invitations.find(tx, tickets.digest(word), now=clock.now())
    if found is None:
        raise _spent()
    return found


async def join(
    db: Database, clock: Clock, hashes: Passwords, *, word: str, name: str | None, password: str
) -> SignedIn:
    """Use a link: an account is made, or the password set anew, and a session begun.

    Args:
        db: The database.
        clock: The time.
        hashes: Makes what is kept of the password.
        word: Of the link.
        name: Of the account; needed for the first owner's, else it must be the one that was invited.
        password: The new one.

    Raises:
        NotAllowedError: The link is unknown, used, replaced or over.
        AccessError: Name or password cannot be; the link is still good.
    """
    known = await look(db, clock, word)
    called = _called(known, name)
    passwords.check(password, name=called)
    made = await hashes.hash(password)
    now = clock.now()
    async with db.begin() as tx:
        await users.one_at_a_time(tx)
        taken = await invitations.use(tx, tickets.digest(word), now=now)
        if taken is None or (taken.name is None and await users.any_owner(tx)):
            raise _spent()
        if taken.user_id is None:
            user = await _created(tx, called, taken.role, made, now=now)
        else:
            user = await _renewed(tx, taken.user_id, made)
        await stored_guesses.forget(tx, [guesses.of_name(user.name)])
        return await sessions.begin(tx, user.id, user.name, user.role, now=now)


async def _make(tx: Tx, clock: Clock, *, name: str | None, role: str, user_id: str | None = None) -> Link:
    now = clock.now()
    link = Link(word=tickets.new(tickets.INVITATION), expires_at=now + LIFE)
    await invitations.keep(
        tx,
        Invitation(name=name, role=role, user_id=user_id, expires_at=link.expires_at),
        token_hash=tickets.digest(link.word),
        name_key=names.key(name) if name is not None else None,
        now=now,
    )
    return link


def _called(known: Invitation, name: str | None) -> str:
    if known.name is None:
        return names.checked(name or "")
    if name and names.key(name) != names.key(known.name):
        raise AccessError(
            f"this link is for {known.name!r}; take that name, or ask an owner for a link with another one",
            cause="invitation.other_name",
        )
    return known.name


async def _created(tx: Tx, name: str, role: str, made: str, *, now: datetime) -> User:
    user = User(id=random_id(), name=name, role=role, password_hash=made)
    if not await users.create(tx, user, name_key=names.key(name), now=now):
        raise AccessError(f"there is a user {name!r} already; choose another name", cause="user.exists")
    if role == names.OWNER:
        await invitations.withdraw_nameless(tx)
    return user


async def _renewed(tx: Tx, user_id: str, made: str) -> User:
    user = await users.by_id(tx, user_id)
    # A user who is removed takes the links along.
    assert user is not None
    await users.set_password(tx, user.id, made)
    await stored_sessions.end_all(tx, user.id)
    return user


def _spent() -> NotAllowedError:
    return NotAllowedError(
        "this link does not work: it was used, replaced by a newer one, or its 24 hours are over; ask an owner for "
        "another, or make one on the server: 'orderbridge users invite NAME' or 'orderbridge users reset NAME'",
        cause="invitation.spent",
    )
