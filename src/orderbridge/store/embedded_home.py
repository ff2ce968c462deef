"""Where the embedded PostgreSQL lies, and which account runs it; no parent folder is ever changed."""

from __future__ import annotations

import secrets
from pathlib import Path

from orderbridge.core import platform
from orderbridge.core.errors import SetupError
from orderbridge.store.embedded_files import MAJOR, Home, write_private

# As root, where a cluster goes whose data folder the account cannot enter.
SYSTEM_FOLDER = Path("/var/lib/orderbridge")
# "orderbridge" first, so that an administrator can give the database an account of its own.
_ACCOUNTS = ("orderbridge", "postgres", "nobody")


def inside(data_dir: Path) -> Path:
    """Where the server's folder is unless ``location_note`` says otherwise."""
    return data_dir / f"postgresql-{MAJOR}"


def location_note(data_dir: Path) -> Path:
    """The file that says where the server's folder is when it could not be in the data folder."""
    return data_dir / f"postgresql-{MAJOR}.location"


def make_data_dir(data_dir: Path) -> None:
    """Make the data folder where it is missing, closed to everyone but us and PostgreSQL's account."""
    if data_dir.is_dir():
        return
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if platform.running_as_root():
        platform.give(data_dir, platform.system_account(_ACCOUNTS), group_only=True)
        data_dir.chmod(0o710)


def find_home(data_dir: Path, *, system_folder: Path = SYSTEM_FOLDER) -> Home:
    """Find or make the server's folder.

    It lies in the data folder. Only where we are root and the account that PostgreSQL must run as
    cannot enter the data folder (``/root`` is closed to everyone else, and we never open a parent),
    it lies in ``system_folder`` and the data folder holds a note of where.

    Raises:
        SetupError: It cannot be made, or belongs to another user.
    """
    path, note = inside(data_dir), location_note(data_dir)
    if bad := sorted(set(str(path)) & set(platform.UNSAFE_IN_PATHS)):
        raise SetupError(
            f"PostgreSQL cannot be started in {str(path)!r}: its path holds {' '.join(map(repr, bad))}; "
            "set ORDERBRIDGE_DATA_DIR to a folder without",
            cause="setup.data_dir_name",
        )
    if note.exists():
        return _home_elsewhere(data_dir, Path(note.read_text(encoding="utf-8").strip()))
    if path.exists():
        return _existing_home(path)
    account = platform.system_account(_ACCOUNTS) if platform.running_as_root() else None
    if account and not platform.can_enter(data_dir, account):
        return _complete(Home(_make_elsewhere(data_dir, note, system_folder, account), account))
    path.mkdir(mode=0o700)
    return _complete(Home(path, account))


def _make_elsewhere(data_dir: Path, note: Path, system_folder: Path, account: platform.Account) -> Path:
    system_folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    if not platform.owned_by_us(system_folder) or not platform.can_enter(system_folder, account):
        raise SetupError(
            f"PostgreSQL cannot run as root, and the account {account.name} can enter neither {data_dir} "
            f"nor {system_folder}; choose a data folder that it can enter, for example "
            "ORDERBRIDGE_DATA_DIR=/srv/orderbridge",
            cause="setup.data_dir_closed",
        )
    home = system_folder / secrets.token_hex(8)
    home.mkdir(mode=0o700)
    write_private(home / "data-folder", str(data_dir))
    write_private(note, str(home))
    return home


def _home_elsewhere(data_dir: Path, path: Path) -> Home:
    if not path.is_dir():
        raise SetupError(
            f"the database of {data_dir} was kept in {path}, which is gone; put that folder back, or delete "
            f"{location_note(data_dir)} and restore a backup into a new database",
            cause="setup.database_gone",
        )
    home = _existing_home(path)
    belongs_to = path / "data-folder"
    before = Path(belongs_to.read_text(encoding="utf-8"))
    if before != data_dir:
        if location_note(before).exists():
            raise SetupError(
                f"{data_dir} is a copy of {before} and both name the database in {path}; "
                "use 'orderbridge db backup' and 'db restore' to copy a database",
                cause="setup.data_dir_copied",
            )
        write_private(belongs_to, str(data_dir))
    return home


def _existing_home(path: Path) -> Home:
    if not platform.owned_by_us(path):
        raise SetupError(
            f"the database in {path} belongs to another user of this machine; run orderbridge as that user, "
            "or set ORDERBRIDGE_DATA_DIR to a folder of your own",
            cause="setup.data_dir_of_another",
        )
    if not platform.running_as_root():
        return _complete(Home(path, None))
    cluster = path / "cluster"
    # The account of the first start stays, whatever accounts are added later.
    owner = platform.account_of(cluster) if cluster.exists() else None
    account = owner or platform.system_account(_ACCOUNTS)
    if not platform.can_enter(path.parent, account):
        raise SetupError(
            f"the account {account.name}, which runs PostgreSQL, can no longer enter {path.parent}; "
            "move the data folder back to where it was, or let that account through",
            cause="setup.data_dir_closed",
        )
    return _complete(Home(path, account))


def _complete(home: Home) -> Home:
    """Make what is missing in ``home``; a start that was killed half-way may have left any part out."""
    platform.give(home.path, home.account, group_only=True)
    if home.account:
        home.path.chmod(0o710)
    home.users.mkdir(mode=0o700, exist_ok=True)
    home.logs.mkdir(mode=0o700, exist_ok=True)
    platform.give(home.logs, home.account)
    return home
