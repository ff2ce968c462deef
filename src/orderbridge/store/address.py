"""Where a database is: the one address that people write, as each program that is given it wants it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

_SCHEME = "postgresql"


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a database; its text form shows no password.

    Attributes:
        url: The whole, as libpq's tools and asyncpg read it, with the password.
    """

    url: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read ``postgresql://user:password@host:port/database``, with or without the name of a driver."""
        return cls(_SCHEME + text[text.index("://") :])

    @classmethod
    def of(cls, *, user: str, password: str, host: str, port: int, database: str) -> Address:
        """Put an address together."""
        login = f"{quote(user, safe='')}:{quote(password, safe='')}"
        return cls(f"{_SCHEME}://{login}@{host}:{port}/{quote(database, safe='')}")

    def __str__(self) -> str:
        return self._with_password(":***")

    @property
    def password(self) -> str | None:
        """The password; None where the address holds none."""
        found = urlsplit(self.url).password
        return unquote(found) if found else None

    @property
    def without_password(self) -> str:
        """The address for a command line, which is everyone's to read."""
        return self._with_password("")

    def with_driver(self, driver: str) -> str:
        """The address as SQLAlchemy reads it: ``postgresql+asyncpg://…``."""
        return f"{_SCHEME}+{driver}{self.url.removeprefix(_SCHEME)}"

    def _with_password(self, shown: str) -> str:
        place = urlsplit(self.url).netloc
        login, at, host = place.rpartition("@")
        user, colon, _ = login.partition(":")
        return self.url.replace(f"//{place}", f"//{user}{shown if colon else ''}{at}{host}", 1)
