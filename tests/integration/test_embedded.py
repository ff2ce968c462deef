import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import psutil
import pytest
from sqlalchemy.engine import make_url

from orderbridge.core import platform
from orderbridge.core.clock import ManualClock
from orderbridge.core.errors import SetupError
from orderbridge.store.embedded import EmbeddedPostgres
from orderbridge.store.embedded_users import Membership, file_lock
from support.embedded_driver import Driver, query
from support.patience import PATIENCE_S


@pytest.fixture
async def folder() -> AsyncIterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="orderbridge-test-"))
    if platform.running_as_root():
        path.chmod(0o711)
    yield path
    for data_dir in path.iterdir():
        if data_dir.is_dir():
            await EmbeddedPostgres(data_dir).delete()
    shutil.rmtree(path)


@pytest.fixture
def data_dir(folder: Path) -> Path:
    return folder / "data"


@pytest.fixture
def driver(data_dir: Path) -> Iterator[Callable[[], Driver]]:
    drivers: list[Driver] = []

    def start() -> Driver:
        drivers.append(Driver(data_dir))
        return drivers[-1]

    yield start
    for each in drivers:
        each.close()


def servers(data_dir: Path) -> list[psutil.Process]:
    """The postmasters that work in a data folder."""
    cluster = os.path.realpath(data_dir / "postgresql-18" / "cluster")
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            parent = process.parent()
            if (
                process.name().startswith("postgres")
                and process.cwd() == cluster
                and (parent is None or not parent.name().startswith("postgres"))
            ):
                found.append(process)
    return found


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.02)


async def server_pid(embedded: EmbeddedPostgres) -> int:
    status = await embedded.status()
    assert status is not None
    return status.pid


async def test_a_new_folder_gives_a_database_that_one_can_work_in(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as url:
        assert await query(url, "SELECT current_database()") == "orderbridge"
        await query(url, "CREATE TABLE orders (amount numeric)")
        assert await query(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        # Sorted by code points and still aware of capitals, on every system.
        assert await query(url, "SELECT 'É' > 'Z' AND upper('é') = 'É'") is True
    assert servers(data_dir) == []


async def test_nobody_gets_in_without_the_password(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as url:
        address = make_url(url)
        for user in ("postgres", "orderbridge"):
            for password in ("", "postgres", str(address.password)[:-1]):
                with pytest.raises((asyncpg.InvalidPasswordError, asyncpg.InterfaceError)):
                    await asyncpg.connect(
                        host="127.0.0.1", port=address.port, user=user, password=password, database="postgres"
                    )
        hba = (data_dir / "postgresql-18" / "hba.conf").read_text()
        assert [line.split()[-1] for line in hba.splitlines() if not line.startswith("#")] == [
            "scram-sha-256"
        ]


async def test_it_listens_on_this_machine_only_and_survives_a_power_cut(data_dir: Path) -> None:
    expected = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "autovacuum": "on",
        "jit": "off",
        "max_connections": "60",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
        "password_encryption": "scram-sha-256",
        "log_min_error_statement": "panic",
    }
    async with EmbeddedPostgres(data_dir) as url:
        password = json.loads((data_dir / "postgresql-18" / "passwords.json").read_text())["superuser"]
        connection = await asyncpg.connect(url, user="postgres", password=password)
        found = {name: await connection.fetchval("SELECT current_setting($1)", name) for name in expected}
        await connection.close()
    assert found == expected


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has access lists instead of modes")
async def test_passwords_and_data_are_closed_to_other_users(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir):
        home = data_dir / "postgresql-18"
        open_to_others = [
            path
            for path in [data_dir, *home.rglob("*")]
            # The copy of the program is no secret.
            if "program" not in path.relative_to(data_dir).parts and path.stat().st_mode & 0o007
        ]
        assert open_to_others == []
        assert (home / "passwords.json").stat().st_mode & 0o777 == 0o600


async def test_the_server_gets_no_secret_by_environment_or_command_line(
    data_dir: Path, driver: Callable[[], Driver]
) -> None:
    url = await driver().do("ensure")
    [server] = servers(data_dir)
    told = " ".join(server.cmdline()) + json.dumps(server.environ())
    assert "a-secret-of-ours" not in told
    assert str(make_url(url).password) not in told


async def test_its_log_holds_no_customer_data(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as url:
        await query(url, "CREATE TABLE people (email text UNIQUE)")
        await query(url, "INSERT INTO people VALUES ('ada@example.com')")
        with pytest.raises(asyncpg.UniqueViolationError):
            await query(url, "INSERT INTO people VALUES ('ada@example.com')")
        with pytest.raises(asyncpg.PostgresSyntaxError):
            await query(url, "SELEC 'ada@example.com'")
    logs = list((data_dir / "postgresql-18" / "log").glob("*.log"))
    assert logs
    assert not [path for path in logs if b"ada@" in path.read_bytes()]


async def test_old_logs_are_deleted(data_dir: Path) -> None:
    embedded = EmbeddedPostgres(data_dir)
    await embedded.ensure_running()
    logs = data_dir / "postgresql-18" / "log"
    for number in range(20):
        old = logs / f"server-20200101-0000{number:02}.log"
        old.write_text("old")
        os.utime(old, (1_577_836_800 + number, 1_577_836_800 + number))
    await embedded.ensure_running()
    kept = sorted(path.name for path in logs.glob("server-*.log"))
    assert len(kept) == 8
    assert "server-20200101-000000.log" not in kept


async def test_asking_again_changes_nothing(data_dir: Path) -> None:
    embedded = EmbeddedPostgres(data_dir)
    url = await embedded.ensure_running()
    pid = await server_pid(embedded)
    assert await embedded.ensure_running() == url
    assert await server_pid(embedded) == pid
    await embedded.release()
    assert servers(data_dir) == []
    await embedded.release()


async def test_data_address_and_password_outlast_a_stop(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as before:
        await query(before, "CREATE TABLE orders AS SELECT 18204.55 AS amount")
    async with EmbeddedPostgres(data_dir) as after:
        assert str(await query(after, "SELECT amount FROM orders")) == "18204.55"
    assert after == before


@pytest.mark.slow
async def test_the_last_process_to_leave_stops_the_server(
    data_dir: Path, driver: Callable[[], Driver]
) -> None:
    serve, command = driver(), driver()
    url = await serve.do("ensure")
    assert await command.do("ensure") == url
    await serve.do("release")
    assert await command.do("query", "SELECT 1") == 1
    await command.do("release")
    assert servers(data_dir) == []


@pytest.mark.slow
async def test_processes_that_start_together_share_one_server(
    data_dir: Path, driver: Callable[[], Driver]
) -> None:
    together = [driver() for _ in range(4)]
    for each in together:
        each.send("ensure")
    urls = [await asyncio.to_thread(each.answer) for each in together]
    assert len(set(urls)) == 1
    assert len(servers(data_dir)) == 1


@pytest.mark.slow
async def test_a_killed_process_counts_no_longer(data_dir: Path, driver: Callable[[], Driver]) -> None:
    killed, living = driver(), driver()
    await killed.do("ensure")
    url = await living.do("ensure")
    await living.do("query", "CREATE TABLE orders (id int)")
    killed.kill()
    assert await query(url, "SELECT count(*) FROM orders") == 0
    await living.do("release")
    assert servers(data_dir) == []


async def test_a_server_left_by_a_killed_process_is_taken_over(
    data_dir: Path, driver: Callable[[], Driver]
) -> None:
    killed = driver()
    url = await killed.do("ensure")
    [left] = servers(data_dir)
    killed.kill()
    async with EmbeddedPostgres(data_dir) as again:
        assert again == url
        assert servers(data_dir) == [left]
    assert servers(data_dir) == []


async def test_a_killed_server_is_started_again_with_its_data_on_its_port(data_dir: Path) -> None:
    embedded = EmbeddedPostgres(data_dir)
    url = await embedded.ensure_running()
    await query(url, "CREATE TABLE orders AS SELECT generate_series(1, 1000) AS id")
    for _ in range(2):
        psutil.Process(await server_pid(embedded)).kill()
        assert await embedded.ensure_running() == url
        assert await query(url, "SELECT count(*) FROM orders") == 1000
    assert len(servers(data_dir)) == 1


@pytest.mark.slow
async def test_after_server_and_user_were_killed_the_next_start_repairs(
    data_dir: Path, driver: Callable[[], Driver]
) -> None:
    killed = driver()
    url = await killed.do("ensure")
    await killed.do("query", "CREATE TABLE orders AS SELECT generate_series(1, 1000) AS id")
    [server] = servers(data_dir)
    killed.kill()
    server.kill()
    async with EmbeddedPostgres(data_dir) as again:
        assert again == url
        assert await query(again, "SELECT count(*) FROM orders") == 1000


async def test_a_query_that_outlives_its_killed_server_is_ended_before_the_next_start(data_dir: Path) -> None:
    embedded = EmbeddedPostgres(data_dir)
    url = await embedded.ensure_running()
    busy = await asyncpg.connect(url)
    # Computing and never waiting, it does not notice that its parent is gone.
    endless = asyncio.ensure_future(
        busy.execute("SELECT count(*) FROM generate_series(1, 100000000) a, generate_series(1, 1000) b")
    )
    backend = psutil.Process(busy.get_server_pid())
    await until(lambda: backend.cpu_times().user > 0.05)
    psutil.Process(await server_pid(embedded)).kill()
    assert await embedded.ensure_running() == url
    assert not backend.is_running() or backend.status() == psutil.STATUS_ZOMBIE
    with contextlib.suppress(asyncpg.PostgresError, OSError):
        await endless
    busy.terminate()


async def test_a_process_number_that_is_a_strangers_now_is_not_taken_for_the_server(data_dir: Path) -> None:
    embedded = EmbeddedPostgres(data_dir)
    url = await embedded.ensure_running()
    await query(url, "CREATE TABLE orders (id int)")
    note = data_dir / "postgresql-18" / "cluster" / "postmaster.pid"
    text = note.read_text()
    await embedded.stop()
    options = platform.as_account(platform.account_of(note.parent) if platform.running_as_root() else None)
    sleeping = ["sleep", "600"] if options else [sys.executable, "-c", "import time; time.sleep(600)"]
    stranger = subprocess.Popen(sleeping, **options)
    try:
        # As PostgreSQL's own account, so that its own check would take it for a server.
        note.write_text("\n".join([str(stranger.pid), *text.splitlines()[1:]]) + "\n")
        shutil.copymode(note.parent / "PG_VERSION", note)
        platform.give(note, platform.account_of(note.parent))
        assert await embedded.ensure_running() == url
        assert await query(url, "SELECT count(*) FROM orders") == 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.slow
async def test_the_server_of_another_folder_is_not_taken_for_ours(folder: Path) -> None:
    one, other = EmbeddedPostgres(folder / "one"), EmbeddedPostgres(folder / "other")
    url = await one.ensure_running()
    await other.ensure_running()
    await other.stop()
    running = (folder / "one" / "postgresql-18" / "cluster" / "postmaster.pid").read_text()
    (folder / "other" / "postgresql-18" / "cluster" / "postmaster.pid").write_text(running)
    assert await other.ensure_running() != url
    assert len(servers(folder / "one")) == len(servers(folder / "other")) == 1
    assert await query(url, "SELECT 1") == 1


async def test_another_port_is_taken_when_the_last_one_is_somebody_elses(data_dir: Path) -> None:
    embedded = EmbeddedPostgres(data_dir)
    first = make_url(await embedded.ensure_running())
    await embedded.stop()
    with socket.create_server(("127.0.0.1", first.port or 0)):
        second = make_url(await embedded.ensure_running())
    assert second.port != first.port
    assert second.set(port=first.port) == first


@pytest.mark.slow
async def test_an_initialisation_that_was_killed_is_done_again(
    data_dir: Path, driver: Callable[[], Driver]
) -> None:
    home = data_dir / "postgresql-18"
    for moment in ("program", "cluster.new", "cluster"):
        killed = driver()
        killed.send("ensure")
        await until((home / moment).exists)
        killed.kill()
    async with EmbeddedPostgres(data_dir) as url:
        await query(url, "CREATE TABLE orders (id int)")
    assert not (home / "cluster.new").exists()
    assert not (home / "initdb-password").exists()


async def test_a_start_that_was_given_up_does_not_spoil_the_next(data_dir: Path) -> None:
    for moment in ("program", "cluster.new", "server.conf"):
        start = asyncio.ensure_future(EmbeddedPostgres(data_dir).ensure_running())
        await until((data_dir / "postgresql-18" / moment).exists)
        start.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await start
    async with EmbeddedPostgres(data_dir) as url:
        assert await query(url, "SELECT 1") == 1
    assert servers(data_dir) == []


async def test_a_new_version_of_the_package_replaces_the_copy_at_the_next_start(data_dir: Path) -> None:
    embedded = EmbeddedPostgres(data_dir)
    url = await embedded.ensure_running()
    [copy] = (data_dir / "postgresql-18" / "program").iterdir()
    older = copy.rename(copy.with_name("0.5.0"))
    # The running server is of the older version: it is used, and stopped by its own program.
    assert await embedded.ensure_running() == url
    await embedded.stop()
    assert servers(data_dir) == []
    assert await embedded.ensure_running() == url
    assert list(copy.parent.iterdir()) == [copy]
    assert not older.exists()


@pytest.mark.parametrize("name", ["Jörg's orders", "it's 100% [ours] & more; #1", "-data"])
async def test_a_folder_may_have_an_unusual_name(folder: Path, name: str) -> None:
    async with EmbeddedPostgres(folder / name) as url:
        assert await query(url, "SELECT 1") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="these names mean nothing to Windows' shell")
@pytest.mark.parametrize("name", ["$HOME", "`id`", 'a"b', "back\\slash", "two\nlines"])
async def test_a_name_that_a_shell_would_expand_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(SetupError, match="set ORDERBRIDGE_DATA_DIR to a folder without") as caught:
        await EmbeddedPostgres(folder / name).ensure_running()
    assert "\n" not in str(caught.value)


async def test_a_file_where_the_folder_should_be_is_named(folder: Path) -> None:
    (folder / "data").write_text("")
    with pytest.raises(SetupError, match=r"/data is a file where a folder is needed"):
        await EmbeddedPostgres(folder / "data").ensure_running()
    with pytest.raises(SetupError, match=r"is a file where a folder is needed"):
        await EmbeddedPostgres(folder / "data" / "deeper").ensure_running()


async def test_settings_of_the_owner_win_and_a_wrong_one_is_named(data_dir: Path) -> None:
    embedded = EmbeddedPostgres(data_dir)
    await embedded.ensure_running()
    await embedded.stop()
    local = data_dir / "postgresql-18" / "local.conf"
    local.write_text("max_connections = 77\n")
    url = await embedded.ensure_running()
    assert await query(url, "SELECT current_setting('max_connections')") == "77"
    await embedded.stop()
    local.write_text("max_connectionz = 77\n")
    with pytest.raises(SetupError, match=r"PostgreSQL did not start .*local\.conf") as caught:
        await embedded.ensure_running()
    assert "\n" not in str(caught.value)
    local.unlink()


async def test_lost_or_wrong_passwords_are_named_and_nothing_is_made_anew(data_dir: Path) -> None:
    embedded = EmbeddedPostgres(data_dir)
    await embedded.ensure_running()
    await embedded.stop()
    passwords = data_dir / "postgresql-18" / "passwords.json"
    text = passwords.read_text()
    passwords.unlink()
    with pytest.raises(SetupError, match=r"passwords\.json is missing"):
        await embedded.ensure_running()
    passwords.write_text(json.dumps(dict.fromkeys(json.loads(text), "wrong")))
    with pytest.raises(SetupError, match=r"refuses the password in .*passwords\.json"):
        await embedded.ensure_running()
    await embedded.stop()
    passwords.write_text(text)
    assert await embedded.ensure_running()


async def test_a_folder_in_use_on_another_machine_is_refused(data_dir: Path) -> None:
    embedded = EmbeddedPostgres(data_dir)
    await embedded.ensure_running()
    await embedded.stop()
    users = data_dir / "postgresql-18" / "users"
    far_away = Membership()
    far_away.enter(users)
    [note] = users.glob("*.json")
    note.write_text(json.dumps({"pid": 1, "host": "another-machine.example"}))
    with pytest.raises(SetupError, match=r"is used by machine another-machine\.example"):
        await embedded.ensure_running()
    far_away.leave()
    assert await embedded.ensure_running()


async def test_whoever_has_to_wait_for_another_process_is_told_and_in_the_end_let_go(data_dir: Path) -> None:
    data_dir.mkdir()
    clock, said = ManualClock(datetime(2026, 1, 1, tzinfo=UTC)), list[str]()
    lock = file_lock(data_dir / "postgresql-18.lock")
    lock.acquire()
    start = asyncio.ensure_future(EmbeddedPostgres(data_dir, say=said.append, clock=clock).ensure_running())
    await asyncio.sleep(0)
    clock.advance(4)
    await until(lambda: bool(said))
    assert said == ["waiting for another orderbridge process to start or stop the database"]
    clock.advance(3600)
    with pytest.raises(SetupError, match="has been starting or stopping the database"):
        await start
    lock.release()


async def test_deleting_leaves_nothing_running_and_no_data(data_dir: Path) -> None:
    embedded = EmbeddedPostgres(data_dir)
    await embedded.ensure_running()
    await embedded.delete()
    assert servers(data_dir) == []
    assert [path.name for path in data_dir.iterdir()] == ["postgresql-18.lock"]
    await embedded.delete()
    assert await embedded.status() is None
