"""A Python that has imported the command line already, and forks for every command.

Starting Python and importing the product takes some two seconds of computing, and nearly all commands in tests take
less than that themselves. What a command does is not made less real by it: it is a process of its own, with its own
arguments, environment, folder and files, which runs ``python -m orderbridge`` to its end, and ends with an exit code or
by a signal. Run as a program, this file is that Python; imported, it is the way to speak to it.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import IO

# What the product and its libraries read when they use it. Whatever else differs, Python itself or a library may have
# read while it was imported: such a command gets a start of its own.
_READ_WHEN_USED = ("ORDERBRIDGE_", "HOME", "XDG_", "TMPDIR", "PG", "PYTEST_")

_ready: ReadyInterpreter | None = None


def fitting(environment: Mapping[str, str]) -> ReadyInterpreter | None:
    """Return this process's ready interpreter; None where a command in ``environment`` needs a start of its own."""
    global _ready
    if not hasattr(os, "fork") or not hasattr(socket, "send_fds"):
        return None
    if _ready is None:
        _ready = ReadyInterpreter({key: value for key, value in environment.items() if not _is_late(key)})
        atexit.register(_ready.close)
    same = {key: value for key, value in environment.items() if not _is_late(key)} == _ready.environment
    return _ready if same else None


def _is_late(name: str) -> bool:
    return name.startswith(_READ_WHEN_USED)


class Forked:
    """A command that runs in a process of its own."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._said = b""

    async def wait(self, timeout_s: float) -> int:
        """Return how it ended: its exit code, or minus the signal that ended it.

        Raises:
            TimeoutError: It did not within ``timeout_s``, and was killed.
        """
        pid: int | None = None
        try:
            async with asyncio.timeout(timeout_s):
                pid = await self._number()
                code, pid = await self._number(), None
                return code
        finally:
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
                await self._number()
            self._control.close()

    async def _number(self) -> int:
        loop = asyncio.get_running_loop()
        while b"\n" not in self._said:
            more = await loop.sock_recv(self._control, 100)
            assert more, "the ready interpreter has ended"
            self._said += more
        line, _, self._said = self._said.partition(b"\n")
        return int(line)


class ReadyInterpreter:
    """The Python that forks.

    Attributes:
        environment: What it was started with.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self._requests, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                env=self.environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )

    def start(
        self, arguments: tuple[str, ...], environment: Mapping[str, str], files: tuple[IO[bytes], ...]
    ) -> Forked:
        """Start a command with ``files`` as its input, output and messages."""
        ours, theirs = socket.socketpair()
        with theirs:
            numbers = [file.fileno() for file in files]
            socket.send_fds(self._requests, [b"!"], [*numbers, theirs.fileno()])
        wish = {"arguments": arguments, "environment": dict(environment), "folder": os.getcwd()}
        ours.sendall(json.dumps(wish).encode() + b"\n")
        ours.setblocking(False)
        return Forked(ours)

    def close(self) -> None:
        """End it; commands that run go on."""
        self._requests.close()
        self._process.wait()


def _fork_until_closed(requests: socket.socket) -> list[int] | None:
    """Fork for every request; returns a command's files in its own process, and None when nobody asks any more."""
    woken, waker = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(waker, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker)
    running: dict[int, socket.socket] = {}
    while True:
        readable, _, _ = select.select([requests, woken], [], [])
        if woken in readable:
            os.read(woken, 1000)
            _report(running)
        if requests not in readable:
            continue
        said, files, _, _ = socket.recv_fds(requests, 1, 4)
        if not said:
            return None
        assert threading.active_count() == 1, "a fork needs an interpreter with one thread"
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for ours in (requests, *running.values()):
                ours.close()
            os.close(woken)
            os.close(waker)
            return list(files)
        running[pid] = socket.socket(fileno=files.pop())
        running[pid].sendall(f"{pid}\n".encode())
        for file in files:
            os.close(file)


def _report(running: dict[int, socket.socket]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        with running.pop(pid) as control:
            try:
                control.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            except BrokenPipeError:
                # Whoever started it has gone.
                continue


def _become(files: list[int]) -> None:
    """Make this process one that was started with what the request says."""
    with socket.socket(fileno=files.pop()) as control, control.makefile("rb") as said:
        wish = json.loads(said.readline())
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(wish["environment"])
    os.chdir(wish["folder"])
    sys.path[0] = wish["folder"]
    sys.argv[1:] = wish["arguments"]


if __name__ == "__main__":
    # Imported here, so that a command finds it there.
    import orderbridge.cli.main  # noqa: F401

    gc.collect()
    # The collector does not touch, and so not copy, what all commands share.
    gc.freeze()
    found = _fork_until_closed(socket.socket(fileno=int(sys.argv[1])))
    if found is not None:
        _become(found)
        runpy.run_module("orderbridge", run_name="__main__", alter_sys=True)
