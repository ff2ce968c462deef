"""Who runs PostgreSQL, where its files lie then, and that nobody's folders are opened for it."""

import contextlib
import os
import secrets
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from orderbridge.core import platform
from orderbridge.core.errors import SetupError
from orderbridge.store.embedded import EmbeddedPostgres
from support.embedded_driver import Driver, query

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no root and no modes"),
    pytest.mark.skipif(not platform.running_as_root(), reason="only root can become several users"),
]


@dataclass(frozen=True)
class User:
    name: str
    uid: int
    gid: int


@pytest.fixture(scope="module")
def users() -> Iterator[list[User]]:
    """Two ordinary users of this machine."""
    if shutil.which("useradd") is None or shutil.which("userdel") is None:
        pytest.skip("this system has no useradd")
    import pwd

    names = [f"obtest{secrets.token_hex(3)}" for _ in range(2)]
    for name in names:
        subprocess.run(["useradd", "--no-create-home", "--shell", "/bin/sh", name], check=True)
    entries = [pwd.getpwnam(name) for name in names]
    yield [User(entry.pw_name, entry.pw_uid, entry.pw_gid) for entry in entries]
    for entry in entries:
        for process in psutil.process_iter():
            # What a failed test left behind.
            with contextlib.suppress(psutil.Error):
                if process.uids().real == entry.pw_uid:
                    process.kill()
                    process.wait(10)
        subprocess.run(["userdel", entry.pw_name], check=True, capture_output=True)


@pytest.fixture
async def folder() -> AsyncIterator[Path]:
    """A folder that everyone may pass through, like /srv."""
    path = Path(tempfile.mkdtemp(prefix="orderbridge-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(autouse=True)
def no_folder_is_changed(folder: Path) -> Iterator[None]:
    """Modes and owners of all folders above the test's own are the same afterwards."""

    def rights() -> dict[Path, tuple[int, int, int]]:
        watched = [folder, *folder.parents, Path("/root"), Path("/var/lib"), Path("/var"), Path(sys.prefix)]
        found = {path: path.stat() for path in watched}
        return {path: (stat.S_IMODE(each.st_mode), each.st_uid, each.st_gid) for path, each in found.items()}

    before = rights()
    yield
    assert rights() == before


@pytest.fixture
def driver() -> Iterator[Callable[[Path, User], Driver]]:
    drivers: list[Driver] = []

    def start(data_dir: Path, user: User) -> Driver:
        drivers.append(Driver(data_dir, uid=user.uid, gid=user.gid))
        return drivers[-1]

    yield start
    for each in drivers:
        with contextlib.suppress(SetupError, BrokenPipeError):
            each.send("delete")
            each.answer()
        each.close()


def home_of(folder: Path, user: User) -> Path:
    path = folder / user.name
    path.mkdir(mode=0o700)
    os.chown(path, user.uid, user.gid)
    return path


async def test_root_runs_it_under_another_account_inside_an_open_data_folder(folder: Path) -> None:
    embedded = EmbeddedPostgres(folder / "data")
    async with embedded as url:
        status = await embedded.status()
        assert status is not None
        assert status.home == folder / "data" / "postgresql-18"
        server = psutil.Process(status.pid)
        assert server.username() == status.account
        assert server.uids().effective != 0
        assert server.gids().effective != 0
        # None of root's groups are left to it.
        assert "Groups:\t \n" in Path(f"/proc/{status.pid}/status").read_text()
        assert await query(url, "SELECT 1") == 1
        # It can read its program and settings, and own nothing but its cluster and its log.
        owned = {path.name for path in status.home.iterdir() if path.stat().st_uid != 0}
        assert owned == {"cluster", "log"}
    await embedded.delete()


async def test_root_keeps_it_elsewhere_when_the_data_folder_is_closed_and_opens_nothing(folder: Path) -> None:
    closed, system = folder / "closed", folder / "system"
    closed.mkdir(mode=0o700)
    embedded = EmbeddedPostgres(closed / "data", system_folder=system)
    async with embedded as url:
        await query(url, "CREATE TABLE orders AS SELECT 1 AS id")
        status = await embedded.status()
        assert status is not None
        assert status.home.parent == system
        assert psutil.Process(status.pid).uids().effective != 0
    async with embedded as again:
        assert again == url
        assert await query(again, "SELECT count(*) FROM orders") == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    await embedded.delete()
    assert list(system.iterdir()) == []
    assert [path.name for path in (closed / "data").iterdir()] == ["postgresql-18.lock"]


async def test_a_closed_data_folder_that_is_moved_keeps_its_database(folder: Path) -> None:
    closed, system = folder / "closed", folder / "system"
    closed.mkdir(mode=0o700)
    async with EmbeddedPostgres(closed / "data", system_folder=system) as url:
        await query(url, "CREATE TABLE orders AS SELECT 1 AS id")
    (closed / "data").rename(closed / "moved")
    moved = EmbeddedPostgres(closed / "moved", system_folder=system)
    async with moved as again:
        assert await query(again, "SELECT count(*) FROM orders") == 1
    # Two folders that name one database would each think that nobody else uses it.
    shutil.copytree(closed / "moved", closed / "copy")
    with pytest.raises(SetupError, match="is a copy of"):
        await EmbeddedPostgres(closed / "copy", system_folder=system).ensure_running()
    await moved.delete()


async def test_a_database_elsewhere_that_is_gone_is_named_and_never_made_anew(folder: Path) -> None:
    closed, system = folder / "closed", folder / "system"
    closed.mkdir(mode=0o700)
    embedded = EmbeddedPostgres(closed / "data", system_folder=system)
    await embedded.ensure_running()
    await embedded.stop()
    shutil.rmtree(system)
    with pytest.raises(SetupError, match="which is gone; put that folder back"):
        await embedded.ensure_running()
    assert not system.exists()


async def test_where_the_account_can_enter_nothing_the_way_out_is_said(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    embedded = EmbeddedPostgres(closed / "data", system_folder=closed / "system")
    with pytest.raises(SetupError, match="choose a data folder that it can enter") as caught:
        await embedded.ensure_running()
    assert "\n" not in str(caught.value)


async def test_a_data_folder_that_closes_later_is_named(folder: Path) -> None:
    (folder / "open").mkdir()
    embedded = EmbeddedPostgres(folder / "open" / "data")
    await embedded.ensure_running()
    await embedded.stop()
    (folder / "open").chmod(0o700)
    with pytest.raises(SetupError, match="can no longer enter"):
        await embedded.ensure_running()
    (folder / "open").chmod(0o755)
    await embedded.delete()


@pytest.mark.slow
async def test_two_ordinary_users_have_a_server_each(
    folder: Path, users: list[User], driver: Callable[[Path, User], Driver]
) -> None:
    places = [home_of(folder, user) / "data" for user in users]
    drivers = [driver(place, user) for place, user in zip(places, users, strict=True)]
    for each in drivers:
        each.send("ensure")
    urls = [each.answer() for each in drivers]
    assert urls[0] != urls[1]
    for each, user, place in zip(drivers, users, places, strict=True):
        status = await each.do("status")
        assert status["account"] is None
        assert psutil.Process(status["pid"]).uids().effective == user.uid
        assert Path(status["home"]) == place / "postgresql-18"
        assert {path.stat().st_uid for path in place.rglob("*")} == {user.uid}
    await drivers[0].do("query", "CREATE TABLE orders (id int)")
    assert await drivers[1].do("query", "SELECT to_regclass('orders')::text") is None
    # Neither can read the other's password, nor get in with another one.
    shown = subprocess.run(
        ["cat", places[0] / "postgresql-18" / "passwords.json"],
        user=users[1].uid,
        group=users[1].gid,
        extra_groups=[],
        capture_output=True,
        check=False,
    )
    assert shown.returncode != 0


@pytest.mark.slow
async def test_an_ordinary_users_server_outlives_kills(
    folder: Path, users: list[User], driver: Callable[[Path, User], Driver]
) -> None:
    data_dir = home_of(folder, users[0]) / "data"
    first = driver(data_dir, users[0])
    url = await first.do("ensure")
    await first.do("query", "CREATE TABLE orders AS SELECT generate_series(1, 100) AS id")
    psutil.Process((await first.do("status"))["pid"]).kill()
    assert await first.do("ensure") == url
    assert await first.do("query", "SELECT count(*) FROM orders") == 100


async def test_the_database_of_another_user_is_refused_to_root_and_users_alike(
    folder: Path, users: list[User], driver: Callable[[Path, User], Driver]
) -> None:
    data_dir = home_of(folder, users[0]) / "data"
    owner = driver(data_dir, users[0])
    await owner.do("ensure")
    with pytest.raises(SetupError, match="belongs to another user"):
        await EmbeddedPostgres(data_dir).ensure_running()
    with pytest.raises(SetupError, match="no permission to write"):
        await driver(data_dir, users[1]).do("ensure")
    assert await owner.do("query", "SELECT 1") == 1


async def test_a_folder_that_an_ordinary_user_cannot_write_to_is_named(
    folder: Path, users: list[User], driver: Callable[[Path, User], Driver]
) -> None:
    with pytest.raises(SetupError, match=r"no permission to write .*set ORDERBRIDGE_DATA_DIR"):
        await driver(folder / "data", users[0]).do("ensure")
    (folder / "made-by-root").mkdir()
    with pytest.raises(SetupError, match=r"no permission to write .*set ORDERBRIDGE_DATA_DIR"):
        await driver(folder / "made-by-root", users[0]).do("ensure")


@pytest.mark.parametrize("size", ["12m", "48m"])  # enough for half of the program; for the program alone
async def test_a_full_disk_is_named_and_no_obstacle_once_there_is_room(folder: Path, size: str) -> None:
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", disk],
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    embedded = EmbeddedPostgres(disk / "data")
    try:
        with pytest.raises(SetupError, match=r"its disk is full|No space left on device") as caught:
            await embedded.ensure_running()
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 400
        subprocess.run(["mount", "-o", "remount,size=400m", disk], check=True)
        assert await query(await embedded.ensure_running(), "SELECT 1") == 1
    finally:
        await embedded.delete()
        subprocess.run(["umount", disk], check=True)
