"""``/api/backups``: what is downloaded can be restored, and nothing but our own files is ever given out."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import asyncpg
import pytest_asyncio

from orderbridge.automation import restoring
from orderbridge.store import keys, migrate
from orderbridge.store.backup import restore
from orderbridge.store.crypto import MasterKey
from support.browsers import COOKIE, Browser, bookkeeper, owner
from support.command import start
from support.patience import PATIENCE_S
from support.postgres import ScratchPostgres
from support.world import MakeWorld, until


@pytest_asyncio.fixture
async def olga(make_world: MakeWorld) -> AsyncIterator[Browser]:
    async with make_world(flows=()) as world, world.hooks() as url:
        yield await owner(world, url)


async def download(browser: Browser, name: str, target: Path) -> int:
    cookies = {"Cookie": f"{COOKIE}={browser.word}"}
    async with browser.world.http.get(f"{browser.url}/api/backups/{name}/file", headers=cookies) as answer:
        target.write_bytes(await answer.read())
        browser.headers = answer.headers
        return answer.status


async def test_a_backup_that_is_downloaded_can_be_restored(
    olga: Browser, scratch_postgres: ScratchPostgres, tmp_path: Path
) -> None:
    await olga.ok("POST", "/api/tokens", {"name": "in the backup"})
    made = await olga.ok("POST", "/api/backups")
    file = tmp_path / "downloaded.backup"

    assert await download(olga, made["name"], file) == 200
    assert file.stat().st_size == made["size_bytes"]
    assert olga.headers["Cache-Control"] == "no-store"
    assert made["name"] in olga.headers["Content-Disposition"]
    assert Path(made["path"]).stat().st_mode & 0o077 == 0
    database = await scratch_postgres.fresh_database(migrate.upgrade)
    await restore(database, file)
    connection = await asyncpg.connect(database)
    try:
        assert await connection.fetchval("SELECT name FROM api_tokens") == "in the backup"
        assert await connection.fetchval("SELECT name FROM users") == "Olga"
    finally:
        await connection.close()
    await scratch_postgres.drop(database)


async def test_backups_are_listed_and_deleted(olga: Browser) -> None:
    before = await olga.ok("GET", "/api/backups")
    made = await olga.ok("POST", "/api/backups")
    found = await olga.ok("GET", "/api/backups")
    await olga.ok("DELETE", f"/api/backups/{made['name']}")
    await olga.no("backup.missing", "DELETE", f"/api/backups/{made['name']}")

    assert olga.status == 404
    assert (before["backups"], before["making"]) == ([], None)
    assert found["backups"] == [made]
    assert not Path(made["path"]).exists()
    assert list(Path(found["folder"]).iterdir()) == []


async def upload(browser: Browser, data: bytes, name: str) -> Any:
    headers = {"Content-Type": "application/octet-stream", "X-CSRF-Token": browser.csrf or ""}
    headers["Cookie"] = f"{COOKIE}={browser.word}"
    url = f"{browser.url}/api/backups/upload?name={quote(name)}"
    async with browser.world.http.post(url, data=data, headers=headers) as answer:
        browser.status = answer.status
        return await answer.json()


async def test_a_backup_is_brought_back_whole_or_not_at_all_and_says_what_it_would_replace(
    olga: Browser,
) -> None:
    made = await olga.ok("POST", "/api/backups")
    data = Path(made["path"]).read_bytes()
    await olga.ok("DELETE", f"/api/backups/{made['name']}")
    for damaged in (b"no backup at all", data[: len(data) * 2 // 3], b""):
        answer = await upload(olga, damaged, made["name"])
        assert (olga.status, answer["cause"]) == (422, "backup.unusable"), answer
    assert list(Path(made["path"]).parent.iterdir()) == []

    assert (await upload(olga, data, made["name"]))["name"] == made["name"]
    other = await upload(olga, data, "../../elsewhere.backup")
    assert other["uploaded"]
    assert Path(other["path"]).parent == Path(made["path"]).parent
    await olga.world.rows(
        "INSERT INTO inbox (connection_id, delivery_id, source, type, kind, record_id, outcome)"
        " SELECT id, 'later', 'poll', 'changed', 'order', 'x', 'done' FROM connections LIMIT 1"
    )
    checked = await olga.ok("POST", f"/api/backups/{made['name']}/check")
    assert (checked["schema"], checked["why_not"]) == (checked["schema_here"], None)
    assert checked["replaces"] == {"deliveries": 1, "runs": 0}
    assert (await olga.ok("POST", f"/api/backups/{other['name']}/check"))["replaces"] is None


async def test_the_next_start_restores_what_was_ordered_and_keeps_what_was_there(
    olga: Browser, scratch_postgres: ScratchPostgres
) -> None:
    await olga.ok("POST", "/api/tokens", {"name": "in the backup"})
    name = (await olga.ok("POST", "/api/backups"))["name"]
    await olga.no("backup.missing", "POST", "/api/backups/orderbridge-20200101-000000.backup/restore")
    bert = await bookkeeper(olga)
    await bert.no("access.role", "POST", f"/api/backups/{name}/restore")
    await olga.ok("POST", f"/api/backups/{name}/restore")
    await olga.ok("DELETE", "/api/backups/restore/ordered")
    assert (await olga.ok("GET", "/api/backups"))["ordered"] is None
    ordered = await olga.ok("POST", f"/api/backups/{name}/restore")
    assert ordered == (await olga.ok("GET", "/api/backups"))["ordered"]
    assert (ordered["name"], ordered["by"]) == (name, "Olga")
    await olga.no("backup.ordered", "DELETE", f"/api/backups/{name}")

    async def outcome() -> Any:
        return (await olga.ok("GET", "/api/backups"))["restored"]

    # While somebody uses the database, nothing is changed, and the start goes on.
    world = olga.world
    await restoring.carry_out(
        str(world.settings.database_url), world.application.backups, world.application.clock
    )
    said = await outcome()
    assert (said["ok"], "in use by" in said["message"]) == (False, True)
    assert (await olga.ok("GET", "/api/backups"))["ordered"] is None

    await olga.ok("POST", f"/api/backups/{name}/restore")
    database = await scratch_postgres.fresh_database(migrate.upgrade)
    server = await start(
        "serve", "--role", "worker", environment=world.environment | {"ORDERBRIDGE_DATABASE_URL": database}
    )
    try:

        async def restored() -> bool:
            return bool((await outcome())["ok"])

        await until(restored)
    finally:
        server.send_signal(signal.SIGTERM)
        await asyncio.wait_for(server.communicate(), PATIENCE_S)
    connection = await asyncpg.connect(database)
    try:
        assert await connection.fetchval("SELECT name FROM api_tokens") == "in the backup"
        assert (
            await connection.fetchval("SELECT value FROM switches WHERE name = 'journal_incomplete'")
            == "true"
        )
    finally:
        await connection.close()
    await scratch_postgres.drop(database)
    found = await olga.ok("GET", "/api/backups")
    assert (found["ordered"], found["restored"]["kept"] in {row["name"] for row in found["backups"]}) == (
        None,
        True,
    )


async def test_a_backup_whose_key_is_not_here_is_not_restored(olga: Browser) -> None:
    world = olga.world
    other = MasterKey.new()
    async with world.db.begin() as tx:
        await keys.add_check(tx, keys.check_of(other))
    name = (await olga.ok("POST", "/api/backups"))["name"]
    assert other.id in (await olga.ok("POST", f"/api/backups/{name}/check"))["why_not"]
    await olga.no("setup.restore", "POST", f"/api/backups/{name}/restore")


async def test_one_backup_is_made_at_a_time(olga: Browser) -> None:
    one, other = olga.another(), olga.another()
    for browser in (one, other):
        browser.word, browser.csrf = olga.word, olga.csrf
    answers = await asyncio.gather(one("POST", "/api/backups"), other("POST", "/api/backups"))
    assert sorted([one.status, other.status]) == [201, 409]
    assert "backup.busy" in [answer.get("cause") for answer in answers]
    assert len((await olga.ok("GET", "/api/backups"))["backups"]) == 1


async def test_only_names_of_our_own_making_lead_to_a_file(olga: Browser) -> None:
    made = await olga.ok("POST", "/api/backups")
    folder = Path(made["path"]).parent
    (folder.parent / "master.key").write_text("the key", encoding="utf-8")
    (folder / "other.backup").write_text("somebody's", encoding="utf-8")
    (folder / "orderbridge-20200101-000000.backup").symlink_to(folder.parent / "master.key")

    assert [item["name"] for item in (await olga.ok("GET", "/api/backups"))["backups"]] == [made["name"]]
    for name in (
        "../master.key",
        "..",
        "other.backup",
        "orderbridge-20200101-000000.backup",
        f"../backups/{made['name']}",
        f"{made['name']}\n",
        f"{made['name']}\x00",
        str(folder / made["name"]),
    ):
        for method, path in (
            ("GET", f"/api/backups/{quote(name, safe='')}/file"),
            ("DELETE", f"/api/backups/{quote(name, safe='')}"),
        ):
            answer = await olga(method, path)
            assert olga.status in (404, 405), (method, name, answer)
    assert (folder.parent / "master.key").read_text(encoding="utf-8") == "the key"
    assert (folder / "other.backup").exists()
    assert Path(made["path"]).exists()


async def test_a_bookkeeper_sees_which_backups_there_are_and_gets_none(olga: Browser, tmp_path: Path) -> None:
    made = await olga.ok("POST", "/api/backups")
    bert = await bookkeeper(olga)
    assert len((await bert.ok("GET", "/api/backups"))["backups"]) == 1
    await bert.no("access.role", "GET", f"/api/backups/{made['name']}/file")
    await bert.no("access.role", "POST", "/api/backups")
    await bert.no("access.role", "DELETE", f"/api/backups/{made['name']}")
    stranger = olga.another()
    await stranger.no("token.missing", "GET", "/api/backups")
    program = olga.another()
    token = (await olga.ok("POST", "/api/tokens", {"name": "night"}))["token"]
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{program.url}/api/backups/{made['name']}/file"
    async with program.world.http.get(url, headers=headers) as answer:
        assert answer.status == 200
        assert len(await answer.read()) == made["size_bytes"]


async def test_about_tells_versions_and_places_and_no_secret(olga: Browser) -> None:
    about = await olga.ok("GET", "/api/about")
    assert about["version"]
    assert about["database_bytes"] > 1_000_000
    assert about["master_key"].endswith("master.key")
    assert [item["secrets"] for item in about["keys"]] == [len(olga.world.connections)]
    address = urlsplit(str(olga.world.settings.database_url))
    assert address.password
    assert about["database"].startswith(f"postgresql://{address.username}:***@")
    assert address.password not in about["database"].replace(address.username or "", "")
