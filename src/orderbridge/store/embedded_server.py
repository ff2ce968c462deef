"""Initialise, start and stop one PostgreSQL server; called by one process at a time."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg

from orderbridge.core import platform
from orderbridge.core.clock import Clock
from orderbridge.core.errors import SetupError
from orderbridge.store import embedded_files as files
from orderbridge.store.embedded_process import (
    Completed,
    end_all,
    is_server,
    leftovers,
    run_program,
    same_place,
    to_the_end,
)
from orderbridge.store.embedded_settings import write_settings
from orderbridge.store.embedded_users import living_users

# Recovery after a crash reads all log written since the last checkpoint: minutes on a slow disk, never hours.
_READY_DEADLINE_S = 3600.0
_STOP_DEADLINE_S = 120
_POLL_S = 0.05
_SAY_AFTER_S = 3.0
_PORT_ATTEMPTS = 8
_PORT_TAKEN = "could not create any TCP/IP sockets"


class Server:
    """The server in one home.

    Args:
        home: Its folder.
        say: Called with one line when the person has to wait.
        clock: Where deadlines come from.
    """

    def __init__(self, home: files.Home, *, say: Callable[[str], None], clock: Clock) -> None:
        self._home = home
        self._say = say
        self._clock = clock

    def running(self) -> files.Postmaster | None:
        """The server's own note about itself, if it tells of a living server and not of a dead one."""
        found = files.postmaster(self._home)
        return found if found and is_server(found.pid, self._home.cluster) else None

    async def ensure_running(self) -> int:
        """Start the server unless it runs, and return its port once a connection works.

        Raises:
            SetupError: It cannot be started.
        """
        port = await self._port_of_running() or await self._start()
        # Also in a server that runs already: whoever started it may have been killed before this.
        await self._ensure_database(port)
        return port

    async def stop(self) -> None:
        """Stop the server, if it runs; whoever is connected is cut off."""
        for mode in ("fast", "immediate"):
            if self.running():
                await self._run(
                    "pg_ctl", "stop", "--wait", f"--timeout={_STOP_DEADLINE_S}", "--silent",
                    f"--mode={mode}", "--pgdata", str(self._home.cluster),
                )  # fmt: skip
        if rest := leftovers(self._home.path):
            await to_the_end(end_all, rest)

    async def _port_of_running(self) -> int | None:
        """Return the port of the running server once it lets us in, or None if it does not run."""
        waiting = self._waiting()
        while found := self.running():
            if found.port is not None and await self._lets_us_in(found.port):
                return found.port
            waiting()
            await asyncio.sleep(_POLL_S)
        return None

    async def _lets_us_in(self, port: int) -> bool:
        """Tell whether a connection works and leads to this cluster: the only proof of being ready."""
        home = self._home
        try:
            async with _superuser(home, port) as connection:
                shown = await connection.fetchval("SELECT current_setting('data_directory')")
        except asyncpg.InvalidPasswordError as error:
            raise SetupError(
                f"the database refuses the password in {home.path / 'passwords.json'}; put that file back "
                "from a copy of the folder",
                cause="setup.passwords_wrong",
            ) from error
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            # Starting, recovering or ending; the caller looks whether its process lives.
            return False
        return same_place(shown, home.cluster)

    def _waiting(self) -> Callable[[], None]:
        """Return what to call while waiting: it tells the person once, and gives up in the end."""
        began_s = self._clock.monotonic_s()
        said = False

        def waiting() -> None:
            nonlocal said
            waited_s = self._clock.monotonic_s() - began_s
            if waited_s > _READY_DEADLINE_S:
                raise SetupError(
                    f"the database in {self._home.path} has let nobody in for {waited_s / 60:.0f} minutes; "
                    f"look into {self._home.logs}, then run 'orderbridge db stop' and start again",
                    cause="setup.database_not_ready",
                )
            if waited_s > _SAY_AFTER_S and not said:
                said = True
                self._say("the database is starting; after a crash it repairs itself, which can take minutes")

        return waiting

    async def _start(self) -> int:
        home = self._home
        self._refuse_other_machine()
        await self._clear_away()
        await to_the_end(files.copy_program, home)
        files.passwords(home)
        if not home.cluster.exists():
            self._say("making a new database")
            await self._initialise()
        port = files.recorded_port(home) or _free_port()
        for _ in range(_PORT_ATTEMPTS):
            reason = await self._start_on(port)
            if reason is None:
                return port
            if _PORT_TAKEN not in reason:
                raise SetupError(
                    f"PostgreSQL did not start in {home.path}: {reason}; the whole story is in {home.logs}",
                    cause="setup.database_start",
                )
            port = _free_port()
        raise SetupError(
            f"PostgreSQL found no free port on 127.0.0.1 in {_PORT_ATTEMPTS} attempts; let programs listen "
            "on the loopback address, or set ORDERBRIDGE_DATABASE_URL to a PostgreSQL server",
            cause="setup.database_port",
        )

    def _refuse_other_machine(self) -> None:
        here = socket.gethostname()
        for user in living_users(self._home.users):
            if user.host != here:
                raise SetupError(
                    f"the database {self._home.path} is used by machine {user.host}, process {user.pid}; "
                    "an embedded one serves one machine: stop it there, or set ORDERBRIDGE_DATABASE_URL",
                    cause="setup.database_elsewhere",
                )

    async def _clear_away(self) -> None:
        """Remove what a killed server left: its children, and a process number that is a stranger's now."""
        if processes := leftovers(self._home.path):
            # While one of them lives, a second server on the same files would destroy them.
            self._say("the database was killed; ending what is left of it")
            await to_the_end(end_all, processes)
        (self._home.cluster / "postmaster.pid").unlink(missing_ok=True)

    async def _initialise(self) -> None:
        home = self._home
        fresh = home.path / "cluster.new"
        if fresh.exists():
            await to_the_end(shutil.rmtree, fresh)
        fresh.mkdir(mode=0o700)
        platform.give(fresh, home.account)
        password_file = home.path / "initdb-password"
        files.write_private(password_file, files.passwords(home).superuser, readable_by=home.account)
        try:
            done = await self._run(
                "initdb",
                "--pgdata", str(fresh), "--username", files.SUPERUSER, "--pwfile", str(password_file),
                "--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions",
                # The same sorting on every system and after every upgrade of one.
                "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            )  # fmt: skip
        finally:
            password_file.unlink(missing_ok=True)
        if done.code != 0:
            raise SetupError(
                f"PostgreSQL could not make a database in {home.path}: {done.reason}; put that right and "
                "start again",
                cause="setup.database_init",
            )
        # Only a complete cluster gets the name: an initialisation that was killed is done again.
        fresh.replace(home.cluster)

    async def _start_on(self, port: int) -> str | None:
        """Start on ``port``; return why it failed, or None once a connection works."""
        home = self._home
        write_settings(home, port=port)
        startup_log = home.logs / "startup.log"
        startup_log.unlink(missing_ok=True)
        before = files.log_sizes(home)
        done = await self._run(
            "pg_ctl", "start", "--wait", f"--timeout={_READY_DEADLINE_S:.0f}", "--silent",
            "--pgdata", str(home.cluster), "--log", str(startup_log), "--options",
            f'-c config_file="{home.path / "server.conf"}" -c hba_file="{home.path / "hba.conf"}"',
        )  # fmt: skip
        if done.code == 0 and await self._port_of_running() == port:
            return None
        return files.last_words(home, before) or done.reason

    async def _run(self, name: str, *arguments: str) -> Completed:
        home = self._home
        return await run_program(
            home.program(name), *arguments, account=home.account, folder=home.path, waiting=self._waiting()
        )

    async def _ensure_database(self, port: int) -> None:
        """Make the role that orderbridge works as, and its database, where they are missing."""
        async with _superuser(self._home, port) as connection:
            if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", files.ROLE):
                # Not a superuser: what works here then works on a server that somebody else runs, too.
                password = files.passwords(self._home).role
                await connection.execute(f"CREATE ROLE {files.ROLE} LOGIN CREATEDB PASSWORD '{password}'")
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", files.DATABASE):
                await connection.execute(f"CREATE DATABASE {files.DATABASE} OWNER {files.ROLE}")


def _free_port() -> int:
    # Somebody may take it before the server does; then the start is tried again with another.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def _superuser(home: files.Home, port: int) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(
        host="127.0.0.1",
        port=port,
        user=files.SUPERUSER,
        password=files.passwords(home).superuser,
        database="postgres",
        ssl=False,
        timeout=10,
    )
    try:
        yield connection
    finally:
        await connection.close()
