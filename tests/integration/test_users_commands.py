"""``orderbridge users``, and the link that ``orderbridge serve`` prints."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from orderbridge.core import jsonio
from orderbridge.core.serving import free_port
from support import command
from support.browsers import PASSWORD, Browser
from support.commands import Commands
from support.world import MakeWorld, World


@pytest.fixture
async def at_work(make_world: MakeWorld) -> AsyncIterator[tuple[World, Commands, str]]:
    async with make_world(flows=()) as world, world.hooks() as url:
        run = Commands(world)
        run.environment = run.environment | {"ORDERBRIDGE_PUBLIC_URL": "https://orders.example.com"}
        yield world, run, url


def word_of(text: str) -> str:
    [line] = [line for line in text.splitlines() if "/join#" in line]
    return line.partition("#")[2].split()[0]


async def test_users_are_invited_changed_and_removed_by_command(at_work: tuple[World, Commands, str]) -> None:
    world, run, url = at_work
    assert "No user yet" in await run.ok("users", "list")
    assert jsonio.decode((await run.ok("users", "list", "--json")).encode()) == []

    shown = jsonio.decode((await run.ok("users", "invite", "Olga", "--role", "owner", "--json")).encode())
    assert shown["link"].startswith("https://orders.example.com/join#obi_")
    olga = Browser(world, url)
    await olga.join(shown["link"])
    bert = Browser(world, url)
    await bert.join("#" + word_of(await run.ok("users", "invite", "Bert")))

    rows = jsonio.decode((await run.ok("users", "list", "--json")).encode())
    assert [(row["name"], row["role"]) for row in rows] == [("Bert", "bookkeeper"), ("Olga", "owner")]
    assert "bookkeeper" in await run.ok("users", "list")
    assert "Bert: owner" in await run.ok("users", "role", "bert", "owner")
    await bert.ok("POST", "/api/resume")
    assert "Bert: removed" in await run.ok("users", "remove", "BERT")
    await bert.no("session.ended", "GET", "/api/users")


async def test_a_forgotten_password_is_set_anew_by_command(at_work: tuple[World, Commands, str]) -> None:
    world, run, url = at_work
    olga = Browser(world, url)
    await olga.join("#" + word_of(await run.ok("users", "invite", "Olga", "--role", "owner")))
    reset = word_of(await run.ok("users", "reset", "olga"))
    await olga.ok("GET", "/api/session")

    await Browser(world, url).join(f"#{reset}", password="another long one")

    await olga.no("session.ended", "GET", "/api/session")
    await olga.no("sign_in.wrong", "POST", "/api/session", {"name": "Olga", "password": PASSWORD})
    await olga.sign_in("Olga", "another long one")


async def test_what_cannot_be_done_by_command_says_what_can(at_work: tuple[World, Commands, str]) -> None:
    world, run, url = at_work
    assert "no user 'Nobody'" in await run.refused("users", "reset", "Nobody")
    assert "no user 'Nobody'" in await run.refused("users", "remove", "Nobody")
    assert "no user 'Nobody'" in await run.refused("users", "role", "Nobody", "owner")
    assert "'admin'; it can be owner" in await run.refused("users", "invite", "Olga", "--role", "admin")
    assert "choose another" in await run.refused("users", "invite", "a/b")
    await Browser(world, url).join("#" + word_of(await run.ok("users", "invite", "Olga", "--role", "owner")))
    assert "users reset Olga" in await run.refused("users", "invite", "olga")
    assert "only owner" in await run.refused("users", "remove", "Olga")
    assert "only owner" in await run.refused("users", "role", "Olga", "bookkeeper")


async def test_an_invitation_is_withdrawn_by_command(at_work: tuple[World, Commands, str]) -> None:
    world, run, url = at_work
    word = word_of(await run.ok("users", "invite", "Olga", "--role", "owner"))
    assert "invited" in await run.ok("users", "list")

    await run.ok("users", "remove", "olga")

    await Browser(world, url).no(
        "invitation.spent", "POST", "/api/join", {"token": word, "password": PASSWORD}
    )


async def test_serve_prints_the_owners_link_until_there_is_one(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        port = free_port()
        environment = world.environment | {"ORDERBRIDGE_PORT": str(port)}

        printed = await greeting(environment)

        [line] = [line for line in printed.splitlines() if "/join#" in line]
        assert line.startswith(f"Open http://127.0.0.1:{port}/join#obi_")
        assert "to make the owner's account; it works once, until " in line
        async with world.hooks() as url:
            await Browser(world, url).join(f"#{word_of(printed)}", "Olga")
        assert "/join#" not in await greeting(environment)


async def greeting(environment: dict[str, str]) -> str:
    """Start the server, and return what it had printed when it checked its public address, the last thing it says."""
    process = await command.start(
        "serve", "--role", "api", environment=environment | {"ORDERBRIDGE_LOG_LEVEL": "info"}
    )
    assert process.stderr is not None
    printed = ""
    try:
        async with asyncio.timeout(60):
            while "public address" not in printed:
                line = await process.stderr.readline()
                assert line, printed
                printed += line.decode()
    finally:
        process.terminate()
        await process.communicate()
    return printed
