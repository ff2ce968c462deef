"""The guard before every route: who passes, and with what; found by walking the API's own description."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from orderbridge.core.ids import random_id
from orderbridge.store import api_tokens, migrate
from support.browsers import Browser, bookkeeper, first_link, owner
from support.postgres import ScratchPostgres
from support.world import World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
# What everybody may ask: what the open page shows, and the ways in.
OPEN = {
    ("GET", "/api/status"),
    ("GET", "/api/public-address"),
    ("POST", "/api/session"),
    ("POST", "/api/join"),
    ("POST", "/api/join/look"),
}
# What a bookkeeper changes: his own session and password.
OWN = {("DELETE", "/api/session"), ("POST", "/api/session/password"), ("DELETE", "/api/sessions")}

# What is sent and only looked at.
LOOKING = {
    ("POST", "/api/flows/validate"),
    ("POST", "/api/flows/diff"),
    ("POST", "/api/expressions/evaluate"),
    ("POST", "/api/expressions/value"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(
    scratch_postgres: ScratchPostgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[World, str]]:
    url = await scratch_postgres.fresh_database(migrate.upgrade)
    async with (
        open_world(url, tmp_path_factory.mktemp("guard") / "data", flows=()) as world,
        world.hooks() as at,
    ):
        yield world, at
    await scratch_postgres.drop(url)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def olga(served: tuple[World, str]) -> Browser:
    return await owner(*served)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bert(olga: Browser) -> Browser:
    return await bookkeeper(olga)


async def routes(browser: Browser) -> list[tuple[str, str]]:
    described = await browser.another().ok("GET", "/openapi.json")
    found = [
        (method.upper(), path)
        for path, methods in described["paths"].items()
        for method in methods
        if path.startswith("/api/")
    ]
    assert len(found) > 50
    return found


def filled(found: list[tuple[str, str]]) -> Iterator[tuple[str, str, Any]]:
    for method, path in found:
        body = None if method in ("GET", "DELETE") else {}
        yield method, re.sub(r"\{\w+\}", "1", path), body


async def test_without_anything_every_route_is_closed_but_those_that_are_named(olga: Browser) -> None:
    stranger = olga.another()
    for method, path, body in filled([route for route in await routes(olga) if route not in OPEN]):
        answer = await stranger(method, path, body)
        assert (stranger.status, answer["cause"]) in ((401, "token.missing"), (401, "session.missing")), (
            method,
            path,
        )


# Its answer goes on for as long as somebody listens; tests/browser has a page do so.
ENDLESS = "/api/stream"
# A backup holds the hashes of everybody's passwords.
OWNERS_ONLY = {("GET", "/api/backups/{name}/file")}


async def test_a_bookkeeper_reads_everything_and_changes_nothing(bert: Browser) -> None:
    for method, path, body in filled(
        [route for route in await routes(bert) if route not in OPEN | OWN | LOOKING | OWNERS_ONLY]
    ):
        if path == ENDLESS:
            continue
        answer = await bert(method, path, body)
        if method == "GET":
            assert bert.status not in (401, 403), (method, path, answer)
        else:
            assert (bert.status, answer["cause"]) == (403, "access.role"), (method, path, answer)
            assert answer["message"].startswith("Bert is a bookkeeper")


async def test_a_bookkeeper_has_a_flow_checked_and_compared(olga: Browser, bert: Browser) -> None:
    for method, path in sorted(LOOKING):
        answer = await bert(method, path, {})
        # Looked at, whatever is found.
        assert bert.status in (200, 422), answer
        stranger = olga.another()
        await stranger(method, path, {})
        assert stranger.status == 401


async def test_what_changes_something_needs_the_second_word_of_the_very_session(
    olga: Browser, bert: Browser
) -> None:
    changing = [route for route in await routes(olga) if route not in OPEN and route[0] != "GET"]
    assert len(changing) > 20
    for csrf in (None, "x", "ä", bert.csrf):
        page = Browser(olga.world, olga.url, word=olga.word, csrf=csrf if csrf != "ä" else None)
        for method, path, body in filled(changing):
            given = {"X-CSRF-Token": "\u00e4"} if csrf == "ä" else {}
            await page.no("access.csrf", method, path, body, **given)
            assert page.status == 403, (method, path)
    # The session is whole.
    await olga.ok("POST", "/api/resume")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://127.0.0.1:1",
        "http://localhost.evil.example",
        "null",
        "",
        "file:" + "//",
        "http://[x",
    ],
)
async def test_a_page_of_another_site_changes_nothing_and_signs_nobody_in(olga: Browser, origin: str) -> None:
    page = Browser(olga.world, olga.url, word=olga.word, csrf=olga.csrf, more={"Origin": origin})
    await page.no("access.origin", "POST", "/api/resume")
    assert page.status == 403
    await page.no("access.origin", "POST", "/api/session", {"name": "Olga", "password": "x"})
    await page.no("access.origin", "POST", "/api/join", {"token": "x", "password": "x"})
    # Reading changes nothing, and the browser keeps the answer from that page.
    await page.ok("GET", "/api/users")


async def test_a_page_of_this_server_may_under_each_of_its_names(olga: Browser) -> None:
    port = olga.url.rpartition(":")[2]
    for name in ("127.0.0.1", "localhost", "Orders.localhost"):
        own = {"Host": f"{name}:{port}", "Origin": f"http://{name.lower()}:{port}"}
        await olga.ok("POST", "/api/resume", None, **own)
    # A proxy that ends TLS and passes the name on.
    await olga.ok("POST", "/api/resume", None, Host="orders.localhost", Origin="https://orders.localhost")


async def test_under_a_strange_name_nobody_signs_in(olga: Browser) -> None:
    body = {"name": "Olga", "password": "x"}
    await olga.another().no("request.strange_name", "POST", "/api/session", body, Host="evil.example")


async def test_a_token_does_everything_as_before_and_needs_no_second_word(olga: Browser) -> None:
    async with olga.world.db.begin() as tx:
        token = await api_tokens.create(tx, random_id, name="shop")
    program = Browser(olga.world, olga.url, more={"Authorization": f"Bearer {token}"})

    await program.ok("POST", "/api/resume")
    await program.ok("GET", "/api/users")
    made = await program.ok("POST", "/api/users/invitations", {"name": "Dora", "role": "bookkeeper"})
    assert "/join#" in made["link"]
    # It is nobody's session.
    await program.no("session.missing", "POST", "/api/session/password", {"old": "x", "new": "x"})
    # A wrong one is wrong beside the best cookie.
    await olga.no("token.invalid", "GET", "/api/users", None, Authorization="Bearer obt_wrong")
    assert olga.status == 401


async def test_the_description_names_both_ways_in(olga: Browser) -> None:
    described = await olga.another().ok("GET", "/openapi.json")
    schemes = described["components"]["securitySchemes"]

    assert schemes["token"]["scheme"] == "bearer"
    assert (schemes["session"]["in"], schemes["session"]["name"]) == ("cookie", "orderbridge_session")
    assert described["paths"]["/api/pause"]["post"]["security"] == [{"token": []}, {"session": []}]
    for method, path in await routes(olga):
        needs = described["paths"][path][method.lower()].get("security")
        assert bool(needs) == ((method, path) not in OPEN | {("GET", "/api/session")}), (method, path)


async def test_behind_a_public_address_cookies_are_for_encrypted_ways_only(
    scratch_postgres: ScratchPostgres, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = await scratch_postgres.fresh_database(migrate.upgrade)
    folder = tmp_path_factory.mktemp("public") / "data"
    public = "https://orders.example.com"
    async with (
        open_world(url, folder, flows=(), public_url=public) as world,
        world.hooks() as at,
    ):
        browser = Browser(world, at, origin=public)
        await browser.join(await first_link(world), "Olga")
        assert browser.cookie is not None
        assert browser.cookie["secure"]
        invited = await browser.ok("POST", "/api/users/invitations", {"name": "Bert", "role": "owner"})
        assert invited["link"].startswith(f"{public}/join#obi_")
        # On the machine itself there is no certificate.
        at_home = Browser(world, at, origin=at)
        await at_home.sign_in("Olga")
        assert at_home.cookie is not None
        assert not at_home.cookie["secure"]
        program = Browser(world, at)
        await program.sign_in("Olga")
        assert program.cookie is not None
        assert program.cookie["secure"]
        # The proxy stands for everybody: those who guess one name keep nobody else out.
        for number in range(20):
            name = {"name": f"name {number}", "password": "wrong"}
            await browser.another().no("sign_in.wrong", "POST", "/api/session", name)
        await browser.another().sign_in("Olga")
    await scratch_postgres.drop(url)
