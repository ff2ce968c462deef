from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from connector_stub import MemoryTokenStore, MovingClock, Reply, Seen, Stub

from orderbridge.connectors.base import Answer, Token
from orderbridge.connectors.ghl.agency import AgencyClient
from orderbridge.connectors.ghl.auth import Grant, OAuthApp, OAuthAuthenticator, PitAuthenticator
from orderbridge.connectors.http import HttpClient
from orderbridge.core import jsonio
from orderbridge.core.errors import InDoubtError, ReconnectError

Make = Callable[..., HttpClient]


class TokenServer:
    """Hands out pairs that work once, as HighLevel does."""

    def __init__(self, stub: Stub, *, life_s: int = 86_399, camel: bool = False) -> None:
        self.serial = 1
        self.valid = "refresh1"
        self.refreshes = 0
        self.life_s, self.camel = life_s, camel
        self.lose_answers = 0
        self.calls: list[str] = []
        stub.answer = self.answer

    def answer(self, seen: Seen) -> Reply:
        if seen.path != "/oauth/token":
            bearer = seen.headers["Authorization"].removeprefix("Bearer ")
            self.calls.append(bearer)
            if bearer == f"access{self.serial}":
                return Reply()
            return Reply(401, b'{"statusCode":401,"message":"Invalid JWT"}')
        form = dict(parse_qsl(seen.body.decode()))
        self.refreshes += 1
        if form["refresh_token"] != self.valid:
            return Reply(401, b'{"error":"UnAuthorized!","error_description":"refresh token is invalid"}')
        if self.lose_answers:
            self.lose_answers -= 1
            return Reply(502, b"")
        self.serial += 1
        self.valid = f"refresh{self.serial}"
        pair = {
            "access_token": f"access{self.serial}",
            "refresh_token": self.valid,
            "expires_in": self.life_s,
            "userType": "Location",
            "locationId": "loc1",
            "scope": "a b",
        }
        if self.camel:
            for old, new in (("access_token", "accessToken"), ("refresh_token", "refreshToken")):
                pair[new] = pair.pop(old)
            pair["expiresIn"] = pair.pop("expires_in")
        return Reply(body=jsonio.encode(pair))


def saved(clock: MovingClock, *, left_s: float) -> MemoryTokenStore:
    expires_at = clock.now() + timedelta(seconds=left_s)
    return MemoryTokenStore(Token(access="access1", refresh="refresh1", expires_at=expires_at, version=1))


def signer(
    http: HttpClient, store: MemoryTokenStore, clock: MovingClock, **more: object
) -> OAuthAuthenticator:
    return OAuthAuthenticator(OAuthApp(http, "id", "secret"), store, clock=clock, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("camel", [False, True])
async def test_a_pair_is_renewed_at_four_fifths_of_its_life_and_saved_before_use(
    http_client: Make, stub: Stub, clock: MovingClock, camel: bool
) -> None:
    server = TokenServer(stub, camel=camel)
    store = saved(clock, left_s=86_400)
    auth = signer(http_client(), store, clock)
    assert await auth.headers() == {"Authorization": "Bearer access1"}
    clock.advance(86_400 * 0.79)
    await auth.headers()
    assert server.refreshes == 0
    clock.advance(86_400 * 0.02)
    assert await auth.headers() == {"Authorization": "Bearer access2"}
    assert [token.version for token in store.saves] == [2]
    assert store.token == Token(
        access="access2",
        refresh="refresh2",
        expires_at=clock.now() + timedelta(seconds=86_399),
        version=2,
    )


async def test_many_tasks_and_processes_refresh_once(
    http_client: Make, stub: Stub, clock: MovingClock
) -> None:
    server = TokenServer(stub)
    store = saved(clock, left_s=10)
    processes = [signer(http_client(), store, clock) for _ in range(4)]
    used = await asyncio.gather(*(auth.headers() for auth in processes for _ in range(10)))
    assert server.refreshes == 1
    assert {headers["Authorization"] for headers in used} == {"Bearer access2"}


async def test_calls_refused_together_refresh_once(http_client: Make, stub: Stub, clock: MovingClock) -> None:
    server = TokenServer(stub)
    server.serial = 9  # access1 was revoked
    store = saved(clock, left_s=80_000)
    auth = signer(http_client(), store, clock)
    client = http_client(authenticator=auth)
    clock.advance(1)
    await asyncio.gather(*(client.call("GET", "/x") for _ in range(10)))
    assert server.refreshes == 1


class SlowStore:
    """A store whose second load takes until it is let go, reading before or after that."""

    def __init__(self, store: MemoryTokenStore, *, reads_first: bool) -> None:
        self._store, self._reads_first, self._loads = store, reads_first, 0
        self.let_go = asyncio.Event()
        self.save, self.refreshing = store.save, store.refreshing

    async def load(self) -> Token | None:
        self._loads += 1
        if self._loads != 2:
            # Long enough for a second one to begin.
            await asyncio.sleep(0)
            return self._store.token
        before = self._store.token
        await self.let_go.wait()
        return before if self._reads_first else self._store.token


@pytest.mark.parametrize("reads_first", [True, False])
async def test_a_slow_look_at_the_store_makes_nobody_refresh_again(
    http_client: Make, stub: Stub, clock: MovingClock, reads_first: bool
) -> None:
    server = TokenServer(stub)
    store = saved(clock, left_s=80_000)
    slow = SlowStore(store, reads_first=reads_first)
    auth, elsewhere = signer(http_client(), slow, clock), signer(http_client(), store, clock)  # type: ignore[arg-type]
    first, second = asyncio.create_task(auth.headers()), asyncio.create_task(auth.headers())
    assert await first == {"Authorization": "Bearer access1"}
    refused = Answer(401, {}, {"message": "Invalid JWT"}, "", 0.0, clock.monotonic_s())
    clock.advance(1)
    assert await elsewhere.on_unauthorised(refused)
    if reads_first:
        assert await auth.on_unauthorised(refused)
    slow.let_go.set()
    await second
    # The call that was refused was signed with the old pair, whatever is known by now.
    assert await auth.on_unauthorised(refused)
    assert await auth.headers() == {"Authorization": "Bearer access2"}
    assert server.refreshes == 1


@pytest.mark.parametrize(
    "message",
    [
        "The token is not authorized for this scope.",
        "Token's user type mismatch!",
        "version header was not found.",
        "This authClass type is not allowed to access this scope. Please update your IAM config.",
        "This route is not yet supported by the IAM Service. Please update your IAM config.",
        "The token does not have access to this location.",
    ],
)
async def test_a_401_about_something_else_than_the_token_does_not_refresh(
    http_client: Make, stub: Stub, clock: MovingClock, message: str
) -> None:
    TokenServer(stub)
    auth = signer(http_client(), saved(clock, left_s=80_000), clock)
    assert not await auth.on_unauthorised(Answer(401, {}, {"message": message}, "", 0.0))
    assert stub.seen == []


async def test_a_lost_answer_is_asked_for_again_with_the_same_token(
    http_client: Make, stub: Stub, clock: MovingClock
) -> None:
    server = TokenServer(stub)
    server.lose_answers = 1
    auth = signer(http_client(), saved(clock, left_s=10), clock)
    assert await auth.headers() == {"Authorization": "Bearer access2"}
    assert server.refreshes == 2


async def test_a_lost_pair_asks_for_a_person_and_shows_no_secret(
    http_client: Make, stub: Stub, clock: MovingClock
) -> None:
    server = TokenServer(stub)
    server.valid = "used by somebody else"
    auth = signer(http_client(), saved(clock, left_s=-1), clock)
    with pytest.raises(ReconnectError, match="pair of tokens is lost") as caught:
        await auth.headers()
    assert caught.value.cause == "ghl.pair_lost"
    for secret in ("access1", "refresh1", "secret"):
        assert secret not in str(caught.value)


async def test_work_goes_on_while_the_old_access_token_still_works(
    http_client: Make, stub: Stub, clock: MovingClock
) -> None:
    server = TokenServer(stub)
    server.valid = "used by somebody else"
    auth = signer(http_client(), saved(clock, left_s=100), clock)
    for _ in range(5):
        assert await auth.headers() == {"Authorization": "Bearer access1"}
    assert server.refreshes == 1
    clock.advance(61)
    await auth.headers()
    assert server.refreshes == 2
    clock.advance(61)
    with pytest.raises(ReconnectError):
        await auth.headers()


async def test_a_pair_that_a_person_saved_meanwhile_wins(
    http_client: Make, stub: Stub, clock: MovingClock
) -> None:
    TokenServer(stub)
    store = saved(clock, left_s=10)
    theirs = Token(access="theirs", refresh="r", expires_at=clock.now() + timedelta(days=1), version=7)

    class Overtaken(MemoryTokenStore):
        async def save(self, token: Token, *, replaces: int | None) -> bool:
            self.token = theirs
            return await super().save(token, replaces=replaces)

    auth = signer(http_client(), Overtaken(store.token), clock)
    assert await auth.headers() == {"Authorization": "Bearer theirs"}


async def test_an_agency_can_mint_a_new_token_for_a_location_whose_pair_is_lost(
    http_client: Make, stub: Stub, clock: MovingClock
) -> None:
    server = TokenServer(stub)
    server.valid = "used by somebody else"

    async def mint() -> Grant:
        return Grant.parse({"access_token": "minted", "refresh_token": "r9", "expires_in": 86_400})

    store = saved(clock, left_s=-1)
    auth = signer(http_client(), store, clock, mint=mint)
    assert await auth.headers() == {"Authorization": "Bearer minted"}
    assert store.saves[0].refresh == "r9"


async def test_no_saved_pair_asks_to_connect(http_client: Make, clock: MovingClock) -> None:
    with pytest.raises(ReconnectError, match="connect the account"):
        await signer(http_client(), MemoryTokenStore(), clock).headers()


async def test_a_code_is_exchanged_with_the_apps_secret(http_client: Make, stub: Stub) -> None:
    stub.will(
        Reply(
            body=b'{"access_token":"a","refresh_token":"r","expires_in":86399,"companyId":"co1",'
            b'"locationId":"loc1","userId":"u1","userType":"Location","scope":"x y"}'
        )
    )
    app = OAuthApp(http_client(), "id", "secret")
    grant = await app.exchange_code("code1", redirect_uri="https://me.test/cb")
    assert (grant.location_id, grant.scopes, grant.life_s) == ("loc1", ("x", "y"), 86_399)
    form = dict(parse_qsl(stub.seen[0].body.decode()))
    assert form == {
        "client_id": "id",
        "client_secret": "secret",
        "grant_type": "authorization_code",
        "code": "code1",
        "user_type": "Location",
        "redirect_uri": "https://me.test/cb",
    }


async def test_a_refused_code_says_to_install_again(http_client: Make, stub: Stub) -> None:
    stub.will(Reply(401, b'{"error":"UnAuthorized!","error_description":"Authorization code not found"}'))
    with pytest.raises(ReconnectError, match="Authorization code not found"):
        await OAuthApp(http_client(), "id", "secret").exchange_code("c", redirect_uri="https://me.test/cb")


async def test_a_token_answer_without_a_token_is_in_doubt(http_client: Make, stub: Stub) -> None:
    stub.answer = lambda _: Reply(body=b"{}")
    with pytest.raises(InDoubtError):
        await OAuthApp(http_client(), "id", "secret").refresh("r")


async def test_a_location_token_is_asked_for_with_the_agencys_token(http_client: Make, stub: Stub) -> None:
    stub.will(Reply(201, b'{"access_token":"loc","refresh_token":"r","expires_in":86400}'))
    http = http_client(authenticator=PitAuthenticator("agency"), headers={"Version": "2021-07-28"})
    grant = await AgencyClient(http, company_id="co1", app_id="id").location_token("loc1")
    assert grant.access == "loc"
    assert stub.seen[0].headers["Authorization"] == "Bearer agency"
    assert stub.seen[0].headers["Version"] == "2021-07-28"
    assert parse_qs(stub.seen[0].body.decode()) == {"companyId": ["co1"], "locationId": ["loc1"]}


def test_the_install_address_carries_scopes_and_state(clock: MovingClock) -> None:
    app = OAuthApp(None, "id-1", "secret")  # type: ignore[arg-type]
    url = app.authorize_url(redirect_uri="https://me.test/cb", scopes=["a.b", "c"], state="s1")
    query = parse_qs(urlsplit(url).query)
    assert query["scope"] == ["a.b c"]
    assert query["state"] == ["s1"]
    assert "secret" not in url


async def test_nothing_secret_shows_in_a_representation(clock: MovingClock) -> None:
    token = Token(access="tok-a", refresh="tok-r", expires_at=None, version=1)
    grant = Grant.parse({"access_token": "tok-a", "refresh_token": "tok-r"})
    app = OAuthApp(None, "id", "tok-a")  # type: ignore[arg-type]
    assert "tok-" not in repr(token) + repr(grant) + repr(app) + repr(PitAuthenticator("tok-a"))
