import asyncio
import json
import os
import stat
import sys
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from sqlalchemy.engine import make_url

from orderbridge.core.errors import SetupError
from orderbridge.store.backup import backup, restore
from support.postgres import ScratchPostgres

SCHEMA = """
CREATE TABLE alembic_version (version_num text PRIMARY KEY);
INSERT INTO alembic_version VALUES ('m0001');
CREATE TYPE mood AS ENUM ('queued', 'picked');
CREATE DOMAIN cents AS numeric CHECK (value >= 0);
CREATE TABLE records (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state jsonb, body bytea, amount numeric, total cents,
  mood mood, seen_at timestamptz, name text);
CREATE TABLE parts (day date, amount numeric) PARTITION BY RANGE (day);
CREATE TABLE parts_2026 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX ON records USING gin (state);
CREATE VIEW names AS SELECT name FROM records;
CREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM records;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := NEW.name; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE INSERT ON records FOR EACH ROW EXECUTE FUNCTION touch();
"""
# Numbers whose digits a float would change, and bytes and texts that a careless copy would.
ROWS: list[tuple[Any, ...]] = [
    ('{"a": 150.10, "b": [0.1, 12345678901234567890.123456789], "c": null}', b"\x00\xff\\x00\n", "150.10"),
    (
        '{"big": 1e400, "text": "tab\\t \\\\. quote\\" \\u00e9 \\ud83d\\ude00"}',
        b"",
        "0.000000000000000000001",
    ),
    (None, None, "99999999999999999999999999.99"),
]


async def fill(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(SCHEMA)
        for state, body, amount in ROWS:
            await connection.execute(
                "INSERT INTO records (state, body, amount, total, mood, seen_at, name) "
                "VALUES ($1, $2, $3, 1.50, 'picked', '2026-01-01T00:00:00.123456Z', E'\\\\. \\t line\\nend')",
                state,
                body,
                Decimal(amount),
            )
        await connection.execute("INSERT INTO parts VALUES ('2026-05-01', 18204.55)")
        await connection.execute("REFRESH MATERIALIZED VIEW counts")
    finally:
        await connection.close()


async def content(url: str) -> str:
    """Everything that the tables hold, as the server itself writes it."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relkind IN ('r', 'p', 'v', 'm') ORDER BY 1"
        )
        found = {
            row["name"]: [
                line[0]
                for line in await connection.fetch(f"SELECT t::text FROM {row['name']} AS t ORDER BY t::text")
            ]
            for row in tables
        }
        return json.dumps(found, indent=1)
    finally:
        await connection.close()


async def run(url: str, statement: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_a_restored_database_holds_every_row_to_the_last_digit(
    scratch_postgres: ScratchPostgres,
    tmp_path: Path,
) -> None:
    source, target = await scratch_postgres.fresh_database(fill), await scratch_postgres.fresh_database()
    file = await backup(source, tmp_path / "orders.backup")
    await restore(target, file.path)
    expected = await content(source)
    assert "12345678901234567890.123456789" in expected
    assert await content(target) == expected
    # The counter goes on where it was, and the trigger, the index and the type are back.
    assert await run(target, "INSERT INTO records (mood) VALUES ('queued') RETURNING id") == len(ROWS) + 1


async def test_a_restore_replaces_what_is_there_and_can_be_repeated(
    scratch_postgres: ScratchPostgres,
    tmp_path: Path,
) -> None:
    url = await scratch_postgres.fresh_database(fill)
    expected = await content(url)
    file = (await backup(url, tmp_path / "one")).path
    await run(url, "DELETE FROM records")
    await run(url, "CREATE TABLE newer_version (id int)")
    await run(url, "CREATE TYPE newer_type AS ENUM ('x')")
    await restore(url, file)
    assert await content(url) == expected
    await restore(url, (await backup(url, tmp_path / "two")).path)
    assert await content(url) == expected


async def test_a_restore_that_fails_half_way_leaves_the_database_as_it_was(
    scratch_postgres: ScratchPostgres,
    tmp_path: Path,
) -> None:
    async def many(url: str) -> None:
        await fill(url)
        await run(
            url, "INSERT INTO records (body) SELECT sha256(n::text::bytea) FROM generate_series(1, 9000) n"
        )

    url = await scratch_postgres.fresh_database(many)
    file = (await backup(url, tmp_path / "orders.backup")).path
    await run(url, "UPDATE records SET name = 'later'")
    before = await content(url)
    os.truncate(file, file.stat().st_size * 2 // 3)
    with pytest.raises(SetupError, match="the database is as it was before"):
        await restore(url, file)
    assert await content(url) == before


async def test_a_restore_waits_for_the_product_to_stop_unless_it_is_forced(
    scratch_postgres: ScratchPostgres,
    tmp_path: Path,
) -> None:
    url = await scratch_postgres.fresh_database(fill)
    file = (await backup(url, tmp_path / "orders.backup")).path
    serving = await asyncpg.connect(url)
    try:
        with pytest.raises(SetupError, match="in use by 1 other connections"):
            await restore(url, file)
        await restore(url, file, force=True)
        assert serving.is_closed()
    finally:
        serving.terminate()


async def test_a_backup_is_readable_by_its_user_only_and_never_overwrites(
    scratch_postgres: ScratchPostgres,
    tmp_path: Path,
) -> None:
    url = await scratch_postgres.fresh_database(fill)
    file = await backup(url, tmp_path / "orders.backup")
    assert file.size_bytes == file.path.stat().st_size
    if sys.platform != "win32":
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    with pytest.raises(SetupError, match="exists already"):
        await backup(url, file.path)
    assert [path.name for path in tmp_path.iterdir()] == ["orders.backup"]


async def test_a_backup_that_fails_leaves_no_file_and_shows_no_password(
    scratch_postgres: ScratchPostgres,
    tmp_path: Path,
) -> None:
    url = make_url(await scratch_postgres.fresh_database()).set(database="missing")
    text = url.render_as_string(hide_password=False)
    with pytest.raises(SetupError, match='database "missing" does not exist') as caught:
        await backup(text, tmp_path / "orders.backup")
    assert str(url.password) not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SetupError, match="folder that this user may"):
        await backup(text, tmp_path / "missing" / "orders.backup")


@pytest.mark.parametrize("text", ["", "PGDMP", "not a backup\n" * 100])
async def test_a_file_that_is_no_backup_is_refused_before_anything_is_touched(
    text: str, tmp_path: Path
) -> None:
    file = tmp_path / "orders.backup"
    file.write_text(text)
    with pytest.raises(SetupError, match="is not a usable backup"):
        await restore("postgresql://nobody@127.0.0.1:1/none", file)
    with pytest.raises(SetupError, match="is not a usable backup"):
        await restore("postgresql://nobody@127.0.0.1:1/none", tmp_path / "missing")


async def test_the_backup_of_another_program_is_refused(
    scratch_postgres: ScratchPostgres,
    tmp_path: Path,
) -> None:
    url = await scratch_postgres.fresh_database(fill)
    await run(url, "DROP TABLE alembic_version")
    with pytest.raises(SetupError, match="it holds no orderbridge database"):
        await backup(url, tmp_path / "orders.backup")


async def test_no_password_shows_in_the_process_list(
    scratch_postgres: ScratchPostgres,
    tmp_path: Path,
) -> None:
    url = await scratch_postgres.fresh_database(fill)
    password = str(make_url(url).password)
    seen: list[str] = []

    def look(_size_bytes: int) -> None:
        for child in psutil.Process().children():
            with suppress(psutil.Error):  # it has just ended
                seen.append(" ".join(child.cmdline()))

    file = await backup(url, tmp_path / "orders.backup", progress=look)
    await restore(url, file.path, progress=look)
    assert any("pg_dump" in line for line in seen)
    assert any("psql" in line for line in seen)
    assert password not in "".join(seen)


async def test_two_backups_at_once_do_not_mix(
    scratch_postgres: ScratchPostgres,
    tmp_path: Path,
) -> None:
    one, other = await scratch_postgres.fresh_database(fill), await scratch_postgres.fresh_database(fill)
    files = await asyncio.gather(backup(one, tmp_path / "one"), backup(other, tmp_path / "other"))
    for file in files:
        target = await scratch_postgres.fresh_database()
        await restore(target, file.path)
        assert await content(target) == await content(one)
