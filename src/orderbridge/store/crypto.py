"""Secrets at rest: authenticated encryption with a key id beside every value.

Several master keys can be known at a time. New values are sealed with the current one; every value is opened
with the one that its key id names. ``key_sources`` says where the keys come from.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from orderbridge.core.errors import SetupError
from orderbridge.core.log import get

log = get(__name__)

_NONCE_BYTES = 12
_KEY_BYTES = 32


class MasterKeyError(SetupError):
    """A master key is missing, wrong or unreadable; nothing that needs it can go on."""

    def __init__(self, message: str) -> None:
        super().__init__(message, cause="setup.master_key")


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted value and the id of the key that opens it."""

    data: bytes
    key_id: str


@dataclass(frozen=True, slots=True)
class MasterKey:
    """One key, and the id that is kept beside what it sealed."""

    raw: bytes = field(repr=False)

    @classmethod
    def new(cls) -> MasterKey:
        """Make a key that nobody has had."""
        return cls(secrets.token_bytes(_KEY_BYTES))

    @classmethod
    def parse(cls, text: str, *, where: str) -> MasterKey:
        """Read a key from base64.

        Args:
            text: As a person or a file has it.
            where: Named in the message, which never shows the text itself.

        Raises:
            MasterKeyError: It is not base64, or not 32 bytes.
        """
        try:
            raw = base64.b64decode(text.strip(), validate=True)
        except ValueError:
            # Not chained: the library's error can hold a part of the text.
            raise MasterKeyError(f"{where} is not base64; {_HOW_TO_MAKE_ONE}") from None
        if len(raw) != _KEY_BYTES:
            raise MasterKeyError(f"{where} has {len(raw)} bytes and must have 32; {_HOW_TO_MAKE_ONE}")
        return cls(raw)

    @property
    def id(self) -> str:
        """Tells keys apart and gives nothing of the key away."""
        return hashlib.sha256(b"orderbridge key id" + self.raw).hexdigest()[:12]

    def seal(self, plain: str, *, context: str) -> Sealed:
        """Encrypt ``plain``; only opening with the same ``context`` gives it back."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return Sealed(nonce + AESGCM(self.raw).encrypt(nonce, plain.encode(), context.encode()), self.id)

    def open(self, sealed: Sealed, *, context: str) -> str:
        """Decrypt.

        Raises:
            InvalidTag: Sealed with another key or context, or changed.
        """
        nonce, body = sealed.data[:_NONCE_BYTES], sealed.data[_NONCE_BYTES:]
        return AESGCM(self.raw).decrypt(nonce, body, context.encode()).decode()

    def written(self) -> str:
        """Return the key in base64, for where it is kept; never for a message."""
        return base64.b64encode(self.raw).decode()


_HOW_TO_MAKE_ONE = (
    "put the right key back, or make one for a new installation with "
    "'python -c \"import base64,os;print(base64.b64encode(os.urandom(32)).decode())\"'"
)


@dataclass(frozen=True, slots=True)
class Keys:
    """What a source of keys holds.

    Attributes:
        current: Seals new values; None where no key was made yet.
        others: Only open: keys that are on their way out.
    """

    current: MasterKey | None
    others: tuple[MasterKey, ...] = ()

    def every(self) -> list[MasterKey]:
        """All of them, the current one first, each once."""
        given = ([self.current] if self.current else []) + list(self.others)
        return list({key.id: key for key in given}.values())


class SecretBox:
    """Encrypts with the current master key, decrypts with every one that is known."""

    def __init__(self, keys: Keys, *, load: Callable[[], Keys] | None = None) -> None:
        """Make a box.

        Args:
            keys: What is known now.
            load: Reads the keys again: another process may have rotated them.
        """
        self._load = load
        self._keys: dict[str, MasterKey] = {}
        self._refused: set[str] = set()
        self._order: list[str] = []
        self._learn(keys)

    def __repr__(self) -> str:
        return f"SecretBox(key_ids={self._order})"

    @property
    def key_id(self) -> str:
        """The id of the key that new values are sealed with."""
        usable = [key_id for key_id in self._order if key_id not in self._refused]
        if not usable:
            raise MasterKeyError("there is no master key that new secrets could be encrypted with")
        return usable[0]

    def key(self, key_id: str) -> MasterKey:
        """Return a key that is known."""
        return self._keys[key_id]

    def knows(self, key_ids: Iterable[str]) -> bool:
        """Tell whether all of ``key_ids`` are here, reading the source again when one is not."""
        wanted = set(key_ids)
        if not wanted <= self._keys.keys():
            self.reload()
        return wanted <= self._keys.keys()

    def seal(self, plain: str, *, context: str) -> Sealed:
        """Encrypt ``plain``; only ``open`` with the same ``context`` gives it back."""
        # Sealing is rare. With a key that was rotated out meanwhile, nobody could open it after our end.
        self.reload()
        return self._keys[self.key_id].seal(plain, context=context)

    def open(self, sealed: Sealed, *, context: str) -> str:
        """Decrypt.

        Raises:
            MasterKeyError: The value was sealed with a key that is not here, or was changed.
        """
        if not self.knows([sealed.key_id]):
            raise MasterKeyError(
                f"the secret of {context} is encrypted with master key {sealed.key_id}, which is not here "
                f"(here: {', '.join(self._order)}); put that key back, or see 'orderbridge connections "
                "forget-secrets --help'"
            )
        try:
            return self._keys[sealed.key_id].open(sealed, context=context)
        except (InvalidTag, ValueError):
            raise MasterKeyError(
                f"the secret of {context} was changed in the database: its own master key {sealed.key_id} does "
                "not open it; restore a backup, or see 'orderbridge connections forget-secrets --help'"
            ) from None

    def reload(self) -> None:
        """Read the keys again; what is known stays known, also when the source cannot be read just now."""
        if self._load is None:
            return
        try:
            self._learn(self._load())
        except MasterKeyError as error:
            log.warning("the master keys could not be read again", reason=str(error))

    def refuse(self, key_id: str) -> None:
        """Seal nothing more with a key that the database does not take any more."""
        self._refused.add(key_id)

    def _learn(self, keys: Keys) -> None:
        self._keys |= {key.id: key for key in keys.every()}
        if keys.current is None:
            return
        first = keys.current.id
        self._order = list(dict.fromkeys([first, *self._order, *self._keys]))
