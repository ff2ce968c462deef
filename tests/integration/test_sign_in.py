"""Signing in at HighLevel in a browser: once, by whoever began it, and only for the account that was meant."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from orderbridge.accounts.oauth import LIFE
from orderbridge.accounts.scopes import SYNC_SCOPES
from orderbridge.core.clock import ManualClock
from orderbridge.store import sign_ins
from orderbridge.sync import poll
from support.command import orderbridge, start
from support.patience import PATIENCE_S
from support.sign_in import Browser, Desk, open_desk
from support.world import GHL, TEMPLATE, MakeWorld

_SANDBOX_APP = ("--oauth", "--mode", "sandbox", "--client-id", "x", "--base-url", "http://127.0.0.1:9")


@pytest.fixture
async def desk(make_world: MakeWorld) -> AsyncIterator[Desk]:
    async with open_desk(make_world) as opened:
        yield opened


async def state_of(browser: Browser, open_url: str) -> str:
    """Set out and return the state that would go along."""
    async with browser.http.get(open_url, allow_redirects=False) as answer:
        assert answer.status == 302
        return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


async def code(desk: Desk) -> str:
    return str((await desk.world.control("ghl", "oauth/authorize", {}))["code"])


async def test_a_location_is_connected_from_the_command_line_to_the_first_poll(desk: Desk) -> None:
    details = desk.world.sandbox.details
    await desk.consent(location_id=desk.other_location)
    environment = desk.world.environment | {"ORDERBRIDGE_PUBLIC_URL": desk.url}
    process = await start(
        "connect", "ghl", "--oauth", "--name", "studio", "--client-id", details["oauth_client_id"],
        "--client-secret-stdin", "--mode", "sandbox", "--timeout-s", "60", "--json",
        environment=environment,
    )  # fmt: skip
    assert process.stdin
    assert process.stderr
    process.stdin.write(details["oauth_client_secret"].encode() + b"\n")
    await process.stdin.drain()
    said = []
    while not said or "start?start=" not in said[-1]:
        line = (await asyncio.wait_for(process.stderr.readline(), PATIENCE_S)).decode()
        assert line, said
        said.append(line)
    assert f"redirect address: {desk.url}/connect/ghl/callback" in "".join(said)
    assert all(scope in "".join(said) for scope in SYNC_SCOPES)
    async with desk.browser() as browser:
        status, text = await browser.go(said[-1].strip())
    assert (status, "studio is connected" in text) == (200, True)
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    assert process.returncode == 0, err
    shown = json.loads(out)
    assert (shown["ok"], shown["location"], shown["bound_by"]) == (True, desk.other_location, "state")

    connection = await desk.connection("studio")
    assert (connection.mode, connection.state, connection.account) == ("sandbox", "ok", desk.other_location)
    assert (await poll.poll_connection(desk.runtime, connection)).error is None
    listed = await orderbridge("connections", "test", "--json", environment=environment)
    assert {row["name"]: row["ok"] for row in listed.json} == {
        "public address": False,  # it is this machine's own name
        "act": True,
        "highlevel": True,
        "studio": True,
    }


async def test_a_sandbox_sign_in_goes_to_the_stand_in_that_is_named_and_never_to_highlevel(
    desk: Desk,
) -> None:
    details = desk.world.sandbox.details
    environment = desk.world.environment | {"ORDERBRIDGE_PUBLIC_URL": desk.url}
    asked = ("connect", "ghl", "--oauth", "--name", "studio", "--mode", "sandbox", "--no-wait", "--json",
             "--client-id", "another-app", "--client-secret-stdin")  # fmt: skip
    refused = await orderbridge(*asked, environment=environment, stdin="made up")
    assert (refused.code, "--base-url" in refused.err) == (1, True)

    # Named later, for an app that is stored, it counts; the consent page is the stand-in's own.
    for base_url in ("http://127.0.0.1:9", details["ghl_url"]):
        ran = await orderbridge(*asked, "--base-url", base_url, environment=environment, stdin="made up")
        assert ran.code == 0, ran.err
    assert ran.json["public_address"] is None
    async with desk.world.http.get(ran.json["open"], allow_redirects=False) as answer:
        assert answer.headers["Location"].startswith(f"{details['ghl_url']}/v2/oauth/chooselocation?")


async def test_scopes_are_those_of_the_flows_in_use(make_world: MakeWorld) -> None:
    async with open_desk(make_world, flows=(TEMPLATE,)) as desk:
        begun = await desk.begin("studio")
    assert set(SYNC_SCOPES) <= set(begun.scopes)
    assert not any(scope.startswith("oauth.") for scope in begun.scopes)


async def test_without_a_public_address_the_command_says_what_to_do_and_what_it_costs(desk: Desk) -> None:
    ran = await orderbridge(
        "connect", "ghl", "--oauth", "--name", "x", "--client-id", "a-b", environment=desk.world.environment
    )
    assert ran.code == 1
    for part in ("ORDERBRIDGE_PUBLIC_URL", "--token-stdin", "next poll", "tax and shipping"):
        assert part in ran.err
    ran = await orderbridge(
        "connect", "ghl", "--oauth", "--name", "x", "--client-id", "a-b",
        environment=desk.world.environment | {"ORDERBRIDGE_PUBLIC_URL": desk.url},
    )  # fmt: skip
    assert "must be https" in ran.err


async def test_the_state_is_kept_as_a_hash_and_works_once(desk: Desk) -> None:
    await desk.consent(location_id=desk.other_location)
    begun = await desk.begin("studio")
    grant = await desk.world.control("ghl", "oauth/authorize", {"location_id": desk.other_location})
    async with desk.browser() as browser:
        state = await state_of(browser, begun.open_url)
        (row,) = await desk.world.rows("SELECT * FROM sign_ins")
        assert row["state_hash"] == hashlib.sha256(state.encode()).hexdigest()
        assert state not in json.dumps(row, default=str)
        back = f"{desk.url}/connect/ghl/callback?code={grant['code']}&state={state}"
        assert (await browser.go(back))[0] == 200
        again = f"{desk.url}/connect/ghl/callback?code={await code(desk)}&state={state}"
        status, text = await browser.go(again)
    assert (status, "used before" in text) == (400, True)
    assert await desk.named() == {GHL, "studio"}


@pytest.mark.parametrize("given", ["", "state=wrong", "state=", "error=access_denied"])
async def test_a_browser_that_nobody_sent_stores_nothing(desk: Desk, given: str) -> None:
    await desk.begin("studio")
    async with desk.browser() as browser:
        status, text = await browser.go(f"{desk.url}/connect/ghl/callback?code={await code(desk)}&{given}")
    assert status == 400
    assert "Nothing was stored" in text
    assert "orderbridge connect ghl --oauth" in text
    assert await desk.named() == {GHL}


async def test_a_wrong_state_is_not_made_good_by_a_cookie(desk: Desk) -> None:
    begun = await desk.begin("studio")
    async with desk.browser() as browser:
        await browser.http.get(begun.open_url, allow_redirects=False)
        status, _ = await browser.go(f"{desk.url}/connect/ghl/callback?code={await code(desk)}&state=wrong")
    assert status == 400
    assert await desk.named() == {GHL}


async def test_a_state_that_somebody_overheard_is_of_no_use_in_another_browser(desk: Desk) -> None:
    await desk.consent(location_id=desk.other_location)
    begun = await desk.begin("studio")
    async with desk.browser() as browser, desk.browser() as other:
        state = await state_of(browser, begun.open_url)
        back = f"{desk.url}/connect/ghl/callback?state={state}&code="
        status, text = await other.go(back + await code(desk))
        assert (status, "did not set out from here" in text) == (400, True)
        assert await desk.named() == {GHL}
        # Nor does it keep the right one from coming back.
        grant = await desk.world.control("ghl", "oauth/authorize", {"location_id": desk.other_location})
        assert (await browser.go(back + grant["code"]))[0] == 200
    assert await desk.named() == {GHL, "studio"}


async def test_two_sign_ins_in_one_browser_do_not_disturb_each_other(desk: Desk) -> None:
    one, two = await desk.begin("one"), await desk.begin("two")
    async with desk.browser() as browser:
        states = [await state_of(browser, begun.open_url) for begun in (one, two)]
        without = f"{desk.url}/connect/ghl/callback?code={await code(desk)}"
        assert (await browser.go(without))[0] == 400
        grant = await desk.world.control("ghl", "oauth/authorize", {"location_id": desk.other_location})
        back = f"{desk.url}/connect/ghl/callback?code={grant['code']}&state={states[0]}"
        assert (await browser.go(back))[0] == 200
    assert await desk.named() == {GHL, "one"}


async def test_whatever_highlevel_says_is_noted_and_nothing_of_a_sign_in_shows_in_a_repr(desk: Desk) -> None:
    begun = await desk.begin("studio")
    async with desk.browser() as browser:
        state = await state_of(browser, begun.open_url)
        status, _ = await browser.go(f"{desk.url}/connect/ghl/callback?error=%00%ED%A0%80&state={state}")
    assert status == 400
    (row,) = await desk.world.rows("SELECT outcome FROM sign_ins")
    assert "did not let the app in" in str(row["outcome"])
    assert begun.open_url.rpartition("=")[2] not in repr(begun)


async def test_where_the_state_does_not_come_back_the_browsers_cookie_proves_it(desk: Desk) -> None:
    await desk.world.faults("ghl", oauth_state_returned=False)
    await desk.consent(location_id=desk.other_location)
    begun = await desk.begin("studio")
    async with desk.browser() as browser:
        status, text = await browser.go(begun.open_url)
    assert (status, "did not return the state" in text) == (200, True)
    async with desk.world.db.begin() as tx:
        journey = await sign_ins.by_id(tx, begun.id)
    assert journey is not None
    assert journey.outcome is not None
    assert journey.outcome["bound_by"] == "cookie"
    assert "studio" in await desk.named()


async def test_the_start_address_works_for_one_browser_only(desk: Desk) -> None:
    begun = await desk.begin("studio")
    async with desk.browser() as one, desk.browser() as other:
        first = await one.http.get(begun.open_url, allow_redirects=False)
        strange = await other.http.get(begun.open_url, allow_redirects=False)
        again = await one.http.get(begun.open_url, allow_redirects=False)
        nobody = await other.http.get(f"{desk.url}/connect/ghl/start", allow_redirects=False)
    assert [answer.status for answer in (first, strange, again, nobody)] == [302, 403, 302, 403]
    cookie = first.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_fifteen_minutes_later_a_sign_in_is_over(make_world: MakeWorld) -> None:
    clock = ManualClock(datetime.now(UTC))
    async with open_desk(make_world, clock=clock) as desk:
        opened, unopened = await desk.begin("studio"), await desk.begin("studio")
        async with desk.browser() as browser:
            state = await state_of(browser, opened.open_url)
            clock.advance(LIFE.total_seconds())
            assert (await browser.go(unopened.open_url))[0] == 403
            back = f"{desk.url}/connect/ghl/callback?code={await code(desk)}&state={state}"
            assert (await browser.go(back))[0] == 400
        assert await desk.named() == {GHL}


async def test_what_highlevel_says_is_shown_as_text_on_a_page_that_runs_nothing(desk: Desk) -> None:
    begun = await desk.begin("studio")
    async with desk.browser() as browser:
        state = await state_of(browser, begun.open_url)
        status, text = await browser.go(
            f"{desk.url}/connect/ghl/callback?error=%3Cscript%3Ealert(1)%3C/script%3E&state={state}"
        )
        policy = browser.headers["Content-Security-Policy"]
    assert status == 400
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert policy.startswith("default-src 'none'")
    assert browser.headers["Referrer-Policy"] == "no-referrer"
    assert await desk.named() == {GHL}


async def test_a_person_who_says_no_is_told_to_begin_again(desk: Desk) -> None:
    await desk.consent(deny=True)
    status, text = await desk.sign_in("studio")
    assert (status, "The person said no" in text) == (400, True)
    assert await desk.named() == {GHL}


async def test_signing_in_again_renews_the_same_location(desk: Desk) -> None:
    await desk.world.db.pool.execute("UPDATE connections SET state = 'reconnect' WHERE name = $1", GHL)
    status, text = await desk.sign_in(GHL)
    assert (status, "works again" in text) == (200, True)
    connection = await desk.connection(GHL)
    assert (connection.state, connection.config["oauth_app"]) == ("ok", desk.app.id)
    # From the private token to the pair, in the process that had it open.
    assert (await (await desk.runtime.ghl(connection.id)).location()).id == desk.location


async def test_another_location_is_refused_with_both_names_and_nothing_changes(desk: Desk) -> None:
    before = await desk.world.rows("SELECT secret, config FROM connections WHERE name = $1", GHL)
    await desk.consent(location_id=desk.other_location)
    status, text = await desk.sign_in(GHL)
    assert status == 400
    assert desk.location in text
    assert desk.other_location in text
    assert await desk.world.rows("SELECT secret, config FROM connections WHERE name = $1", GHL) == before
    # And the same location under a second name is no second connection.
    await desk.consent(location_id=desk.location)
    status, text = await desk.sign_in("second")
    assert (status, "connected already" in text) == (400, True)
    assert await desk.named() == {GHL}


async def test_a_scope_that_was_not_granted_is_named_with_the_way_to_add_it(desk: Desk) -> None:
    granted = [scope for scope in SYNC_SCOPES if scope != "payments/subscriptions.readonly"]
    await desk.consent(location_id=desk.other_location, scopes=granted)
    status, text = await desk.sign_in("studio")
    assert status == 200
    for part in ("payments/subscriptions.readonly", "new version of the marketplace app", "sign in again"):
        assert part in text
    connection = await desk.connection("studio")
    assert connection.state == "degraded"
    assert "payments/subscriptions.readonly" in (connection.state_reason or "")


@pytest.mark.parametrize(("chosen", "agency"), [("Company", False), ("Location", True)])
async def test_the_wrong_kind_of_user_is_told_which_one_was_wanted(
    desk: Desk, chosen: str, agency: bool
) -> None:
    await desk.consent(user_type=chosen)
    status, text = await desk.sign_in("studio", agency=agency)
    assert (status, "nothing was stored" in text) == (400, True)
    assert await desk.named() == {GHL}
    assert await desk.world.rows("SELECT * FROM agencies") == []


async def test_a_lost_answer_to_the_code_is_told(desk: Desk) -> None:
    await desk.consent(location_id=desk.other_location)
    await desk.world.faults("ghl", drop_after_write={"count": 1, "match": "POST /oauth/token"})
    status, text = await desk.sign_in("studio")
    assert status == 400
    assert "studio" not in await desk.named()
    assert text


async def test_no_secret_reaches_pages_tables_or_the_status(desk: Desk) -> None:
    await desk.consent(location_id=desk.other_location)
    begun = await desk.begin("studio")
    async with desk.browser() as browser:
        _, text = await browser.go(begun.open_url)
    stored: dict[str, Any] = {}
    for table in ("sign_ins", "apps", "connections"):
        rows = await desk.world.rows(f"SELECT * FROM {table}")
        stored[table] = [{key: value for key, value in row.items() if key != "secret"} for row in rows]
    async with desk.world.http.get(f"{desk.url}/api/status") as answer:
        shown = text + json.dumps(stored, default=str) + await answer.text()
    tokens = desk.world.sandbox.ghl.tokens
    secrets = [*tokens._grants, *tokens._refreshes, desk.world.sandbox.details["oauth_client_secret"]]
    assert len(secrets) > 4
    assert [secret for secret in secrets if secret in shown] == []


async def test_the_way_can_be_shown_without_waiting_and_a_known_app_needs_no_secret(desk: Desk) -> None:
    environment = desk.world.environment | {"ORDERBRIDGE_PUBLIC_URL": desk.url}
    ran = await orderbridge(
        "connect", "ghl", "--oauth", "--name", "studio", "--mode", "sandbox", "--no-wait", "--json",
        environment=environment,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    shown = ran.json
    assert shown["redirect_uri"] == f"{desk.url}/connect/ghl/callback"
    assert shown["scopes"] == sorted(SYNC_SCOPES)
    await desk.consent(location_id=desk.other_location)
    async with desk.browser() as browser:
        assert (await browser.go(shown["open"]))[0] == 200
    # Signing in again needs neither the app nor the mode to be said again.
    again = await orderbridge(
        "connect", "ghl", "--oauth", "--name", "studio", "--no-wait", "--json", environment=environment
    )
    async with desk.browser() as browser:
        assert "works again" in (await browser.go(again.json["open"]))[1]


async def test_nobody_comes(desk: Desk) -> None:
    ran = await orderbridge(
        "connect", "ghl", "--oauth", "--name", "studio", "--mode", "sandbox", "--timeout-s", "1",
        environment=desk.world.environment | {"ORDERBRIDGE_PUBLIC_URL": desk.url},
    )  # fmt: skip
    assert ran.code == 1
    assert "nobody came back within 1 s; nothing was stored" in ran.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--oauth",), "give --name for one location, or --agency for an agency"),
        (
            ("--oauth", "--name", "a", "--agency", "b"),
            "give --name for one location, or --agency for an agency",
        ),
        (("--oauth", "--name", "act", "--mode", "sandbox"), "is here already and is act"),
        (("--oauth", "--name", "highlevel", "--mode", "sandbox", "--client-id", "x"), "--base-url"),
        ((*_SANDBOX_APP, "--name", "highlevel"), "client secret"),
        (("--oauth", "--name", "a", "--mode", "real"), "it can be live, test, sandbox"),
        (("--agency", "nobody", "--all"), "no agency is connected yet"),
        (("--agency", "a"), "--all for all of them"),
        (("--agency", "a", "--location", "b"), "give the connection a --name"),
        (("--name", "a"), "say what to connect"),
    ],
)
async def test_what_was_forgotten_is_told(desk: Desk, arguments: tuple[str, ...], says: str) -> None:
    ran = await orderbridge(
        "connect", "ghl", *arguments,
        environment=desk.world.environment | {"ORDERBRIDGE_PUBLIC_URL": desk.url},
    )  # fmt: skip
    assert ran.code == 1
    assert says in ran.err
    assert ran.err.count("\n") <= 7
