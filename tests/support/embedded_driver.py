"""A process of its own that uses an embedded server: told what to do on stdin, answers in JSON lines.

Run as a script, it can change to another user first; ``Driver`` is its other end, in the test.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg

from orderbridge.core.errors import SetupError
from orderbridge.store.embedded import EmbeddedPostgres

# The interpreter can lie in a folder that only root may enter: what it loads at need is loaded before.
_LOADED_LATE = ("concurrent.futures.thread", "email.parser", "encodings.idna", "stringprep", "csv")


async def query(url: str, statement: str) -> Any:
    """Run one statement and return its first value."""
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


class Driver:
    """A process that uses the server of ``data_dir``, as user ``uid`` where one is given."""

    def __init__(self, data_dir: Path, *, uid: int = -1, gid: int = -1) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(uid), str(gid), str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Libraries look for key files in the home folder, which must be the user's own.
            env=os.environ | {"ORDERBRIDGE_MASTER_KEY": "a-secret-of-ours", "HOME": str(data_dir.parent)},
        )
        self.pid = self._process.pid

    def send(self, *command: str) -> None:
        """Tell it to do something without waiting for the answer."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """Wait for the answer; an error of the product is raised here."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        found = json.loads(line) if line else {"error": "the driver died"}
        if "error" in found:
            raise SetupError(found["error"])
        return found["value"]

    async def do(self, *command: str) -> Any:
        """Tell it to do something and return the answer."""
        self.send(*command)
        return await asyncio.to_thread(self.answer)

    def kill(self) -> None:
        """End it without any chance to clean up."""
        self._process.send_signal(signal.SIGKILL)
        self.close()

    def close(self) -> None:
        """End it; without a ``release`` before, it leaves the server behind."""
        if self._process.stdin and not self._process.stdin.closed:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        self._process.wait(60)
        if self._process.stdout:
            self._process.stdout.close()


async def _obey(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    url = ""
    for line in sys.stdin:
        command, *arguments = json.loads(line)
        value: Any = None
        try:
            if command == "ensure":
                value = url = await server.ensure_running()
            elif command == "release":
                await server.release()
            elif command == "delete":
                await server.delete()
            elif command == "status":
                found = await server.status()
                value = found and {"pid": found.pid, "home": str(found.home), "account": found.account}
            elif command == "query":
                value = await query(url, *arguments)
            print(json.dumps({"value": value}), flush=True)
        except SetupError as error:
            print(json.dumps({"error": str(error)}), flush=True)


def _main() -> None:
    uid, gid, data_dir = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    os.chdir("/")
    if uid >= 0:
        for name in _LOADED_LATE:
            importlib.import_module(name)
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    asyncio.run(_obey(data_dir))


if __name__ == "__main__":
    _main()
