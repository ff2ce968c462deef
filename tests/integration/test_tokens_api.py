"""``/api/tokens``: a token is shown once, works at once, and is refused at once when it is taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from support.browsers import Browser, bookkeeper, owner
from support.world import MakeWorld


@pytest_asyncio.fixture
async def olga(make_world: MakeWorld) -> AsyncIterator[Browser]:
    async with make_world(flows=()) as world, world.hooks() as url:
        yield await owner(world, url)


async def test_a_token_is_shown_once_works_and_stops_working_the_moment_it_is_revoked(olga: Browser) -> None:
    made = await olga.ok("POST", "/api/tokens", {"name": " shop/nightly export "})
    assert (olga.status, olga.headers["Cache-Control"]) == (201, "no-store")
    assert made["name"] == "shop/nightly export"
    program = olga.another()
    program.more = {"Authorization": f"Bearer {made['token']}"}

    await program.ok("GET", "/api/tokens")
    (row,) = await olga.ok("GET", "/api/tokens")
    await olga.ok("DELETE", "/api/tokens/shop%2Fnightly%20export")
    await program.no("token.invalid", "GET", "/api/tokens")

    assert program.status == 401
    assert set(row) == {"name", "created_at", "last_used_at"}
    assert row["last_used_at"] is not None
    assert made["token"] not in str(row)
    assert await olga.ok("GET", "/api/tokens") == []


async def test_a_name_is_given_once_and_says_something(olga: Browser) -> None:
    await olga.ok("POST", "/api/tokens", {"name": "shop"})
    await olga.no("token.exists", "POST", "/api/tokens", {"name": "shop"})
    assert olga.status == 409
    for name in ("", "   ", "x" * 101):
        await olga.no("request.malformed", "POST", "/api/tokens", {"name": name})
    await olga.no("token.unknown", "DELETE", "/api/tokens/nobody")
    assert olga.status == 404


async def test_a_bookkeeper_sees_which_tokens_there_are_and_makes_none(olga: Browser) -> None:
    await olga.ok("POST", "/api/tokens", {"name": "shop"})
    bert = await bookkeeper(olga)
    assert [row["name"] for row in await bert.ok("GET", "/api/tokens")] == ["shop"]
    await bert.no("access.role", "POST", "/api/tokens", {"name": "mine"})
    await bert.no("access.role", "DELETE", "/api/tokens/shop")
