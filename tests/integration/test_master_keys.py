"""The master key against a real database: tried at the start, rotated while everything runs, lost."""

from __future__ import annotations

import asyncio
import base64
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import pytest

from orderbridge.accounts import keys as rotation
from orderbridge.accounts.connecting import replace_secret
from orderbridge.app import Application, keys_of, open_application
from orderbridge.connectors.base import Token
from orderbridge.core.errors import SetupError
from orderbridge.core.ids import random_id
from orderbridge.engine.faults import KEY_POINTS
from orderbridge.settings import Settings
from orderbridge.store import connections, keys, migrate
from orderbridge.store.crypto import Keys, MasterKey, SecretBox
from orderbridge.store.database import Database
from orderbridge.store.key_sources import KeyFile
from orderbridge.store.tokens import StoredTokens
from support.command import orderbridge
from support.postgres import ScratchPostgres
from support.worker_process import WorkerProcess
from support.world import ACT, GHL, World, until


@pytest.fixture
async def url(scratch_postgres: ScratchPostgres) -> AsyncIterator[str]:
    made = await scratch_postgres.fresh_database(migrate.upgrade)
    yield made
    await scratch_postgres.drop(made)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    return tmp_path / "data"


@asynccontextmanager
async def opened(url: str, folder: Path, **settings: Any) -> AsyncIterator[Application]:
    async with open_application(Settings(data_dir=folder, database_url=url, **settings)) as application:
        yield application


async def store(application: Application, name: str, **secret: Any) -> str:
    """Store a connection; returns its id."""
    async with application.db.begin() as tx:
        item = await connections.create(
            tx, application.runtime.box, random_id, name=name, system="ghl", mode="live", account=name,
            config={"location_id": name}, secret=secret or {"token": f"pit-of-{name}"},
        )  # fmt: skip
    return item.id


async def store_app_agency_and_channel(application: Application) -> None:
    box = application.runtime.box
    rows: dict[str, dict[str, Any]] = {
        "apps": {"client_id": "client", "config": {}},
        "agencies": {"app_id": "a", "config": {}, "company_id": "company", "name": "Agency", "mode": "live"},
        "channels": {"name": "finance", "service": "json"},
    }
    async with application.db.begin() as tx:
        for table, values in rows.items():
            row_id = f"one of {table}"
            sealed = box.seal('{"client_secret": "app-secret"}', context=row_id)
            places = ", ".join(f"${number}" for number in range(4, 4 + len(values)))
            await tx.execute(
                f"INSERT INTO {table} (id, secret, secret_key_id, {', '.join(values)}) VALUES ($1, $2, $3, {places})",
                row_id, sealed.data, sealed.key_id, *values.values(),
            )  # fmt: skip


async def secret_of(application: Application, connection_id: str) -> Any:
    async with application.db.begin() as tx:
        return (await connections.secret(tx, application.runtime.box, connection_id))[0]


async def values_by_key(db: Database) -> Counter[str]:
    async with db.begin() as tx:
        return Counter({key_id: len(names) for key_id, names in (await keys.in_use(tx)).items()})


async def checked(db: Database) -> set[str]:
    async with db.begin() as tx:
        return set(await keys.checks(tx))


def filed(folder: Path) -> list[str]:
    """The ids of the keys in the key file."""
    return [key.id for key in KeyFile(folder / "master.key").load()]


def new_key() -> str:
    return MasterKey.new().written()


async def rotate(application: Application) -> rotation.Rotated:
    runtime = application.runtime
    return await rotation.rotate(runtime.db, runtime.box, keys_of(application.settings), rng=Random(1))


# At the start


async def test_a_wrong_key_stops_the_start_and_the_right_one_lets_it_go_on(url: str, folder: Path) -> None:
    async with opened(url, folder) as application:
        connection_id = await store(application, "shop")
        right = application.runtime.box.key_id
    kept = (folder / "master.key").read_bytes()
    (folder / "master.key").write_text(new_key())
    with pytest.raises(SetupError) as caught:
        async with opened(url, folder):
            pytest.fail("something ran")
    said = str(caught.value)
    assert all(part in said for part in ("shop", right, str(folder / "master.key"), "put that key back")), (
        said
    )
    assert "forget-secrets" in said
    assert "\n" not in said
    (folder / "master.key").write_bytes(kept)
    async with opened(url, folder) as application:
        assert await secret_of(application, connection_id) == {"token": "pit-of-shop"}


async def test_a_lost_key_is_not_silently_replaced_by_a_new_one(url: str, folder: Path) -> None:
    async with opened(url, folder) as application:
        await store(application, "shop")
    (folder / "master.key").unlink()
    with pytest.raises(SetupError, match="has no key"):
        async with opened(url, folder):
            pytest.fail("something ran")
    assert not (folder / "master.key").exists()


async def test_a_key_of_an_installation_without_secrets_may_change(url: str, folder: Path) -> None:
    async with opened(url, folder) as application:
        before = application.runtime.box.key_id
    (folder / "master.key").unlink()
    async with opened(url, folder) as application:
        await store(application, "shop")
        assert application.runtime.box.key_id != before


async def test_a_key_in_the_file_is_found_when_the_environment_gives_another(url: str, folder: Path) -> None:
    async with opened(url, folder) as application:
        connection_id = await store(application, "shop")
    old = KeyFile(folder / "master.key").load()[0].written()
    given = new_key()
    with pytest.raises(SetupError) as caught:
        async with opened(url, folder, master_key=given):
            pytest.fail("something ran")
    assert f"it is in {folder / 'master.key'}: set ORDERBRIDGE_MASTER_KEY_OLD" in str(caught.value)
    assert given not in str(caught.value)
    async with opened(url, folder, master_key=given, master_key_old=old) as application:
        done = await rotate(application)
        assert (done.made, done.sealed, done.kept_in) == (False, 1, "ORDERBRIDGE_MASTER_KEY_OLD")
    async with opened(url, folder, master_key=given) as application:
        assert await secret_of(application, connection_id) == {"token": "pit-of-shop"}


async def test_a_database_of_the_first_version_is_checked_on_a_real_secret(url: str, folder: Path) -> None:
    async with opened(url, folder) as application:
        connection_id = await store(application, "shop")
        key_id = application.runtime.box.key_id
    await migrate.downgrade(url, "0001")
    await migrate.upgrade(url)
    kept = (folder / "master.key").read_bytes()
    (folder / "master.key").write_text(new_key())
    with pytest.raises(SetupError, match="wrong or missing master key"):
        async with opened(url, folder):
            pytest.fail("something ran")
    (folder / "master.key").write_bytes(kept)
    async with opened(url, folder) as application:
        assert await secret_of(application, connection_id) == {"token": "pit-of-shop"}
        async with application.db.begin() as tx:
            check = (await keys.checks(tx))[key_id]
        assert check is not None
        assert keys.right(application.runtime.box, check)


async def test_a_known_text_that_was_tampered_with_stops_the_start(url: str, folder: Path) -> None:
    async with opened(url, folder) as application:
        await store(application, "shop")
        await application.db.pool.execute("UPDATE key_checks SET sealed = sealed || '\\x00'::bytea")
    with pytest.raises(SetupError, match="key_checks was changed from outside"):
        async with opened(url, folder):
            pytest.fail("something ran")
    environment = {"ORDERBRIDGE_DATABASE_URL": url, "ORDERBRIDGE_DATA_DIR": str(folder)}
    repaired = await orderbridge("connections", "forget-secrets", "--yes", environment=environment)
    assert "nothing was dropped" in repaired.out
    async with opened(url, folder):
        pass


async def test_two_processes_that_start_at_once_have_one_key(url: str, folder: Path) -> None:
    async def key_id() -> str:
        async with opened(url, folder) as application:
            return application.runtime.box.key_id

    assert len(set(await asyncio.gather(*(key_id() for _ in range(6))))) == 1


# Rotation


async def test_everything_is_sealed_with_the_new_key_and_the_old_one_is_gone(url: str, folder: Path) -> None:
    async with opened(url, folder) as application:
        ids = [await store(application, f"shop {number}") for number in range(120)]
        await store_app_agency_and_channel(application)
        before = application.runtime.box.key_id
        versions = await application.db.pool.fetch("SELECT id, secret_version FROM connections ORDER BY id")
        done = await rotate(application)
        assert (done.made, done.sealed, done.retired) == (True, 123, [before])
        assert await values_by_key(application.db) == {done.key_id: 123}
        assert await checked(application.db) == {done.key_id}
        assert filed(folder) == [done.key_id]
        # To whoever uses them nothing has changed.
        assert versions == await application.db.pool.fetch(
            "SELECT id, secret_version FROM connections ORDER BY id"
        )
    async with opened(url, folder) as application:
        assert await secret_of(application, ids[7]) == {"token": "pit-of-shop 7"}


async def test_a_running_process_goes_on_through_a_rotation(url: str, folder: Path) -> None:
    async with opened(url, folder) as running, opened(url, folder) as rotating:
        connection_id = await store(running, "shop", access="a", refresh="r")
        done = await rotate(rotating)
        tokens = StoredTokens(running.db, running.runtime.box, connection_id, Random(2))
        kept = await tokens.load()
        assert kept is not None
        assert await tokens.save(Token("a2", "r2", None, kept.version + 1), replaces=kept.version)
        assert await values_by_key(running.db) == {done.key_id: 1}


async def test_a_pair_renewed_during_a_rotation_is_kept(url: str, folder: Path) -> None:
    async with opened(url, folder) as running, opened(url, folder) as rotating:
        connection_id = await store(running, "shop", access="a", refresh="r")
        tokens = StoredTokens(running.db, running.runtime.box, connection_id, Random(2))
        kept = await tokens.load()
        assert kept is not None
        async with tokens.refreshing():
            task = asyncio.create_task(rotate(rotating))

            async def has_begun() -> bool:
                return len(filed(folder)) == 2

            await until(has_begun)
            assert await tokens.save(Token("a2", "r2", None, kept.version + 1), replaces=kept.version)
        done = await task
        assert await values_by_key(running.db) == {done.key_id: 1}
        assert (await secret_of(rotating, connection_id))["refresh"] == "r2"


async def test_a_value_that_changed_meanwhile_is_not_overwritten(url: str, folder: Path) -> None:
    async with opened(url, folder) as application:
        box = application.runtime.box
        connection_id = await store(application, "shop")
        async with application.db.begin() as tx:
            (seen,) = await keys.every(tx)
            await connections.replace_secret(tx, box, connection_id, {"token": "newer"}, replaces=None)
            assert not await keys.seal_anew(tx, box, seen)
        assert await secret_of(application, connection_id) == {"token": "newer"}


async def test_many_refreshes_during_rotations_lose_nothing(url: str, folder: Path) -> None:
    async with opened(url, folder) as one, opened(url, folder) as other, opened(url, folder) as rotating:
        ids = [await store(one, f"shop {number}", access="0", refresh="0") for number in range(4)]

        async def renew(application: Application, connection_id: str) -> int:
            saved = 0
            tokens = StoredTokens(application.db, application.runtime.box, connection_id, Random(saved))
            for _ in range(12):
                async with tokens.refreshing():
                    now = await tokens.load()
                    assert now is not None
                    count = str(int(now.access) + 1)
                    fresh = Token(count, count, None, now.version + 1)
                    saved += await tokens.save(fresh, replaces=now.version)
            return saved

        async def rotations() -> None:
            for _ in range(3):
                await rotate(rotating)

        *saved, _ = await asyncio.gather(
            *(renew(application, id_) for application in (one, other) for id_ in ids), rotations()
        )
        assert saved == [12] * 8
        for connection_id in ids:
            assert (await secret_of(rotating, connection_id))["access"] == "24"
        assert await values_by_key(one.db) == {filed(folder)[0]: 4}
    async with opened(url, folder) as application:
        assert (await secret_of(application, ids[0]))["refresh"] == "24"


@pytest.mark.parametrize("point", [*KEY_POINTS, "key.sealed:2"])
async def test_a_rotation_that_was_killed_is_finished_by_the_next(url: str, folder: Path, point: str) -> None:
    environment = {"ORDERBRIDGE_DATABASE_URL": url, "ORDERBRIDGE_DATA_DIR": str(folder)}
    async with opened(url, folder) as running:
        ids = [await store(running, f"shop {number}") for number in range(3)]
        killed = await orderbridge(
            "connections", "rotate-key", environment=environment | {"ORDERBRIDGE_FAULT": point}
        )
        assert killed.code != 0
        interrupted = filed(folder)
        assert len(interrupted) == 2
        # Everything works meanwhile, for those that run and for those that start.
        for connection_id in ids:
            assert await secret_of(running, connection_id)
        async with opened(url, folder) as started:
            assert await secret_of(started, ids[0])
        finished = await orderbridge("connections", "rotate-key", "--json", environment=environment)
        assert finished.code == 0, finished
        # The key that was begun with, not a third one.
        assert (finished.json["id"], finished.json["made"]) == (interrupted[0], False)
        assert await values_by_key(running.db) == {interrupted[0]: 3}
        assert filed(folder) == [interrupted[0]]
        assert await checked(running.db) == {interrupted[0]}


async def test_nothing_can_be_sealed_with_a_key_that_is_out_of_use(url: str, folder: Path) -> None:
    async with opened(url, folder) as application:
        forgotten = SecretBox(Keys(MasterKey.new()))
        async with application.db.begin() as tx:
            with pytest.raises(asyncpg.ForeignKeyViolationError):
                await connections.create(
                    tx, forgotten, random_id, name="x", system="ghl", mode="live", account="x", config={},
                    secret={"token": "t"},
                )  # fmt: skip


async def test_a_renewed_pair_survives_a_key_file_that_was_replaced_by_mistake(
    url: str, folder: Path
) -> None:
    async with opened(url, folder) as running:
        connection_id = await store(running, "shop", access="a", refresh="r")
        right = running.runtime.box.key_id
        (folder / "master.key").write_text(new_key())
        tokens = StoredTokens(running.db, running.runtime.box, connection_id, Random(2))
        kept = await tokens.load()
        assert kept is not None
        assert await tokens.save(Token("a2", "r2", None, kept.version + 1), replaces=kept.version)
        assert await values_by_key(running.db) == {right: 1}


async def test_a_rotation_waits_for_another_one(url: str, folder: Path) -> None:
    async with opened(url, folder) as one, opened(url, folder) as other:
        await store(one, "shop")
        first, second = await asyncio.gather(rotate(one), rotate(other))
        assert await values_by_key(one.db) == {filed(folder)[0]: 1}
        assert {first.key_id, second.key_id} >= set(filed(folder))


async def test_the_keyring_of_the_desktop_is_rotated_too(url: str, folder: Path, tmp_path: Path) -> None:
    environment = {
        "ORDERBRIDGE_DATABASE_URL": url,
        "ORDERBRIDGE_DATA_DIR": str(folder),
        "ORDERBRIDGE_MASTER_KEY_SOURCE": "keyring",
        "PYTHON_KEYRING_BACKEND": "support.keyrings.FileKeyring",
        "TEST_KEYRING_FILE": str(tmp_path / "keyring.json"),
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]),
    }
    listed = await orderbridge("connections", "list", "--json", environment=environment)
    assert (listed.code, listed.json) == (0, []), listed
    # The word on how to keep it, once.
    assert "keep a copy" in listed.err
    assert "the OS keyring" in listed.err
    assert not (folder / "master.key").exists()
    first = await orderbridge("connections", "rotate-key", "--json", environment=environment)
    second = await orderbridge("connections", "rotate-key", "--json", environment=environment)
    assert "keep a copy" not in second.err
    assert first.json["made"]
    assert second.json["retired"] == [first.json["id"]]


async def test_a_server_that_runs_goes_on_with_secrets_of_a_key_it_never_saw(
    world: World, tmp_path: Path
) -> None:
    worker = await WorkerProcess.start(
        world.environment | {"ORDERBRIDGE_POLL_INTERVAL_S": "3600"}, tmp_path / "log"
    )
    try:
        await worker.ready()
        rotated = await orderbridge("connections", "rotate-key", "--json", environment=world.environment)
        assert rotated.json["sealed"] == 2
        assert filed(world.settings.data_dir) == [rotated.json["id"]]
        # Only now does it open an account for the first time.
        await world.sell(2)
        await world.poll()
        await world.idle()
    finally:
        await worker.kill()
    assert (await world.truth()).agrees
    assert "Traceback" not in worker.messages()


# The way out


async def test_a_lost_key_costs_the_secrets_and_nothing_else(world: World, tmp_path: Path) -> None:
    details, environment = world.sandbox.details, world.environment
    (world.settings.data_dir / "master.key").write_text(new_key())
    stopped = await orderbridge("connections", "list", environment=environment)
    assert stopped.code == 1
    assert stopped.err.count("\n") == 1
    assert "forget-secrets" in stopped.err
    asked = await orderbridge("connections", "forget-secrets", environment=environment, stdin="n\n")
    assert asked.code != 0
    assert set(await values_by_key(world.db)) == {world.application.runtime.box.key_id}
    forgotten = await orderbridge("connections", "forget-secrets", "--yes", environment=environment)
    assert forgotten.code == 0, forgotten
    assert f"connection {GHL}" in forgotten.out
    listed = await orderbridge("connections", "list", "--json", environment=environment)
    assert {item["state"] for item in listed.json} == {"reconnect"}
    assert all("replace-token" in item["reason"] for item in listed.json)
    for name, given in ((GHL, details["pit_token"]), (ACT, details["act_password"])):
        again = await orderbridge(
            "connections", "replace-token", name, "--token-stdin", environment=environment, stdin=given
        )
        assert again.code == 0, again
    listed = await orderbridge("connections", "list", "--json", environment=environment)
    assert {item["state"] for item in listed.json} == {"ok"}
    said = "".join(ran.out + ran.err for ran in (stopped, asked, forgotten, listed))
    assert not any(details[name] in said for name in ("pit_token", "act_password"))
    # What waited goes on, and flows and history are where they were.
    sold = (await world.sell(2))["orders"]
    await world.poll()
    await world.work_until_idle()
    assert len(sold) == 2
    assert (await world.truth()).agrees


async def test_work_waits_for_a_dropped_secret_and_dies_of_nothing(world: World) -> None:
    await world.sell(2)
    await world.poll()
    runtime = world.application.runtime
    await runtime.forget(world.connections[ACT])
    async with world.db.begin() as tx:
        for value in await keys.every(tx):
            if value.id == world.connections[ACT]:
                await keys.forget(tx, value, rotation.FORGOTTEN)

    async def waits() -> bool:
        rows = await world.rows("SELECT 1 FROM lanes WHERE queued AND reason LIKE '%was dropped%'")
        return len(rows) == 2

    await world.work_until(waits)
    assert await world.rows("SELECT id FROM runs WHERE state = 'dead'") == []
    await replace_secret(runtime, ACT, world.sandbox.details["act_password"])
    await world.work_until_idle()
    assert (await world.truth()).agrees


async def test_forgetting_drops_only_what_nobody_can_open(url: str, folder: Path) -> None:
    async with opened(url, folder) as application:
        kept = await store(application, "kept")
        await store_app_agency_and_channel(application)
        lost = SecretBox(Keys(MasterKey.new()))
        async with application.db.begin() as tx:
            await keys.add_check(tx, lost.seal("x", context="y"))
            await connections.create(
                tx, lost, random_id, name="lost", system="ghl", mode="live", account="lost", config={},
                secret={"token": "t"},
            )  # fmt: skip
            # Damaged, although its key is here.
            await tx.execute("UPDATE apps SET secret = secret || '\\x00'::bytea")
        dropped = await rotation.forget_secrets(application.db, keys_of(application.settings))
        assert rotation.named(dropped) == ["app client", "connection lost"]
        assert await secret_of(application, kept) == {"token": "pit-of-kept"}
        assert (
            await application.db.pool.fetchval("SELECT count(*) FROM agencies WHERE secret IS NOT NULL") == 1
        )
    async with opened(url, folder):
        pass


async def test_no_key_and_no_secret_is_in_a_backup_an_export_or_a_message(
    world: World, tmp_path: Path
) -> None:
    await world.application.runtime.forget(world.connections[GHL])
    flow, *_ = [row["name"] for row in await world.rows("SELECT name FROM flows ORDER BY name")]
    done = await orderbridge("connections", "rotate-key", environment=world.environment)
    assert done.code == 0, done
    ran = [
        await orderbridge(*command, environment=world.environment)
        for command in (
            ("connections", "list", "--json"),
            ("connections", "rotate-key", "--json"),
            ("flows", "export", flow),
            ("connections", "show", GHL, "--json"),
            ("db", "backup", str(tmp_path / "backup")),
        )
    ]
    assert [one.code for one in ran] == [0] * 5, ran
    kept = KeyFile(world.settings.data_dir / "master.key").load()
    secrets = [key.written() for key in kept] + [
        world.sandbox.details[name] for name in ("pit_token", "act_password")
    ]
    text = "".join(one.out + one.err for one in [done, *ran])
    raw = (tmp_path / "backup").read_bytes()
    for secret in secrets:
        assert secret not in text
        assert secret.encode() not in raw
    for key in kept:
        assert key.raw not in raw
        assert base64.b16encode(key.raw).lower() not in raw
