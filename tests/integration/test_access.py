"""Signing in over HTTP: who gets in, for how long, and what those who should not are told."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import argon2
import pytest
import pytest_asyncio

from orderbridge.core import log
from orderbridge.core.clock import ManualClock
from orderbridge.core.ids import random_id
from orderbridge.store import api_tokens, migrate
from support.browsers import PASSWORD, Browser, bookkeeper, first_link, owner
from support.postgres import ScratchPostgres
from support.world import World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOUR_S, DAY_S = 3600.0, 86_400.0
CLOCK = ManualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(
    scratch_postgres: ScratchPostgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[World, str]]:
    url = await scratch_postgres.fresh_database(migrate.upgrade)
    async with (
        open_world(url, tmp_path_factory.mktemp("access") / "data", clock=CLOCK, flows=()) as world,
        world.hooks() as at,
    ):
        yield world, at
    await scratch_postgres.drop(url)


@pytest_asyncio.fixture(loop_scope="module")
async def nobody(served: tuple[World, str]) -> Browser:
    """A browser at an installation that has no user yet."""
    world, at = served
    await world.db.pool.execute("TRUNCATE users, invitations, sessions, guesses, api_tokens CASCADE")
    return Browser(world, at)


@pytest_asyncio.fixture(loop_scope="module")
async def olga(nobody: Browser) -> Browser:
    return await owner(nobody.world, nobody.url)


async def test_the_first_owner_is_made_by_the_printed_link_and_there_is_no_other_way_in(
    nobody: Browser,
) -> None:
    told = await nobody.no("session.first_run", "GET", "/api/session")
    assert (nobody.status, told["first_run"]) == (401, True)
    await nobody.no("sign_in.wrong", "POST", "/api/session", {"name": "admin", "password": "admin"})

    link = await first_link(nobody.world)
    token = {"token": link.partition("#")[2]}
    looked = await nobody.ok("POST", "/api/join/look", token)
    assert (looked["name"], looked["role"], looked["sets"]) == (None, "owner", "account")
    begun = await nobody.join(link, "Olga")

    assert (begun["name"], begun["role"], begun["first_run"]) == ("Olga", "owner", False)
    assert await nobody.ok("GET", "/api/session") == begun
    assert nobody.headers["Cache-Control"] == "no-store"
    told = await nobody.another().no("session.missing", "GET", "/api/session")
    assert told["first_run"] is False


async def test_a_link_that_was_refused_for_its_name_or_password_is_still_good(nobody: Browser) -> None:
    word = (await first_link(nobody.world)).partition("#")[2]
    for body, cause in (
        ({"name": "Olga", "password": "short"}, "password.short"),
        ({"name": "Olga Petrowa", "password": "olga petrowa"}, "password.name"),
        ({"name": "a/b", "password": PASSWORD}, "user.name"),
        ({"password": PASSWORD}, "user.name"),
    ):
        await nobody.no(cause, "POST", "/api/join", {"token": word} | body)
        assert (nobody.status, nobody.word) == (422, None)

    await nobody.ok("POST", "/api/join", {"token": word, "name": "Olga", "password": PASSWORD})


async def test_a_link_works_once(olga: Browser) -> None:
    link = (await olga.ok("POST", "/api/users/invitations", {"name": "Bert", "role": "bookkeeper"}))["link"]
    assert olga.status == 201
    await olga.another().join(link)

    body = {"token": link.partition("#")[2], "name": "Bert", "password": PASSWORD}
    told = await olga.another().no("invitation.spent", "POST", "/api/join", body)
    assert "used" in told["message"]
    await olga.another().no("invitation.spent", "POST", "/api/join/look", {"token": body["token"]})


@pytest.mark.parametrize("first", [True, False])
async def test_of_two_browsers_with_one_link_at_the_same_moment_one_gets_in(
    nobody: Browser, first: bool
) -> None:
    if first:
        link, names = await first_link(nobody.world), ("Olga", "Mallory")
    else:
        olga = await owner(nobody.world, nobody.url)
        link = (await olga.ok("POST", "/api/users/invitations", {"name": "Bert", "role": "owner"}))["link"]
        names = ("Bert", "bert")
    browsers = [nobody.another(), nobody.another()]
    word = link.partition("#")[2]

    await asyncio.gather(
        *(
            browser("POST", "/api/join", {"token": word, "name": name, "password": PASSWORD})
            for browser, name in zip(browsers, names, strict=True)
        )
    )

    assert sorted(browser.status for browser in browsers) == [200, 403]
    assert len(await nobody.world.rows("SELECT FROM users WHERE role = 'owner'")) == (1 if first else 2)


async def test_two_links_for_the_first_owner_make_one_owner(nobody: Browser) -> None:
    one, other = await first_link(nobody.world), await first_link(nobody.world)
    await nobody.join(one, "Olga")

    body = {"token": other.partition("#")[2], "name": "Mallory", "password": PASSWORD}
    await nobody.another().no("invitation.spent", "POST", "/api/join", body)


async def test_a_link_ends_after_a_day(olga: Browser) -> None:
    made = await olga.ok("POST", "/api/users/invitations", {"name": "Bert", "role": "owner"})
    assert datetime.fromisoformat(made["expires_at"]) == CLOCK.now() + timedelta(hours=24)
    token = {"token": made["link"].partition("#")[2]}
    CLOCK.advance(DAY_S - 1)
    await olga.another().ok("POST", "/api/join/look", token)
    CLOCK.advance(1)

    await olga.another().no("invitation.spent", "POST", "/api/join", token | {"password": PASSWORD})


async def test_a_newer_link_replaces_the_older_one_and_a_link_is_for_its_name(olga: Browser) -> None:
    old = (await olga.ok("POST", "/api/users/invitations", {"name": "Bert", "role": "owner"}))["link"]
    new = (await olga.ok("POST", "/api/users/invitations", {"name": "bert", "role": "bookkeeper"}))["link"]

    body = {"token": old.partition("#")[2], "password": PASSWORD}
    await olga.another().no("invitation.spent", "POST", "/api/join", body)
    body = {"token": new.partition("#")[2], "name": "Olga", "password": PASSWORD}
    await olga.another().no("invitation.other_name", "POST", "/api/join", body)
    assert (await olga.another().join(new))["role"] == "bookkeeper"


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(olga: Browser) -> None:
    browser = olga.another()
    begun = await browser.sign_in(" olga ")

    assert begun["name"] == "Olga"
    assert browser.cookie is not None
    assert browser.cookie["httponly"]
    assert browser.cookie["samesite"].lower() == "strict"
    assert browser.cookie["path"] == "/"
    assert not browser.cookie["secure"]
    assert int(browser.cookie["max-age"]) == 30 * DAY_S


async def test_signing_out_ends_the_session_wherever_the_cookie_was_copied_to(olga: Browser) -> None:
    copied = Browser(olga.world, olga.url, word=olga.word, csrf=olga.csrf)
    await copied.ok("GET", "/api/users")

    await olga.ok("DELETE", "/api/session")

    assert (olga.status, olga.word) == (204, None)
    await copied.no("session.ended", "GET", "/api/users")
    assert copied.status == 401
    await copied.no("session.ended", "DELETE", "/api/session")


async def test_signing_in_again_in_a_browser_ends_its_earlier_session(olga: Browser) -> None:
    before = Browser(olga.world, olga.url, word=olga.word)
    await olga.sign_in("Olga")

    await before.no("session.ended", "GET", "/api/session")
    await olga.ok("GET", "/api/session")


async def test_a_wrong_password_and_an_unknown_name_look_alike(olga: Browser) -> None:
    stranger = olga.another()

    wrong = await stranger.no(
        "sign_in.wrong", "POST", "/api/session", {"name": "Olga", "password": PASSWORD + "!"}
    )
    headers = {name: value for name, value in stranger.headers.items() if name.lower() != "date"}
    unknown = await stranger.no(
        "sign_in.wrong", "POST", "/api/session", {"name": "Nobody", "password": PASSWORD}
    )

    assert wrong == unknown
    assert headers == {name: value for name, value in stranger.headers.items() if name.lower() != "date"}
    assert stranger.status == 401
    assert stranger.word is None


@pytest.mark.parametrize("name", ["Olga", "Nobody"])
async def test_whoever_guesses_waits_longer_and_longer_and_is_then_let_in(olga: Browser, name: str) -> None:
    stranger = olga.another()
    wrong, right = {"name": name, "password": "wrong"}, {"name": "Olga", "password": PASSWORD}
    for _ in range(5):
        await stranger.no("sign_in.wrong", "POST", "/api/session", wrong)
    for waits in (30, 60, 120, 240, 480, 900, 900):
        told = await stranger.no("sign_in.too_often", "POST", "/api/session", wrong)
        assert (stranger.status, stranger.headers["Retry-After"]) == (429, str(waits))
        assert told["title"] == "Too many tries"
        CLOCK.advance(waits - 1)
        # The right password too, and trying too early makes nothing longer.
        await stranger.no("sign_in.too_often", "POST", "/api/session", right)
        CLOCK.advance(1)
        await stranger.no("sign_in.wrong", "POST", "/api/session", wrong)
    CLOCK.advance(900)

    await stranger.ok("POST", "/api/session", right)
    # A success is the end of the row, for this address and for the name that got in.
    await stranger.another().sign_in("Olga")
    await stranger.another().no("sign_in.wrong", "POST", "/api/session", right | {"password": "wrong"})


async def test_of_many_guesses_at_the_same_moment_none_comes_for_free(olga: Browser) -> None:
    browsers = [olga.another() for _ in range(12)]

    await asyncio.gather(
        *(browser("POST", "/api/session", {"name": "Olga", "password": "wrong"}) for browser in browsers)
    )

    assert sorted(browser.status for browser in browsers) == [401] * 5 + [429] * 7


async def test_guesses_under_many_names_count_for_the_address_and_a_day_later_for_nobody(
    olga: Browser,
) -> None:
    for number in range(5):
        body = {"name": f"name {number}", "password": "wrong"}
        await olga.another().no("sign_in.wrong", "POST", "/api/session", body)
    await olga.another().no("sign_in.too_often", "POST", "/api/session", {"name": "new", "password": "wrong"})
    CLOCK.advance(2 * DAY_S)

    await olga.another().no("sign_in.wrong", "POST", "/api/session", {"name": "new", "password": "wrong"})
    assert len(await olga.world.rows("SELECT FROM guesses")) == 2


async def test_a_session_ends_when_nobody_has_used_it_for_twelve_hours(olga: Browser) -> None:
    CLOCK.advance(12 * HOUR_S - 1)
    shown = await olga.ok("GET", "/api/session")
    assert datetime.fromisoformat(shown["expires_at"]) == CLOCK.now() + timedelta(hours=12)
    CLOCK.advance(12 * HOUR_S - 1)
    await olga.ok("GET", "/api/users")
    CLOCK.advance(12 * HOUR_S)

    await olga.no("session.ended", "GET", "/api/users")


async def test_a_session_ends_after_thirty_days_however_much_it_is_used(olga: Browser) -> None:
    for _ in range(59):
        CLOCK.advance(12 * HOUR_S - 60)
        await olga.ok("GET", "/api/users")
    left = timedelta(days=30) - 59 * timedelta(hours=12, seconds=-60)
    CLOCK.advance(left.total_seconds() - 1 - 11 * HOUR_S)
    await olga.ok("GET", "/api/users")
    CLOCK.advance(11 * HOUR_S)
    assert (await olga.ok("GET", "/api/session"))["name"] == "Olga"
    CLOCK.advance(1)

    await olga.no("session.ended", "GET", "/api/users")
    await olga.another().sign_in("Olga")
    assert len(await olga.world.rows("SELECT FROM sessions")) == 1


async def test_another_password_ends_ones_other_sessions_only(olga: Browser) -> None:
    bert = await bookkeeper(olga)
    elsewhere = bert.another()
    await elsewhere.sign_in("Bert")
    await bert.no(
        "password.wrong", "POST", "/api/session/password", {"old": "wrong", "new": "another long one"}
    )
    await bert.no("password.short", "POST", "/api/session/password", {"old": PASSWORD, "new": "short"})
    await elsewhere.ok("GET", "/api/session")

    done = await bert.ok("POST", "/api/session/password", {"old": PASSWORD, "new": "another long one"})

    assert done == {"ended": 1}
    await bert.ok("GET", "/api/session")
    await olga.ok("GET", "/api/session")
    await elsewhere.no("session.ended", "GET", "/api/session")
    await elsewhere.no("sign_in.wrong", "POST", "/api/session", {"name": "Bert", "password": PASSWORD})
    await elsewhere.sign_in("Bert", "another long one")
    assert await bert.ok("DELETE", "/api/sessions") == {"ended": 1}
    await elsewhere.no("session.ended", "GET", "/api/session")
    await bert.ok("GET", "/api/session")


async def test_guessing_the_old_password_is_slowed_down_too(olga: Browser) -> None:
    body = {"old": "wrong", "new": "another long one"}
    for _ in range(5):
        await olga.no("password.wrong", "POST", "/api/session/password", body)

    await olga.no("sign_in.too_often", "POST", "/api/session/password", body | {"old": PASSWORD})


async def test_a_forgotten_password_is_set_anew_by_a_link_and_all_sessions_end(olga: Browser) -> None:
    bert = await bookkeeper(olga)
    for _ in range(5):
        await bert.another().no(
            "sign_in.wrong", "POST", "/api/session", {"name": "Bert", "password": "forgotten"}
        )
    made = await olga.ok("POST", "/api/users/bert/password-link")
    await bert.ok("GET", "/api/session")
    stranger = bert.another()
    looked = await stranger.ok("POST", "/api/join/look", {"token": made["link"].partition("#")[2]})
    assert (looked["name"], looked["role"], looked["sets"]) == ("Bert", "bookkeeper", "password")

    begun = await stranger.join(made["link"], password="another long one")

    assert (begun["name"], begun["role"]) == ("Bert", "bookkeeper")
    await bert.no("session.ended", "GET", "/api/session")
    await olga.ok("GET", "/api/session")
    assert len(await olga.world.rows("SELECT FROM users")) == 2
    await olga.no("user.missing", "POST", "/api/users/nobody/password-link")
    assert olga.status == 404


async def test_a_removed_user_is_out_at_once_and_another_role_counts_at_once(olga: Browser) -> None:
    bert = await bookkeeper(olga)
    await bert.no("access.role", "POST", "/api/resume")
    assert await olga.ok("PATCH", "/api/users/bert", {"role": "owner"}) == {"name": "Bert", "role": "owner"}
    await bert.ok("POST", "/api/resume")
    reset = (await olga.ok("POST", "/api/users/bert/password-link"))["link"]

    await olga.ok("DELETE", "/api/users/Bert")

    await bert.no("session.ended", "GET", "/api/users")
    await bert.no("sign_in.wrong", "POST", "/api/session", {"name": "Bert", "password": PASSWORD})
    body = {"token": reset.partition("#")[2], "password": PASSWORD}
    await bert.no("invitation.spent", "POST", "/api/join", body)
    await olga.no("user.missing", "DELETE", "/api/users/Bert")


async def test_the_last_owner_stays(olga: Browser) -> None:
    await bookkeeper(olga)
    for method, body in (("DELETE", None), ("PATCH", {"role": "bookkeeper"})):
        told = await olga.no("user.last_owner", method, "/api/users/olga", body)
        assert olga.status == 409
        assert "orderbridge users role NAME owner" in told["message"]
    await olga.ok("PATCH", "/api/users/olga", {"role": "owner"})


async def test_of_two_owners_who_remove_each_other_at_the_same_moment_one_stays(olga: Browser) -> None:
    link = (await olga.ok("POST", "/api/users/invitations", {"name": "Otto", "role": "owner"}))["link"]
    otto = olga.another()
    await otto.join(link)

    await asyncio.gather(
        olga("DELETE", "/api/users/Otto"), otto("PATCH", "/api/users/Olga", {"role": "bookkeeper"})
    )

    assert len(await olga.world.rows("SELECT FROM users WHERE role = 'owner'")) == 1


async def test_the_list_shows_who_is_there_and_who_is_invited(olga: Browser) -> None:
    await bookkeeper(olga)
    await olga.ok("POST", "/api/users/invitations", {"name": "Carla", "role": "owner"})

    rows = await olga.ok("GET", "/api/users")

    assert [
        (row["name"], row["role"], row["created_at"] is None, row["invited_until"] is None) for row in rows
    ] == [
        ("Bert", "bookkeeper", False, True),
        ("Carla", "owner", True, False),
        ("Olga", "owner", False, True),
    ]
    await olga.no("user.exists", "POST", "/api/users/invitations", {"name": "BERT", "role": "owner"})
    await olga.ok("DELETE", "/api/users/carla")
    assert [row["name"] for row in await olga.ok("GET", "/api/users")] == ["Bert", "Olga"]


async def test_a_hash_with_old_parameters_is_made_anew_at_the_next_sign_in(olga: Browser) -> None:
    old = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    await olga.world.db.pool.execute("UPDATE users SET password_hash = $1", old)

    await olga.another().sign_in("Olga")

    [row] = await olga.world.rows("SELECT password_hash FROM users")
    assert argon2.extract_parameters(row["password_hash"]).memory_cost == 65536
    await olga.another().sign_in("Olga")


async def test_who_acts_is_kept_by_name(olga: Browser) -> None:
    async with olga.world.db.begin() as tx:
        token = await api_tokens.create(tx, random_id, name="shop")
    program = Browser(olga.world, olga.url, more={"Authorization": f"Bearer {token}"})
    flow = {
        "flow": "by-hand",
        "title": "By hand",
        "trigger": "core.manual.started@1",
        "steps": [{"id": "end", "stop": "nothing"}],
    }
    for browser, by in ((olga, "Olga"), (program, "API token shop")):
        body = {"definition": flow, "source": "act", "target": "act", "replace": True}
        assert (await browser.ok("POST", "/api/flows", body))["changed_by"] == by


async def test_no_secret_gets_into_a_log_or_lies_in_the_database(
    nobody: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    log.configure(level="debug", json=True)
    try:
        link = await first_link(nobody.world)
        await nobody.join(link, "Olga")
        invited = (await nobody.ok("POST", "/api/users/invitations", {"name": "Bert", "role": "owner"}))[
            "link"
        ]
        # Into the wrong field, as it happens.
        mistyped = {"name": "typed into the wrong field", "password": "wrong"}
        await nobody.another().no("sign_in.wrong", "POST", "/api/session", mistyped)
        broken = {"name": "Olga", "password": ["a password in a list"]}
        told = await nobody.another().no("request.malformed", "POST", "/api/session", broken)
        assert "in a list" not in str(told)
    finally:
        log.configure(level="error")
    secrets = [
        nobody.word,
        nobody.csrf,
        PASSWORD,
        mistyped["name"],
        link.partition("#")[2],
        invited.partition("#")[2],
    ]
    kept = await everything_in(nobody.world)

    assert "a try to sign in failed" in written.getvalue()
    assert "Olga" in kept
    for secret in secrets:
        assert secret
        assert secret not in written.getvalue()
        assert secret not in kept


async def everything_in(world: World) -> str:
    tables = await world.rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    texts = [
        str(row["whole"])
        for table in tables
        for row in await world.rows(f'SELECT t::text AS whole FROM "{table["name"]}" t')
    ]
    return "\n".join(texts)


async def test_a_cookie_that_is_no_session_is_nobody(olga: Browser) -> None:
    for word in ("obs_wrong", "x", "obs_" + "x" * 5000):
        stranger = Browser(olga.world, olga.url, word=word, csrf="x")
        await stranger.no("session.ended", "GET", "/api/users")
