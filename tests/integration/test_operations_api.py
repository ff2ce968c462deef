"""The HTTP API of the catalogue: the same rows, results and refusals as the command line and Python."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from orderbridge.api import problems
from orderbridge.catalogue import listing
from orderbridge.catalogue.registry import operation
from orderbridge.core import jsonio
from orderbridge.core.errors import (
    FlowError,
    HeldError,
    InDoubtError,
    NotFoundError,
    OrderBridgeError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    SetupError,
)
from orderbridge.core.ids import random_id
from orderbridge.engine import operations
from orderbridge.store import api_tokens, migrate
from support.command import orderbridge
from support.postgres import ScratchPostgres
from support.world import World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
COUPON = {
    "name": "Spring", "code": "OVERHTTP", "discount_type": "percentage", "discount_value": 10,
    "start_date": "2026-03-01T00:00:00Z",
}  # fmt: skip


@dataclass
class Api:
    world: World
    url: str
    token: str

    async def __call__(
        self, path: str, body: Any = None, *, token: str | None = "", raw: bytes | None = None
    ) -> tuple[int, Any]:
        """Ask with the token unless told another; returns status and decoded answer."""
        token = self.token if token == "" else token
        # What is too long is refused before it was all sent, and such a connection is of no use to the next call.
        headers = {"Connection": "close"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = raw if raw is not None else None if body is None else jsonio.encode(body)
        method = "GET" if data is None else "POST"
        async with self.world.http.request(method, f"{self.url}{path}", data=data, headers=headers) as answer:
            self.headers = answer.headers
            return answer.status, jsonio.decode(await answer.read())

    async def coupons(self, code: str) -> int:
        _, found = await self("/api/operations/ghl.coupon.list/call", {"input": {"search": code}})
        return int(found["count"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(
    scratch_postgres: ScratchPostgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Api]:
    url = await scratch_postgres.fresh_database(migrate.upgrade)
    folder: Path = tmp_path_factory.mktemp("api")
    small: dict[str, Any] = {"flows": (), "webhook_max_body_bytes": 65_536}
    async with open_world(url, folder / "data", **small) as world, world.hooks() as served:
        async with world.http.get(f"{served}/api/operations") as answer:
            # Before the first token is made, for the test of that.
            first = (answer.status, jsonio.decode(await answer.read()))
        async with world.db.begin() as tx:
            token = await api_tokens.create(tx, random_id, name="tests")
        opened = Api(world, served, token)
        opened.first = first  # type: ignore[attr-defined]
        yield opened
    await scratch_postgres.drop(url)


async def test_without_any_token_the_answer_says_how_to_make_one(api: Api) -> None:
    status, problem = api.first  # type: ignore[attr-defined]

    assert status == 401
    assert "None was made yet. 'orderbridge tokens create NAME'" in problem["message"]


@pytest.mark.parametrize("token", [None, "obt_wrong", "x" * 5000])
@pytest.mark.parametrize(
    "path", ["/api/operations", "/api/operations/core.text.case@1", "/api/operations/no.such@1/call"]
)
async def test_nothing_is_shown_or_done_without_a_valid_token(api: Api, token: str | None, path: str) -> None:
    status, problem = await api(path, {} if path.endswith("call") else None, token=token)

    assert status == 401
    assert api.headers["WWW-Authenticate"] == "Bearer"
    assert api.headers["Content-Type"] == "application/problem+json"
    assert problem["cause"] in ("token.missing", "token.invalid")
    assert token is None or token not in json.dumps(problem)


async def test_a_revoked_token_is_refused_at_once_and_only_hashes_are_stored(api: Api) -> None:
    async with api.world.db.begin() as tx:
        other = await api_tokens.create(tx, random_id, name="gone")
    assert (await api("/api/operations/core.text.case", token=other))[0] == 200
    stored = await api.world.rows("SELECT * FROM api_tokens")
    assert other not in str(stored)
    assert {row["name"]: row["last_used_at"] is not None for row in stored}["gone"] is True

    async with api.world.db.begin() as tx:
        await api_tokens.revoke(tx, "gone")

    assert (await api("/api/operations/core.text.case", token=other))[0] == 401


async def test_command_line_http_and_python_show_the_same_rows(api: Api) -> None:
    status, over_http = await api("/api/operations?system=core&kind=action&tier=curated&search=money")
    ran = await orderbridge(
        "ops", "list", "--system", "core", "--kind", "action", "--tier", "curated", "--search", "money", "--json",
        environment=api.world.environment,
    )  # fmt: skip
    in_python = list(listing.rows(system="core", kind="action", tier="curated", search="money"))

    assert status == 200
    assert len(over_http) >= 4
    assert over_http == ran.json == in_python
    _, everything = await api("/api/operations")
    assert everything == jsonio.decode(jsonio.encode(list(listing.rows())))
    _, shown = await api("/api/operations/core.money.add@1")
    assert shown == jsonio.decode(jsonio.encode(listing.whole(operation("core.money.add@1"))))


async def test_command_line_http_and_python_give_the_same_result_to_the_last_digit(api: Api) -> None:
    given = {
        "amounts": [{"amount": Decimal(x), "currency": "USD"} for x in ("0.1", "0.2", "12345678901234.56")]
    }
    status, over_http = await api("/api/operations/core.money.add@1/call", {"input": given})
    ran = await orderbridge(
        "ops", "call", "core.money.add@1", "--input", jsonio.encode(given).decode(), "--json",
        environment=api.world.environment,
    )  # fmt: skip
    in_python = await operations.call(api.world.application.runtime, "core.money.add@1", given, [])

    assert status == 200
    assert over_http == jsonio.decode(ran.out) == in_python
    assert over_http["amount"] == Decimal("12345678901234.86")


async def test_a_call_is_made_once_under_its_call_id_and_proved(api: Api) -> None:
    body = {"input": COUPON, "call_id": "order 17"}

    first = await api("/api/operations/ghl.coupon.create@1/call", body)
    again = await api("/api/operations/ghl.coupon.create@1/call", body)

    assert first == again
    assert first[0] == 200
    assert first[1]["verdict"] == "confirmed"
    assert await api.coupons("OVERHTTP") == 1


async def test_one_call_id_of_two_operations_is_two_calls(api: Api) -> None:
    one = {"input": {"text": "Ada", "case": "upper"}, "call_id": "same"}
    other = {"input": {"text": "Ada", "separator": "d"}, "call_id": "same"}

    assert (await api("/api/operations/core.text.case/call", one))[1] == {"text": "ADA"}
    assert (await api("/api/operations/core.text.split/call", other))[1] == {"parts": ["A", "a"]}


async def test_a_preview_writes_nothing(api: Api) -> None:
    body = {"input": COUPON | {"code": "LOOKED"}, "preview": True}

    status, shown = await api("/api/operations/ghl.coupon.create@1/call", body)

    assert status == 200
    assert shown["would_write"]["wanted"]["code"] == "LOOKED"
    assert await api.coupons("LOOKED") == 0


async def test_what_needs_consent_is_refused_until_it_is_given(api: Api) -> None:
    _, made = await api("/api/operations/ghl.coupon.create/call", {"input": COUPON | {"code": "CONSENT"}})
    body = {"input": {"coupon_id": made["id"]}}

    status, problem = await api("/api/operations/ghl.coupon.delete/call", body)
    assert (status, problem["cause"]) == (403, "flow.consent_missing")
    assert await api.coupons("CONSENT") == 1

    status, _ = await api("/api/operations/ghl.coupon.delete/call", body | {"allow": ["deletes"]})
    assert status == 200
    assert await api.coupons("CONSENT") == 0


@pytest.mark.parametrize(
    ("path", "raw", "status", "says"),
    [
        ("no.such.thing/call", b"{}", 404, "there is no operation 'no.such.thing'"),
        ("core.text.case/call", b"{", 422, "no JSON"),
        ("core.text.case/call", b"[]", 422, "expected object"),
        ("core.text.case/call", b'{"inputs": {}}', 422, "unknown 'inputs'"),
        ("core.text.case/call", b'{"input": {"text": 1, "case": "upper"}}', 422, "$.text: expected string"),
        ("core.text.case/call", b'{"allow": ["everything"]}', 422, "$.allow[0]"),
        ("ghl.order.get/call", b'{"input": {"order_id": "x"}, "ghl": "nobody"}', 409, "named 'nobody'"),
        ("ghl.order.get/call", b'{"input": {"order_id": "6a1b2c3d4e5f60718293a4b5"}}', 404, ""),
        ("ghl.order.changed/call", b"{}", 422, "is a trigger"),
    ],
    ids=str,
)
async def test_a_refusal_has_its_status_and_says_what_to_do(
    api: Api, path: str, raw: bytes, status: int, says: str
) -> None:
    answered, problem = await api(f"/api/operations/{path}", raw=raw)

    assert answered == problem["status"] == status
    assert says in problem["message"]
    assert problem["cause"]


async def test_a_call_that_is_too_large_is_refused(api: Api) -> None:
    status, problem = await api("/api/operations/core.text.case/call", raw=b" " * 70_000)

    assert status == 413
    assert "65536 bytes" in problem["message"]


async def test_a_nul_is_no_reason_to_fail_after_a_call_was_made(api: Api) -> None:
    path = "/api/operations/core.text.case/call"
    wanted = {"input": {"text": "a\0b", "case": "upper"}, "call_id": "with a \0"}
    assert await api(path, wanted) == (200, {"text": "A\ufffdB"})
    status, problem = await api(path, wanted | {"ghl": "nobody\0"})
    assert (status, problem["cause"]) == (409, "connection.missing")


async def test_a_filter_that_does_not_exist_is_refused(api: Api) -> None:
    status, problem = await api("/api/operations?system=mars")

    assert status == 422
    assert "system" in problem["message"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (FlowError("m"), 422),
        (FlowError("m", cause="flow.denied"), 403),
        (SetupError("m"), 409),
        (SetupError("m", cause="setup.schema_old"), 503),
        (RejectedError("m"), 422),
        (NotFoundError("m"), 404),
        (ReconnectError("m"), 409),
        (HeldError("m"), 409),
        (InDoubtError("m"), 503),
        (OrderBridgeError("m"), 500),
    ],
    ids=lambda item: type(item).__name__ if isinstance(item, Exception) else str(item),
)
async def test_the_status_says_who_can_act(error: OrderBridgeError, status: int) -> None:
    assert problems.of_error(error).status_code == status


async def test_a_used_up_budget_says_when_to_come_back() -> None:
    answer = problems.of_error(RateLimitedError("m", retry_after_s=2.1))

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")


async def test_the_description_names_the_token_the_body_and_the_refusals(api: Api) -> None:
    _, described = await api("/openapi.json", token=None)

    call = described["paths"]["/api/operations/{ref}/call"]["post"]
    assert call["security"] == [{"token": []}, {"session": []}]
    body = call["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["properties"]) == {"input", "ghl", "act", "allow", "preview", "call_id"}
    assert {"401", "403", "422", "429", "503"} <= set(call["responses"])


async def test_calls_at_the_same_time_do_not_mix(api: Api) -> None:
    bodies = [{"input": {"text": f"text {number}", "case": "upper"}} for number in range(30)]

    answers = await asyncio.gather(*(api("/api/operations/core.text.case/call", body) for body in bodies))

    assert [answer["text"] for _, answer in answers] == [f"TEXT {number}" for number in range(30)]


async def test_tokens_are_made_listed_and_revoked_on_the_command_line(api: Api) -> None:
    async def run(*arguments: str) -> Any:
        return await orderbridge("tokens", *arguments, environment=api.world.environment)

    made = await run("create", "shop", "--json")
    assert (await api("/api/operations/core.text.case", token=made.json["token"]))[0] == 200
    assert "named 'shop' already" in (await run("create", "shop")).err
    listed = await run("list", "--json")
    assert "shop" in [row["name"] for row in listed.json]
    assert made.json["token"] not in listed.out
    assert (await run("revoke", "shop")).code == 0
    assert (await api("/api/operations/core.text.case", token=made.json["token"]))[0] == 401
    assert "no API token named 'shop'" in (await run("revoke", "shop")).err


async def test_the_status_page_stays_open_and_shows_no_secret(api: Api) -> None:
    status, shown = await api("/api/status", token=None)

    assert status == 200
    assert api.world.sandbox.details["pit_token"] not in json.dumps(shown, default=str)
    async with aiohttp.ClientSession() as http, http.get(f"{api.url}/healthz") as answer:
        assert answer.status == 200


@pytest.mark.parametrize("path", ["/api/status", "/metrics", "/api/public-address"])
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("evil.example", 421),
        ("127.0.0.1.evil.example:8765", 421),
        ("localhost.evil.example", 421),
        ("evil_one.example.", 421),
        ("localhost:8765", 200),
        ("127.0.0.1", 200),
        ("[::1]:8765", 200),
        ("orderbridge", 200),
    ],
)
async def test_a_web_page_that_lets_its_own_name_lead_here_reads_nothing(
    api: Api, path: str, name: str, status: int
) -> None:
    async with api.world.http.get(f"{api.url}{path}", headers={"Host": name}) as answer:
        assert answer.status == status
        if status == 421:
            assert "ORDERBRIDGE_PUBLIC_URL" in await answer.text()


@pytest.mark.parametrize(
    "path", ["/hooks/echo", "/hooks/ghl", "/api/operations/core.text.case@1/call", "/api/runs/replay"]
)
async def test_no_address_reads_an_endless_body(api: Api, path: str) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * 65_536

    headers = {"Authorization": f"Bearer {api.token}"}
    async with api.world.http.post(f"{api.url}{path}", data=endless(), headers=headers) as answer:
        assert answer.status == 413


async def test_our_own_name_is_the_public_addresss_and_counts_only_where_others_cannot_reach_us() -> None:
    from starlette.requests import Request

    from orderbridge.api.names import OwnNames, StrangeNameError

    def asked_as(name: str) -> Request:
        headers = [(b"host", name.encode())]
        return Request(
            {
                "type": "http",
                "path": "/",
                "query_string": b"",
                "headers": headers,
                "scheme": "http",
                "server": ("127.0.0.1", 1),
            }
        )

    ours = OwnNames("127.0.0.1", "https://orders.example.com")
    await ours(asked_as("Orders.example.com"))
    with pytest.raises(StrangeNameError):
        await ours(asked_as("evil.example"))
    await OwnNames("0.0.0.0", None)(asked_as("orderbridge.shop.svc.cluster.local"))
