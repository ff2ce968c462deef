"""PostgreSQL without a database administrator: made, started, shared and stopped by us.

The binaries come from a package; everything else is done here, because the package's own starter
opens parent folders to everyone, trusts every local user and believes stale process numbers. Why each
step is as it is: docs/decisions/0002-embedded-postgresql.md.
"""

from __future__ import annotations

import asyncio
import errno
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from filelock import Timeout

from orderbridge.core.clock import Clock, SystemClock
from orderbridge.core.errors import SetupError
from orderbridge.store import embedded_files as files
from orderbridge.store import embedded_home as homes
from orderbridge.store.address import Address
from orderbridge.store.embedded_process import to_the_end
from orderbridge.store.embedded_server import Server
from orderbridge.store.embedded_users import Membership, file_lock, living_users

# Longer than any start that is not stuck, save a recovery, during which the person is told so.
_LOCK_DEADLINE_S = 3600.0
_POLL_S = 0.05
_SAY_AFTER_S = 3.0


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """A running embedded server.

    Attributes:
        pid: The server's process.
        port: Its TCP port on 127.0.0.1; None while it starts.
        home: The folder of its files.
        account: The system account it runs as; None means as this user.
        users: The processes that use it.
    """

    pid: int
    port: int | None
    home: Path
    account: str | None
    users: list[int]


class EmbeddedPostgres:
    """The PostgreSQL server of one data folder, shared by all orderbridge processes that use it.

    ``async with EmbeddedPostgres(data_dir) as url`` runs it for the length of the block. The last
    process to leave stops it; one that was killed counts no longer.

    Args:
        data_dir: The product's data folder; made where it is missing.
        system_folder: As root, where the cluster goes if its account cannot enter ``data_dir``.
        say: Called with one line when the person has to wait.
        clock: Where deadlines come from.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        system_folder: Path = homes.SYSTEM_FOLDER,
        say: Callable[[str], None] = lambda _line: None,
        clock: Clock | None = None,
    ) -> None:
        self.data_dir = Path(data_dir).absolute()
        self._system_folder = system_folder
        self._say = say
        self._clock = clock or SystemClock()
        self._membership = Membership()

    async def __aenter__(self) -> str:
        return await self.ensure_running()

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.release()

    async def ensure_running(self) -> str:
        """Make sure that the server runs, count as its user, and return the database's address.

        Calling it again repairs: a server that died meanwhile is started again, on the same port
        where that is free. The address holds a password.

        Raises:
            SetupError: It cannot be made or started here; the message says what to change.
        """
        with self._explained():
            homes.make_data_dir(self.data_dir)
            async with self._alone():
                home = self._home()
                port = await self._server(home).ensure_running()
                files.prune_logs(home)
                self._membership.enter(home.users)
                return _url(home, port)

    async def release(self) -> None:
        """Count as its user no longer, and stop the server if nobody else uses it."""
        if not self._membership.entered:
            return
        with self._explained():
            async with self._alone():
                self._membership.leave()
                home = self._home()
                if not living_users(home.users):
                    await self._server(home).stop()

    async def stop(self) -> None:
        """Stop the server whoever uses it; open transactions are rolled back."""
        if not self._exists():
            return
        with self._explained():
            async with self._alone():
                self._membership.leave()
                await self._server(self._home()).stop()

    async def delete(self) -> None:
        """Stop the server and delete its data for good: for scratch databases of demos and tests."""
        if not self._exists():
            return
        with self._explained():
            async with self._alone():
                self._membership.leave()
                home = self._home()
                await self._server(home).stop()
                await to_the_end(shutil.rmtree, home.path)
                homes.location_note(self.data_dir).unlink(missing_ok=True)

    async def status(self) -> ServerStatus | None:
        """Describe the running server; None when it does not run."""
        if not self._exists():
            return None
        with self._explained():
            async with self._alone():
                home = self._home()
                found = self._server(home).running()
                if found is None:
                    return None
                return ServerStatus(
                    pid=found.pid,
                    port=found.port,
                    home=home.path,
                    account=home.account.name if home.account else None,
                    users=[user.pid for user in living_users(home.users)],
                )

    def _exists(self) -> bool:
        return homes.inside(self.data_dir).exists() or homes.location_note(self.data_dir).exists()

    def _home(self) -> files.Home:
        return homes.find_home(self.data_dir, system_folder=self._system_folder)

    def _server(self, home: files.Home) -> Server:
        return Server(home, say=self._say, clock=self._clock)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Hold the start-up lock: one process at a time makes, starts or stops the server."""
        lock = file_lock(self.data_dir / f"postgresql-{files.MAJOR}.lock")
        began_s = self._clock.monotonic_s()
        said = False
        while True:
            try:
                lock.acquire(timeout=0)
                break
            except Timeout:
                waited_s = self._clock.monotonic_s() - began_s
                if waited_s > _LOCK_DEADLINE_S:
                    raise SetupError(
                        f"another orderbridge process has been starting or stopping the database of "
                        f"{self.data_dir} for {waited_s:.0f} s; end that process and start again",
                        cause="setup.database_locked",
                    ) from None
                if waited_s > _SAY_AFTER_S and not said:
                    said = True
                    self._say("waiting for another orderbridge process to start or stop the database")
                await asyncio.sleep(_POLL_S)
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SetupError(
                f"cannot keep the database of {self.data_dir}: {_reason(error)}", cause="setup.data_dir"
            ) from error


def _url(home: files.Home, port: int) -> str:
    return Address.of(
        user=files.ROLE,
        password=files.passwords(home).role,
        host="127.0.0.1",
        port=port,
        database=files.DATABASE,
    ).url


def _reason(error: OSError) -> str:
    place = error.filename or "its folder"
    match error.errno:
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return (
                f"no permission to write {place}; give this user the folder, or set ORDERBRIDGE_DATA_DIR to "
                "another one"
            )
        case errno.ENOSPC | errno.EDQUOT:
            return "its disk is full; free at least 200 MB there and start again"
        case errno.ENOTDIR | errno.EEXIST:
            return f"{place} is a file where a folder is needed; move it away, or set ORDERBRIDGE_DATA_DIR"
        case _:
            return f"{error.strerror or error} ({place}); check the disk, or set ORDERBRIDGE_DATA_DIR"
