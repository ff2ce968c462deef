"""Keyrings for tests, registered the way that the keyring library means it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked


class MemoryKeyring(KeyringBackend):
    """The keyring of a desktop that lasts as long as a test."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("the person pressed Cancel")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password


class FileKeyring(KeyringBackend):
    """One that several processes share: PYTHON_KEYRING_BACKEND=support.keyrings.FileKeyring."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        return self._entries().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._file().write_text(json.dumps(self._entries() | {f"{service}/{username}": password}))

    def _file(self) -> Path:
        return Path(os.environ["TEST_KEYRING_FILE"])

    def _entries(self) -> dict[str, str]:
        return dict(json.loads(self._file().read_text())) if self._file().exists() else {}


@pytest.fixture
def desktop() -> Iterator[MemoryKeyring]:
    """A machine with a keyring."""
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(NoKeyring())


@pytest.fixture
def headless() -> None:
    """A machine without one."""
    keyring.set_keyring(NoKeyring())
