"""The way in: what signing in, the users and every other route's guard share."""

from __future__ import annotations

from orderbridge.access.passwords import Passwords
from orderbridge.access.sessions import Sessions
from orderbridge.api.guard import Guard
from orderbridge.api.origins import OwnOrigins
from orderbridge.core.clock import Clock
from orderbridge.store.database import Database


class Entry:
    """What decides who gets in.

    Attributes:
        passwords: Makes and checks hashes.
        sessions: Knows who is signed in.
        origins: Knows whose pages may ask.
        guard: Stands before every route that is not open to all.
    """

    def __init__(self, db: Database, clock: Clock, *, public_url: str | None) -> None:
        self.db, self.clock = db, clock
        self.passwords = Passwords()
        self.sessions = Sessions(db, clock, self.passwords)
        self.origins = OwnOrigins(public_url)
        self.guard = Guard(db, self.sessions, self.origins)
