"""Which processes use the embedded server: each holds a lock that the system drops when it dies.

A lock and not a process number: numbers are used again, and start times shift with the clock.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from orderbridge.store.embedded_files import write_private


def file_lock(path: Path) -> FileLock:
    """A lock between processes on ``path``, free again the moment its holder is gone."""
    return FileLock(
        path,
        mode=0o600,
        # Taken in one thread and released in another, and never replaced by one that outlives its holder.
        thread_local=False,
        fallback_to_soft=False,
        preserve_lock_file=True,
    )


@dataclass(frozen=True, slots=True)
class ServerUser:
    """A living process that uses the server."""

    pid: int
    host: str


class Membership:
    """This object's own place among the server's users."""

    def __init__(self) -> None:
        self._lock: FileLock | None = None
        self._note: Path | None = None
        self._pid = 0

    def enter(self, folder: Path) -> None:
        """Count as a user from now on; again is harmless."""
        # A forked child inherits this object but no part in it.
        if self._lock is not None and self._pid == os.getpid():
            return
        name = secrets.token_hex(8)
        self._note = folder / f"{name}.json"
        write_private(self._note, json.dumps({"pid": os.getpid(), "host": socket.gethostname()}))
        self._lock = file_lock(folder / f"{name}.lock")
        self._lock.acquire(timeout=0)
        self._pid = os.getpid()

    @property
    def entered(self) -> bool:
        """Whether this process counts as a user through this object."""
        return self._lock is not None and self._pid == os.getpid()

    def leave(self) -> None:
        """Count no longer."""
        if not self.entered:
            return
        assert self._lock is not None
        assert self._note is not None
        self._lock.release()
        _forget(self._note)
        self._lock = self._note = None


def living_users(folder: Path) -> list[ServerUser]:
    """Return the processes that use the server and forget those that are gone.

    Call it under the start-up lock only: a process that is just entering would look dead.
    """
    found = []
    for note in folder.glob("*.json"):
        lock = file_lock(note.with_suffix(".lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            found.append(ServerUser(**json.loads(note.read_text(encoding="utf-8"))))
        else:
            lock.release()
            _forget(note)
    return found


def _forget(note: Path) -> None:
    note.unlink(missing_ok=True)
    note.with_suffix(".lock").unlink(missing_ok=True)
