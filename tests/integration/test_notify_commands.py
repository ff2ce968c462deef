"""``orderbridge notify``: a channel is set up, tried and removed; its address is never shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from orderbridge.store import migrate
from support.command import Ran, orderbridge
from support.postgres import ScratchPostgres
from support.receiver import receiving

SECRET = "s3cr3t-path"


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[int, list[Any]]]:
    async with receiving(SECRET) as there:
        yield there


async def test_a_channel_is_added_tried_listed_and_removed(
    scratch_postgres: ScratchPostgres, tmp_path: Path, receiver: tuple[int, list[Any]]
) -> None:
    database = await scratch_postgres.fresh_database(migrate.upgrade)
    port, messages = receiver
    environment = {"ORDERBRIDGE_DATABASE_URL": database, "ORDERBRIDGE_DATA_DIR": str(tmp_path)}
    address = f"json://127.0.0.1:{port}/{SECRET}\n"

    async def run(*arguments: str, allow: str = "127.0.0.1", stdin: str | None = None) -> Ran:
        return await orderbridge(
            "notify", *arguments, environment=environment | {"ORDERBRIDGE_HTTP_ALLOW": allow}, stdin=stdin
        )

    refused = await run("add", "team", "--url-stdin", allow="", stdin=address)
    added = await run("add", "team", "--url-stdin", stdin=address)
    again = await run("add", "team", "--url-stdin", stdin=address)
    tried = await run("test", "team")
    listed = await run("list", "--json")
    removed = await run("remove", "team")
    gone = await run("test", "team")

    assert (refused.code, added.code, again.code, tried.code, removed.code, gone.code) == (1, 0, 1, 0, 0, 1)
    assert "must not be called" in refused.err
    assert "named 'team' already" in again.err
    assert [item["message"] for item in messages] == ["This is a test: the channel works."]
    assert [(row["name"], row["held_back"]) for row in listed.json] == [("team", 0)]
    assert "no channel named 'team'" in gone.err
    said = "".join(ran.out + ran.err for ran in (refused, added, again, tried, listed, removed, gone))
    assert SECRET not in said
    await scratch_postgres.drop(database)


async def test_a_list_of_allowed_hosts_that_means_nothing_is_told_at_once(tmp_path: Path) -> None:
    ran = await orderbridge(
        "notify", "list",
        environment={"ORDERBRIDGE_DATA_DIR": str(tmp_path), "ORDERBRIDGE_HTTP_ALLOW": "10.0.0.0/99"},
    )  # fmt: skip

    assert ran.code == 1
    assert "ORDERBRIDGE_HTTP_ALLOW" in ran.err
