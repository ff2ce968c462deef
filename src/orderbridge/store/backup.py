"""Back a database up into one file, and bring it back.

A restore is one transaction on the server: it replaces everything or changes nothing.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import asyncpg

from orderbridge.core import platform
from orderbridge.core.errors import SetupError
from orderbridge.store.address import Address
from orderbridge.store.embedded_files import packaged_program
from orderbridge.store.embedded_process import run_program

# Every database of ours has this table; a file without it is somebody else's backup.
_MARK = " alembic_version "
_CHUNK_BYTES = 1 << 20
# Version 17 brought this setting; pg_restore writes it for every server, and older ones refuse it.
_UNKNOWN_TO_OLD = b"SET transaction_timeout = 0;\n"

# The schema itself stays: on servers run by others it is often not ours. All names are read before
# anything is dropped, since one drop can take others with it.
_EMPTY_THE_SCHEMA = """
BEGIN;
SET LOCAL lock_timeout = '60s';
SET LOCAL client_min_messages = warning;
DO $drop$
DECLARE
  statements text[] := ARRAY(
    SELECT statement FROM (
      SELECT kinds.place, format('DROP %s IF EXISTS public.%I CASCADE', kinds.word, relname), pg_class.oid
      FROM pg_class
      JOIN (VALUES ('v', 'VIEW', 1), ('m', 'MATERIALIZED VIEW', 1), ('r', 'TABLE', 2), ('p', 'TABLE', 2),
                   ('S', 'SEQUENCE', 3)) AS kinds (relkind, word, place)
        ON kinds.relkind = pg_class.relkind::text
      WHERE relnamespace = 'public'::regnamespace
      UNION ALL
      SELECT 4, format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure), oid
      FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      UNION ALL
      SELECT 5, format('DROP TYPE IF EXISTS public.%I CASCADE', typname), oid
      FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r')
    ) AS ours (place, statement, object)
    WHERE NOT EXISTS (SELECT FROM pg_depend WHERE objid = ours.object AND deptype = 'e')
    ORDER BY place);
  statement text;
BEGIN
  FOREACH statement IN ARRAY statements LOOP
    EXECUTE statement;
  END LOOP;
END
$drop$;
"""


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A finished backup.

    Attributes:
        path: The file.
        size_bytes: Its length.
    """

    path: Path
    size_bytes: int


async def backup(
    url: str, target: Path, *, progress: Callable[[int], None] = lambda _size_bytes: None
) -> BackupFile:
    """Write the database into ``target``, readable by this user only, while the product runs on.

    Args:
        url: The database.
        target: A file that does not exist yet; it appears complete or not at all.
        progress: Told the bytes written so far.

    Raises:
        SetupError: The file cannot be written or the database not be read.
    """
    part = _begin(target)
    address = Address.parse(url)
    try:
        done = await run_program(
            packaged_program("pg_dump"),
            "--format=custom", "--no-owner", "--no-privileges", "--no-password",
            f"--file={part}", f"--dbname={address.without_password}",
            environment=_login(address),
            waiting=lambda: progress(part.stat().st_size),
        )  # fmt: skip
        if done.code != 0:
            raise SetupError(
                f"cannot back up {address}: {done.reason}; nothing was written",
                cause="setup.backup",
            )
        await check(part)
        return _finish(part, target)
    finally:
        part.unlink(missing_ok=True)


async def restore(
    url: str, source: Path, *, force: bool = False, progress: Callable[[int], None] = lambda _size_bytes: None
) -> None:
    """Replace everything in the database by what ``source`` holds.

    Args:
        url: The database; it is left as it was if anything fails.
        source: A file that ``backup`` wrote.
        force: Disconnect whoever else uses the database, instead of refusing.
        progress: Told the bytes of SQL that the server has taken so far.

    Raises:
        SetupError: The file is no backup, or the database is in use or refuses.
    """
    await check(source)
    address = Address.parse(url)
    server_version = await _alone_in(address, force=force)
    with tempfile.TemporaryFile() as complaints:
        reader = _spawn(
            "pg_restore", "--file=-", "--no-owner", "--no-privileges", str(source), errors=complaints
        )
        writer = _spawn(
            "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--no-password",
            f"--dbname={address.without_password}", "--file=-",
            environment=_login(address), errors=complaints, reads=True,
        )  # fmt: skip
        try:
            done = await asyncio.to_thread(_pour, reader, writer, server_version, progress)
        finally:
            for process in (reader, writer):
                process.kill()
                process.wait()
                for pipe in (process.stdin, process.stdout):
                    if pipe:
                        # What is still buffered was for a program that is gone.
                        with suppress(OSError):
                            pipe.close()
        complaints.seek(0)
        said = complaints.read().decode(errors="replace").strip().splitlines()
    if not done:
        reason = next((line for line in said if "ERROR" in line or "error:" in line), "it ended too early")
        raise SetupError(
            f"cannot restore {source} into {address}: {reason}; the database is as it was before",
            cause="setup.restore",
        )


def _pour(
    reader: subprocess.Popen[bytes],
    writer: subprocess.Popen[bytes],
    server_version: int,
    progress: Callable[[int], None],
) -> bool:
    """Send the backup's SQL to the server in one transaction; tell whether it was committed."""
    assert reader.stdout
    assert writer.stdin
    poured_bytes = 0
    try:
        writer.stdin.write(_EMPTY_THE_SCHEMA.encode())
        while chunk := reader.stdout.read(_CHUNK_BYTES):
            if poured_bytes == 0 and server_version < 170_000:
                chunk = chunk.replace(_UNKNOWN_TO_OLD, b"", 1)
            writer.stdin.write(chunk)
            poured_bytes += len(chunk)
            progress(poured_bytes)
        # Only a reader that got to the end may commit: a file that is cut short ends in a rollback.
        if reader.wait() == 0:
            writer.stdin.write(b"\nCOMMIT;\n")
            writer.stdin.close()
            return writer.wait() == 0
    except OSError:
        # The server refused something and psql has gone; its own words tell what.
        writer.wait()
    return False


def _begin(target: Path) -> Path:
    if target.exists():
        raise SetupError(
            f"{target} exists already; name another file for the backup", cause="setup.backup_file"
        )  # fmt: skip
    part = target.with_name(f".{target.name}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    except OSError as error:
        raise SetupError(
            f"cannot write the backup {target}: {error.strerror}; name a file in a folder that this user may "
            "write to",
            cause="setup.backup_file",
        ) from error
    return part


def _finish(part: Path, target: Path) -> BackupFile:
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    size_bytes = part.stat().st_size
    part.replace(target)
    return BackupFile(target, size_bytes)


async def check(file: Path) -> None:
    """Look whether a file begins like a backup of ours.

    Raises:
        SetupError: It does not.
    """
    listed = await run_program(packaged_program("pg_restore"), "--list", str(file))
    if listed.code != 0 or _MARK not in listed.output:
        reason = "it holds no orderbridge database" if listed.code == 0 else listed.reason
        raise SetupError(
            f"{file} is not a usable backup: {reason}; use a file that 'orderbridge db backup' wrote",
            cause="setup.backup_file",
        )


async def _alone_in(address: Address, *, force: bool) -> int:
    """Make sure that nobody else uses the database; return the server's version number."""
    others = (
        "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend'"
    )
    try:
        connection = await asyncpg.connect(address.url, timeout=30)
        try:
            if force:
                await connection.execute(f"SELECT pg_terminate_backend(pid, 10000) {others}")
            if count := await connection.fetchval(f"SELECT count(*) {others}"):
                raise SetupError(
                    f"{address} is in use by {count} other connections; stop 'orderbridge serve' and all "
                    "workers first, or force the restore, which disconnects them",
                    cause="setup.restore_in_use",
                )
            return int(await connection.fetchval("SELECT current_setting('server_version_num')"))
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise SetupError(
            f"cannot connect to {address}: {error}; check that the server runs", cause="setup.database"
        ) from error


def _spawn(
    name: str,
    *arguments: str,
    errors: IO[bytes],
    environment: dict[str, str] | None = None,
    reads: bool = False,
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603
        [str(packaged_program(name)), *arguments],
        stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if reads else subprocess.PIPE,
        stderr=errors,
        env=platform.bare_environment() | {"LC_ALL": "C"} | (environment or {}),
        **(platform.as_account(None) | platform.detached()),
    )


def _login(address: Address) -> dict[str, str]:
    # A command line is everyone's to read; the environment of a process is its user's.
    return {"PGPASSWORD": address.password, "PGCONNECT_TIMEOUT": "30"} if address.password else {}
