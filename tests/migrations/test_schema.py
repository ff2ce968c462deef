import itertools
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pgqueuer.db import AsyncpgDriver
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries
from sqlalchemy.ext.asyncio import create_async_engine

from orderbridge.core.errors import SetupError
from orderbridge.store import migrate, schema
from orderbridge.store.address import Address
from orderbridge.store.tables import metadata
from support.postgres import ScratchPostgres

SHAPE = """
SELECT 'column', table_name, column_name, data_type, is_nullable, coalesce(column_default, '')
FROM information_schema.columns WHERE table_schema = 'public' AND table_name LIKE 'pgqueuer%'
UNION ALL
SELECT 'index', tablename, indexname, indexdef, '', '' FROM pg_indexes
WHERE schemaname = 'public' AND tablename LIKE 'pgqueuer%'
UNION ALL
SELECT 'trigger', event_object_table, trigger_name, action_statement, event_manipulation, action_timing
FROM information_schema.triggers WHERE event_object_table LIKE 'pgqueuer%'
UNION ALL
SELECT 'kind', t.typname, e.enumlabel, '', '', '' FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
UNION ALL
SELECT 'function', proname, md5(regexp_replace(prosrc, '\\s+', ' ', 'g')), '', '', '' FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND proname LIKE '%pgqueuer%'
"""


async def shape(url: str, statement: str = SHAPE) -> set[tuple[Any, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return {tuple(row) for row in await connection.fetch(statement)}
    finally:
        await connection.close()


async def tables(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {row["tablename"] for row in rows}
    finally:
        await connection.close()


async def test_the_migrations_add_up_to_the_tables_that_the_code_names(
    scratch_postgres: ScratchPostgres,
) -> None:
    url = await scratch_postgres.fresh_database(migrate.upgrade)
    engine = create_async_engine(Address.parse(url).with_driver("asyncpg"))

    def compare(connection: Any) -> list[Any]:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _object, name, kind, reflected, _other: (
                    not (kind == "table" and reflected and (name or "").startswith("pgqueuer"))
                ),
            },
        )
        return list(compare_metadata(context, metadata))

    async with engine.connect() as connection:
        found = await connection.run_sync(compare)
    await engine.dispose()

    assert found == []


async def test_the_frozen_queue_tables_are_those_that_the_installed_library_makes(
    scratch_postgres: ScratchPostgres,
) -> None:
    ours = await scratch_postgres.fresh_database(migrate.upgrade)
    theirs = await scratch_postgres.fresh_database()
    connection = await asyncpg.connect(theirs)
    await Queries(AsyncpgDriver(connection)).install()
    await connection.close()

    assert await shape(ours) == await shape(theirs)


async def test_the_queue_library_accepts_our_tables(scratch_postgres: ScratchPostgres) -> None:
    connection = await asyncpg.connect(await scratch_postgres.fresh_database(migrate.upgrade))

    await QueueManager(Queries(AsyncpgDriver(connection))).verify_structure()

    await connection.close()


async def test_the_schema_can_be_taken_back_to_nothing_and_made_again(
    scratch_postgres: ScratchPostgres,
) -> None:
    url = await scratch_postgres.fresh_database()
    assert await migrate.upgrade(url) == schema.newest()
    made = await tables(url)

    await migrate.downgrade(url, "base")
    assert await tables(url) == {"alembic_version"}
    assert await schema.present(url) is None

    assert await migrate.upgrade(url) == schema.newest()
    assert await tables(url) == made


WHOLE = """
SELECT 'column', table_name, column_name, data_type, is_nullable, coalesce(column_default, '')
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', tablename, indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""


async def test_each_step_back_leaves_exactly_the_schema_of_before(scratch_postgres: ScratchPostgres) -> None:
    revisions = migrate.revisions()
    for older, newer in itertools.pairwise(revisions):
        url = await scratch_postgres.fresh_database()
        await migrate.upgrade(url, older)
        before = await shape(url, WHOLE)

        await migrate.upgrade(url, newer)
        await migrate.downgrade(url, older)

        assert await shape(url, WHOLE) == before

    assert len(revisions) >= 2


def test_the_newest_schema_is_the_last_migration() -> None:
    assert schema.newest() == migrate.revisions()[-1]


async def test_an_upgrade_that_is_up_to_date_changes_nothing(scratch_postgres: ScratchPostgres) -> None:
    url = await scratch_postgres.fresh_database(migrate.upgrade)
    before = await tables(url)

    assert await migrate.upgrade(url) == schema.newest()

    assert await tables(url) == before


async def test_an_empty_database_has_no_revision(scratch_postgres: ScratchPostgres) -> None:
    assert await schema.present(await scratch_postgres.fresh_database()) is None


async def test_a_database_of_a_newer_version_is_left_alone(scratch_postgres: ScratchPostgres) -> None:
    url = await scratch_postgres.fresh_database(migrate.upgrade)
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await connection.close()

    with pytest.raises(SetupError, match="schema 9999, which this version does not know"):
        await migrate.upgrade(url)

    assert await schema.present(url) == "9999"
