"""What differs between POSIX and Windows, in one place: accounts, file ownership, processes, signals.

No other module imports ``fcntl``, ``pwd`` or ``signal``, changes users, or assumes either system.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orderbridge.core.errors import SetupError

if TYPE_CHECKING:
    # Small processes of ours start without it.
    from asyncio import AbstractEventLoop

IS_WINDOWS = sys.platform == "win32"

# pg_ctl hands its command line to the shell in double quotes; these would end or expand there.
UNSAFE_IN_PATHS = '"%\n' if IS_WINDOWS else '"$`\\\n'

# What a server process needs of our environment. Secrets in it stay with us.
_PASSED_ON = (
    "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
    "SYSTEMROOT", "WINDIR", "COMSPEC", "TEMP", "TMP",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """A user account of a POSIX system that a program can be run under."""

    name: str
    uid: int
    gid: int


def running_as_root() -> bool:
    """Tell whether this process is the superuser of a POSIX system."""
    if sys.platform == "win32":
        return False
    return os.geteuid() == 0


def system_account(candidates: Iterable[str]) -> Account:
    """Return the first of ``candidates`` that exists, else any account that is not root.

    Raises:
        SetupError: This machine has no account but root.
    """
    if sys.platform == "win32":
        raise SetupError("Windows has no system accounts of this kind; nothing to do")
    import pwd

    def usable(entry: pwd.struct_passwd) -> Account | None:
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid) if entry.pw_uid != 0 else None

    for name in candidates:
        try:
            found = usable(pwd.getpwnam(name))
        except KeyError:
            continue
        if found:
            return found
    for entry in sorted(pwd.getpwall(), key=lambda entry: entry.pw_uid, reverse=True):
        if account := usable(entry):
            return account
    raise SetupError(
        "PostgreSQL refuses to run as root and this machine has no other account; "
        "add one with 'useradd --system orderbridge', or run orderbridge as an ordinary user"
    )


def account_of(path: Path) -> Account | None:
    """Return the account that owns ``path``, or None where the owner has no name here (or is root)."""
    if sys.platform == "win32":
        return None
    import pwd

    uid = path.stat().st_uid
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid) if uid else None


def owned_by_us(path: Path) -> bool:
    """Tell whether this process's user owns ``path``; on Windows access rights decide, so always true."""
    if sys.platform == "win32":
        return True
    return path.stat().st_uid == os.geteuid()


def give(path: Path, account: Account | None, *, group_only: bool = False) -> None:
    """Make ``account`` the owner (or only the group) of ``path``; without an account, do nothing."""
    if sys.platform == "win32" or account is None:
        return
    os.chown(path, -1 if group_only else account.uid, account.gid, follow_symlinks=False)


def can_enter(folder: Path, account: Account) -> bool:
    """Tell whether ``account`` can reach into ``folder``; the system is asked, nothing is changed."""
    # The shell tries it for real, so access lists and odd mounts count as well as mode bits do.
    probe = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", 'test -x "$0/."', str(folder)],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd="/",
        **as_account(account),
    )
    return probe.returncode == 0


def as_account(account: Account | None) -> dict[str, Any]:
    """Return the ``subprocess`` options that run a program under ``account`` and without a window."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW}
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def detached() -> dict[str, Any]:
    """Return the ``subprocess`` options that keep Ctrl-C in our terminal from reaching the program."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def bare_environment() -> dict[str, str]:
    """Return the few environment variables that a program of ours needs, and none that hold secrets."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


def program_name(name: str) -> str:
    """Return the file name of the program called ``name``."""
    return f"{name}.exe" if IS_WINDOWS else name


def call_on_stop(loop: AbstractEventLoop, stop: Callable[[], None]) -> None:
    """Call ``stop`` in ``loop`` when a person or the system asks this process to end."""
    if sys.platform == "win32":
        # Event loops on Windows take no signal handlers; Ctrl-C and Ctrl-Break arrive as these two.
        for number in (signal.SIGINT, signal.SIGBREAK):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)


def die_at_once() -> None:
    """End this process the hardest way the system has: nothing is flushed, nothing is cleaned up."""
    if sys.platform == "win32":
        os._exit(137)
    os.kill(os.getpid(), signal.SIGKILL)


def let_others_enter(folder: Path) -> None:
    """Let other accounts pass through a folder of ours without reading it.

    As root, the embedded database runs under another account, below this folder.
    """
    if sys.platform != "win32" and running_as_root():
        folder.chmod(0o711)


def limit_memory(more_bytes: int) -> bool:
    """Let this process take so much more memory than it has now, and no more than that.

    Returns:
        Whether this system keeps to it; where not, somebody has to watch from outside.
    """
    if sys.platform != "linux":
        return False
    import resource

    # Not the address space, which counts what is only set aside: every thread sets aside a lot.
    data_pages = int(Path("/proc/self/statm").read_text().split()[5])
    limit = data_pages * resource.getpagesize() + more_bytes
    most = resource.getrlimit(resource.RLIMIT_DATA)[1]
    if most != resource.RLIM_INFINITY:
        limit = min(limit, most)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, most))
    return True


def event_loop_factory() -> Callable[[], AbstractEventLoop] | None:
    """Return how to make the fastest event loop of this system; None means the standard one."""
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop
