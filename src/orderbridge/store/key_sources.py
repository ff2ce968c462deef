"""Where master keys are kept: the environment, ``master.key`` in the data folder, the system's keyring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from orderbridge.core.platform import account_of, give
from orderbridge.store.crypto import Keys, MasterKey, MasterKeyError
from orderbridge.store.embedded_files import write_private
from orderbridge.store.embedded_users import file_lock

FILE_NAME = "master.key"
_SERVICE = "orderbridge"
_ABOUT = (
    "# orderbridge: opens the stored tokens and passwords. Keep a copy, apart from the backups of the database.\n"
    "# Several lines: the newest key first; 'orderbridge connections rotate-key' was interrupted, run it again.\n"
)


class KeyPlace(Protocol):
    """One place that keeps keys.

    Attributes:
        where: For messages.
        makes_keys: Whether we can put a new key there; the environment is a person's.
    """

    @property
    def where(self) -> str:
        """For messages."""
        ...

    @property
    def makes_keys(self) -> bool:
        """Whether we put new keys there; into the environment only a person can."""
        ...

    def load(self) -> list[MasterKey]:
        """Return the keys, newest first; none when none was made yet.

        Raises:
            MasterKeyError: They cannot be read.
        """
        ...

    def save(self, keys: Sequence[MasterKey]) -> None:
        """Keep exactly these."""
        ...


@dataclass(frozen=True, slots=True)
class Given:
    """A key that a person put into the environment."""

    key: MasterKey
    where: str = "ORDERBRIDGE_MASTER_KEY"
    makes_keys: bool = False

    def load(self) -> list[MasterKey]:
        """Return it."""
        return [self.key]

    def save(self, keys: Sequence[MasterKey]) -> None:
        """The environment is not ours to change."""
        raise MasterKeyError(f"{self.where} can only be changed by a person")


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A file of the data folder, one key a line."""

    path: Path
    makes_keys: bool = True

    @property
    def where(self) -> str:
        """Its path."""
        return str(self.path)

    def load(self) -> list[MasterKey]:
        """Read the file."""
        try:
            text = self.path.read_text(encoding="ascii")
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise MasterKeyError(
                f"{self.path} cannot be read ({reason}); make it readable for the user that orderbridge runs as"
            ) from None
        keys = _parsed(text, where=str(self.path))
        if not keys:
            raise MasterKeyError(
                f"{self.path} holds no key; put your copy of it back, or delete it if there is none"
            )
        return keys

    def save(self, keys: Sequence[MasterKey]) -> None:
        """Replace the file in one step."""
        try:
            # An administrator may do this for the account that the service runs as.
            owner = account_of(self.path) if self.path.exists() else None
            write_private(self.path, _ABOUT + _written(keys))
            give(self.path, owner)
        except OSError as error:
            raise MasterKeyError(f"{self.path} cannot be written: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class OsKeyring:
    """The keyring of the user's desktop: Keychain, Credential Locker, Secret Service.

    Attributes:
        account: Tells the installations of one machine apart.
    """

    account: str
    where: str = "the OS keyring"
    makes_keys: bool = True

    def load(self) -> list[MasterKey]:
        """Ask the keyring."""
        # Only here: looking for a keyring takes a moment that nobody else should wait.
        import keyring

        with _explained():
            text = keyring.get_password(_SERVICE, self.account)
        return _parsed(text, where=self.where) if text else []

    def save(self, keys: Sequence[MasterKey]) -> None:
        """Replace the entry."""
        import keyring

        with _explained():
            keyring.set_password(_SERVICE, self.account, _written(keys))


@contextmanager
def _explained() -> Iterator[None]:
    from keyring import errors

    try:
        yield
    except errors.NoKeyringError:
        raise MasterKeyError(
            "ORDERBRIDGE_MASTER_KEY_SOURCE is keyring, but this machine has no OS keyring, as is usual without a "
            "desktop; set it to file, or give ORDERBRIDGE_MASTER_KEY"
        ) from None
    except errors.KeyringError as error:
        raise MasterKeyError(
            f"the OS keyring refused ({type(error).__name__}); unlock it and start again, or set "
            "ORDERBRIDGE_MASTER_KEY_SOURCE to file"
        ) from None


@dataclass(frozen=True, slots=True)
class KeySource:
    """The keys of this installation.

    Attributes:
        place: Holds the current key.
        old: Keys that a person gave for opening only, until everything is sealed anew.
        folder: The data folder: processes that make a key at the same moment meet there.
    """

    place: KeyPlace
    folder: Path
    old: tuple[MasterKey, ...] = field(default=())

    def load(self) -> Keys:
        """Read all keys.

        Raises:
            MasterKeyError: One is unreadable or no key; the message says which.
        """
        kept = self.place.load()
        return Keys(kept[0] if kept else None, (*kept[1:], *self.old))

    def make_first(self) -> bool:
        """Make the first key, unless another process was quicker; True when it was made here."""
        with self._alone():
            if self.place.load():
                return False
            self.place.save([MasterKey.new()])
        return True

    def put_first(self, key: MasterKey) -> None:
        """Make ``key`` the current one; those before it stay for opening."""
        with self._alone():
            self.place.save([key, *(one for one in self.place.load() if one.id != key.id)])

    def keep_only(self, key_id: str) -> list[str]:
        """Drop every other key from the place; return the ids of those dropped."""
        if not self.place.makes_keys:
            return []
        with self._alone():
            kept = self.place.load()
            others = [one.id for one in kept if one.id != key_id]
            if others:
                self.place.save([one for one in kept if one.id == key_id])
        return others

    def elsewhere(self, key_ids: set[str]) -> str | None:
        """Tell whether ``master.key`` holds one of these keys although it is not asked for any."""
        file = KeyFile(self.folder / FILE_NAME)
        if self.place == file:
            return None
        try:
            return file.where if key_ids & {key.id for key in file.load()} else None
        except MasterKeyError:
            return None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with file_lock(self.folder / f"{FILE_NAME}.lock"):
            yield


def key_source(*, master_key: str | None, old: str | None, place: str, folder: Path) -> KeySource:
    """Put together where this installation's keys are.

    Args:
        master_key: The key given in the environment; it wins over every place.
        old: Keys given for opening only, separated by commas.
        place: ``file`` or ``keyring``.
        folder: The data folder.

    Raises:
        MasterKeyError: A given key is no key.
    """
    given = tuple(
        MasterKey.parse(part, where="ORDERBRIDGE_MASTER_KEY_OLD")
        for part in (old or "").replace(",", " ").split()
    )
    where: KeyPlace
    if master_key:
        where = Given(MasterKey.parse(master_key, where="ORDERBRIDGE_MASTER_KEY"))
    elif place == "keyring":
        where = OsKeyring(str(folder))
    else:
        where = KeyFile(folder / FILE_NAME)
    return KeySource(where, folder, given)


def _parsed(text: str, *, where: str) -> list[MasterKey]:
    keys = [
        MasterKey.parse(line, where=f"line {number} of {where}")
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    return list({key.id: key for key in keys}.values())


def _written(keys: Sequence[MasterKey]) -> str:
    return "".join(f"{key.written()}\n" for key in keys)
