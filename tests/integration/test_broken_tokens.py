"""Every way in which a HighLevel token stops working has its own words and its own state, and shows no secret."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import structlog

from orderbridge.accounts.connecting import replace_secret
from orderbridge.core import log
from orderbridge.core.errors import ReconnectError, SetupError
from orderbridge.store import connections
from orderbridge.sync import poll
from support.command import orderbridge
from support.sign_in import Desk, open_desk
from support.world import GHL, MakeWorld

STUDIO = "studio"


@pytest.fixture
async def desk(make_world: MakeWorld) -> AsyncIterator[Desk]:
    async with open_desk(make_world) as opened:
        yield opened


async def ghl(desk: Desk, path: str, **body: Any) -> Any:
    return await desk.world.control("ghl", f"oauth/{path}", body)


async def secret_of(desk: Desk, name: str) -> dict[str, Any]:
    connection = await desk.connection(name)
    async with desk.world.db.begin() as tx:
        found, _ = await connections.secret(tx, desk.runtime.box, connection.id)
    return found


async def change_secret(desk: Desk, name: str, **changes: Any) -> None:
    connection = await desk.connection(name)
    async with desk.world.db.begin() as tx:
        found, _ = await connections.secret(tx, desk.runtime.box, connection.id)
        await connections.replace_secret(tx, desk.runtime.box, connection.id, found | changes, replaces=None)


async def pit_revoked(desk: Desk) -> str:
    await ghl(desk, "revoke", token=(await secret_of(desk, GHL))["token"])
    return GHL


async def pit_of_another_location(desk: Desk) -> str:
    other = (await ghl(desk, "private_token", location_id=desk.other_location))["token"]
    await change_secret(desk, GHL, token=other)
    return GHL


async def pit_of_the_agency(desk: Desk) -> str:
    await change_secret(desk, GHL, token=(await ghl(desk, "private_token", user_type="Company"))["token"])
    return GHL


async def pit_without_a_scope(desk: Desk) -> str:
    token = (await ghl(desk, "private_token", scopes=["locations.readonly"]))["token"]
    await change_secret(desk, GHL, token=token)
    return GHL


async def location_suspended(desk: Desk) -> str:
    await desk.world.faults("ghl", location_suspended=True)
    return GHL


async def signed_in(desk: Desk) -> str:
    assert (await desk.sign_in(GHL))[0] == 200
    return GHL


async def app_uninstalled(desk: Desk) -> str:
    await signed_in(desk)
    await ghl(desk, "uninstall")
    return GHL


async def pair_rotated_elsewhere(desk: Desk) -> str:
    await signed_in(desk)
    refresh = (await secret_of(desk, GHL))["refresh"]
    desk.world.sandbox.ghl.tokens.rotate(refresh)
    await ghl(desk, "end_access")
    return GHL


async def access_ended_without_refresh(desk: Desk) -> str:
    await signed_in(desk)
    ended = (desk.runtime.clock.now() - timedelta(minutes=1)).isoformat()
    await change_secret(desk, GHL, refresh=None, expires_at=ended)
    return GHL


async def suspended_while_refreshing(desk: Desk) -> str:
    await signed_in(desk)
    await ghl(desk, "end_access")
    await desk.world.faults("ghl", location_inactive={"match": "*"})
    return GHL


async def pair_of_another_location(desk: Desk) -> str:
    await desk.consent(location_id=desk.other_location)
    assert (await desk.sign_in(STUDIO))[0] == 200
    await desk.consent()
    await signed_in(desk)
    await change_secret(desk, GHL, **await secret_of(desk, STUDIO))
    return GHL


async def app_secret_changed(desk: Desk) -> str:
    await signed_in(desk)
    await ghl(desk, "end_access")
    desk.world.sandbox.ghl.oauth_client_secret = "another-secret-of-the-app"
    return GHL


@dataclass(frozen=True)
class Case:
    breaks: Callable[[Desk], Awaitable[str]]
    cause: str
    says: str


CASES = [
    Case(pit_revoked, "ghl.unauthorised", "it was revoked, or a newer one has taken its place"),
    Case(pit_of_another_location, "ghl.wrong_location", "the token belongs to another location"),
    Case(pit_of_the_agency, "ghl.wrong_token_kind", "a token of an agency is used"),
    Case(pit_without_a_scope, "ghl.scope_missing", "lacks the permission (scope)"),
    Case(location_suspended, "ghl.location_suspended", "the location is suspended"),
    Case(app_uninstalled, "ghl.pair_lost", "or the app was uninstalled"),
    Case(pair_rotated_elsewhere, "ghl.pair_lost", "it was used before"),
    Case(access_ended_without_refresh, "ghl.token_ended", "the access token has ended"),
    Case(suspended_while_refreshing, "ghl.location_suspended", "the saved ones are kept"),
    Case(pair_of_another_location, "ghl.wrong_location", "the token belongs to another location"),
    Case(app_secret_changed, "ghl.app_secret", "does not accept the marketplace app's client id and secret"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.breaks.__name__)
async def test_each_has_its_words_and_state_and_shows_no_secret(
    desk: Desk, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    log.configure(level="debug", json=True)
    try:
        name = await case.breaks(desk)
        connection = await desk.connection(name)
        # What an access token that ends in a minute is good for is not looked at here.
        client = await desk.runtime.ghl(connection.id)
        with pytest.raises(ReconnectError) as caught:
            await client.orders_page(0, 1)
        await poll.poll_connection(desk.runtime, connection)
    finally:
        log.configure(level="error")
    assert caught.value.cause == case.cause
    assert case.says in str(caught.value)
    connection = await desk.connection(name)
    assert connection.state == "reconnect"
    assert case.says in (connection.state_reason or "")

    said = [written.getvalue(), str(caught.value), repr(caught.value), repr(connection), repr(client.http)]
    for path in ("/api/status", "/metrics", "/api/public-address"):
        async with desk.world.http.get(f"{desk.url}{path}") as answer:
            said.append(await answer.text())
    for table in (
        "sign_ins",
        "inbox",
        "events",
        "runs",
        "steps",
        "intents",
        "receipts",
        "agencies",
        "apps",
        "connections",
    ):
        rows = await desk.world.rows(f"SELECT * FROM {table}")
        said += [str({key: value for key, value in row.items() if key != "secret"}) for row in rows]
    for command in ("list", "test"):
        ran = await orderbridge(
            "connections", command, "--json",
            environment=desk.world.environment | {"ORDERBRIDGE_LOG_LEVEL": "debug"},
        )  # fmt: skip
        said += [ran.out, ran.err]
    assert case.says in "".join(said[-4:])
    assert leaked(desk, said, await secret_of(desk, name)) == []


def leaked(desk: Desk, said: list[str], stored: dict[str, Any]) -> list[str]:
    world = desk.world.sandbox.ghl
    secrets = {*world.tokens._grants, *world.tokens._refreshes, *world.tokens._codes}
    secrets |= {value for key, value in stored.items() if key != "expires_at" and isinstance(value, str)}
    secrets |= {world.oauth_client_secret, desk.world.sandbox.details["oauth_client_secret"]}
    assert len(secrets) > 3
    return [secret for secret in secrets if any(secret in text for text in said)]


async def test_a_location_that_is_switched_on_again_works_again_by_itself(desk: Desk) -> None:
    await suspended_while_refreshing(desk)
    connection = await desk.connection(GHL)
    assert (await poll.poll_connection(desk.runtime, connection)).error
    await desk.world.faults("ghl", location_inactive=0)
    assert (await poll.poll_connection(desk.runtime, connection)).error is None
    assert (await desk.connection(GHL)).state == "ok"


async def test_a_token_of_the_same_location_takes_over(desk: Desk) -> None:
    await pit_revoked(desk)
    token = (await ghl(desk, "private_token"))["token"]
    ran = await orderbridge(
        "connections", "replace-token", GHL, "--token-stdin", environment=desk.world.environment, stdin=token
    )
    assert ran.code == 0, ran.err
    assert (await secret_of(desk, GHL))["token"] == token
    connection = await desk.connection(GHL)
    assert (await poll.poll_connection(desk.runtime, connection)).error is None


@pytest.mark.parametrize(
    ("token", "says"),
    [
        ({"location_id": "other"}, "this token is of another one; nothing was changed: the old token stays"),
        ({"user_type": "Company"}, "a token of an agency"),
        ({"scopes": ["locations.readonly"]}, "lacks the scopes contacts.readonly, payments/orders.readonly"),
        (None, "it was revoked"),
    ],
)
async def test_a_token_that_is_not_this_locations_is_refused_and_the_old_one_stays(
    desk: Desk, token: dict[str, Any] | None, says: str
) -> None:
    before = await secret_of(desk, GHL)
    given = "pit-00000000-0000-0000-0000-000000000000"
    if token is not None:
        if token.get("location_id"):
            token = {"location_id": desk.other_location}
        given = (await ghl(desk, "private_token", **token))["token"]
    with pytest.raises(ReconnectError) as caught:
        await replace_secret(desk.runtime, GHL, given)
    assert says in str(caught.value)
    if token and token.get("location_id"):
        assert desk.location in str(caught.value)
    assert given not in str(caught.value)
    assert await secret_of(desk, GHL) == before
    assert (await desk.connection(GHL)).state == "ok"


async def test_what_is_signed_in_by_a_browser_is_told_to_sign_in_again(desk: Desk) -> None:
    await signed_in(desk)
    with pytest.raises(SetupError, match=f"connect ghl --oauth --name {GHL}"):
        await replace_secret(desk.runtime, GHL, "pit-whatever")
    agency = await desk.agency()
    await desk.connect(agency, desk.location_of_agency, STUDIO)
    with pytest.raises(SetupError, match="connect ghl --agency"):
        await replace_secret(desk.runtime, STUDIO, "pit-whatever")


def test_the_log_is_what_the_test_listens_to() -> None:
    # The set above would prove nothing if nothing were written.
    written = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", written)
        log.configure(level="debug", json=True)
        structlog.get_logger().warning("a word", token="secret-word")
    log.configure(level="error")
    (line,) = written.getvalue().splitlines()
    assert json.loads(line)["token"] == "[hidden]"
