"""Secrets at rest: authenticated encryption with a key id beside every value.

The key comes from ORDERBRIDGE_MASTER_KEY, or from ``master.key`` in the data folder, which is made on the
first start. Whoever loses it has to enter tokens and passwords again; nothing else is lost.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from orderbridge.core.errors import SetupError
from orderbridge.core.platform import write_private_file

_NONCE_BYTES = 12
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted value and the id of the key that opens it."""

    data: bytes
    key_id: str


class SecretBox:
    """Encrypts and decrypts with one master key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY_BYTES:
            raise SetupError(
                "the master key must be 32 bytes in base64; make one with "
                "'python -c \"import base64,os;print(base64.b64encode(os.urandom(32)).decode())\"'",
                cause="setup.master_key",
            )
        self._cipher = AESGCM(key)
        self.key_id = hashlib.sha256(b"orderbridge key id" + key).hexdigest()[:12]

    def __repr__(self) -> str:
        return f"SecretBox(key_id={self.key_id})"

    def seal(self, plain: str, *, context: str) -> Sealed:
        """Encrypt ``plain``; only ``open`` with the same ``context`` gives it back."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return Sealed(nonce + self._cipher.encrypt(nonce, plain.encode(), context.encode()), self.key_id)

    def open(self, sealed: Sealed, *, context: str) -> str:
        """Decrypt.

        Raises:
            SetupError: The value was sealed with another key, or was changed.
        """
        nonce, body = sealed.data[:_NONCE_BYTES], sealed.data[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, body, context.encode()).decode()
        except InvalidTag as error:
            raise SetupError(
                f"the secret of {context} was encrypted with key {sealed.key_id}, but this installation "
                f"has key {self.key_id}; put the old ORDERBRIDGE_MASTER_KEY or master.key back, or connect "
                "the account again",
                cause="setup.master_key",
            ) from error


def load_box(*, master_key: str | None, data_dir: Path) -> SecretBox:
    """Return the box of this installation, making its key file on the first start."""
    if master_key:
        try:
            return SecretBox(base64.b64decode(master_key, validate=True))
        except ValueError as error:
            raise SetupError("ORDERBRIDGE_MASTER_KEY is not base64", cause="setup.master_key") from error
    path = data_dir / "master.key"
    if not path.exists():
        write_private_file(path, base64.b64encode(secrets.token_bytes(_KEY_BYTES)))
    return SecretBox(base64.b64decode(path.read_bytes()))
