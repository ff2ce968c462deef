from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import aiohttp
import pytest
from connector_stub import MovingClock, Reply, Stub

from orderbridge.connectors.base import Answer
from orderbridge.connectors.http import HttpClient
from orderbridge.connectors.permit import before_sending
from orderbridge.core.errors import (
    InDoubtError,
    NotFoundError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    SetupError,
    TransientError,
)

Make = Callable[..., HttpClient]


class Renewing:
    """Signs with a counter: each renewal makes the next token."""

    def __init__(self, *, renews: bool = True) -> None:
        self.serial = 1
        self.renews = renews
        self.asked = 0

    async def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer token-{self.serial}"}

    async def on_unauthorised(self, answer: Answer) -> bool:
        self.asked += 1
        self.serial += self.renews
        return self.renews


async def test_money_comes_and_goes_with_all_its_digits(http_client: Make, stub: Stub) -> None:
    stub.will(Reply(body=b'{"amount": 150.10, "count": 3}'))
    answer = await http_client().call("POST", "/x", body={"amount": Decimal("0.10")})
    assert answer.body == {"amount": Decimal("150.10"), "count": 3}
    assert str(answer.body["amount"]) == "150.10"
    assert stub.seen[0].body == b'{"amount":0.10}'


async def test_absent_parameters_are_left_out_and_the_rest_is_quoted(http_client: Make, stub: Stub) -> None:
    stub.will(Reply())
    params = {"$filter": "a eq 'O''Neil & Söhne'", "gone": None, "n": 5, "at": "2026-01-01T00:00:00+01:00"}
    await http_client().call("GET", "/x", params=params)
    assert stub.seen[0].query == {
        "$filter": "a eq 'O''Neil & Söhne'",
        "n": "5",
        "at": "2026-01-01T00:00:00+01:00",
    }


async def test_a_read_is_repeated_through_a_bad_spell(
    http_client: Make, stub: Stub, clock: MovingClock
) -> None:
    stub.will(Reply(502, b"<html>Bad gateway</html>", content_type="text/html"), Reply(500), Reply())
    assert (await http_client().call("GET", "/x")).ok
    assert len(stub.seen) == 3
    assert len(clock.slept) == 2


async def test_a_read_that_keeps_failing_is_left_to_the_engine(http_client: Make, stub: Stub) -> None:
    stub.answer = lambda _: Reply(503, b"")
    with pytest.raises(TransientError, match="503"):
        await http_client().call("GET", "/x")
    assert len(stub.seen) == 4


@pytest.mark.parametrize("reply", [Reply(500), Reply(502, b""), Reply(504), Reply(drop=True)])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_write_without_a_clear_answer_is_in_doubt_and_sent_once(
    http_client: Make, stub: Stub, reply: Reply, method: str
) -> None:
    stub.answer = lambda _: reply
    with pytest.raises(InDoubtError, match="looked up before anything is sent again"):
        await http_client().call(method, "/x", body={})
    assert len(stub.seen) == 1


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_broken_kept_connection_does_not_repeat_a_write_behind_our_back(
    http_client: Make, stub: Stub, method: str
) -> None:
    client = http_client()
    stub.will(Reply(), Reply(drop=True), Reply())
    await client.call("GET", "/warm")
    with pytest.raises(InDoubtError):
        await client.call(method, "/x", body={})
    assert [seen.path for seen in stub.seen] == ["/warm", "/x"]


async def test_a_lost_read_is_repeated(http_client: Make, stub: Stub) -> None:
    stub.will(Reply(drop=True), Reply(body=b'{"a":1}'))
    assert (await http_client().call("GET", "/x")).body == {"a": 1}


async def test_a_write_that_never_left_is_repeated_and_then_given_up_without_doubt(
    http_client: Make, clock: MovingClock
) -> None:
    client = http_client(base_url="http://127.0.0.1:1")
    with pytest.raises(TransientError, match="4 attempts") as caught:
        await client.call("POST", "/x", body={})
    assert not isinstance(caught.value, InDoubtError)
    assert len(clock.slept) == 3


async def test_a_write_that_is_not_answered_in_time_is_in_doubt(http_client: Make, stub: Stub) -> None:
    released = asyncio.Event()

    async def never(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await released.wait()
        writer.close()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        client = http_client(base_url=f"http://127.0.0.1:{port}", timeout_s=0.5)
        with pytest.raises(InDoubtError, match=r"no answer within 0\.5 s"):
            await client.call("POST", "/x", body={})
        released.set()


@pytest.mark.parametrize(("method", "body"), [("POST", {"a": 1}), ("DELETE", None)])
async def test_a_write_that_stops_being_ours_while_it_waits_for_a_connection_is_not_sent(
    http_client: Make, stub: Stub, method: str, body: dict[str, int] | None
) -> None:
    ours = True

    async def permit() -> None:
        if not ours:
            raise TransientError("the lease ran out", cause="lane.lost")

    class Freezing(aiohttp.TCPConnector):
        async def connect(self, *given: Any, **named: Any) -> Any:
            connection = await super().connect(*given, **named)
            nonlocal ours
            ours = False
            return connection

    token = before_sending.set(permit)
    pool = Freezing()
    try:
        with pytest.raises(TransientError, match="the lease ran out") as caught:
            await http_client(connector=pool).call(method, "/x", body=body)
        assert not isinstance(caught.value, InDoubtError)
    finally:
        before_sending.reset(token)
        await pool.close()
    assert stub.seen == []


async def test_too_many_calls_are_waited_out_as_long_as_the_server_asks(
    http_client: Make, stub: Stub, clock: MovingClock
) -> None:
    stub.will(Reply(429, headers={"Retry-After": "7"}), Reply())
    assert (await http_client().call("POST", "/x", body={})).ok
    assert 7 <= sum(clock.slept) < 8


async def test_too_many_calls_without_an_explanation_cost_one_window(
    http_client: Make, stub: Stub, clock: MovingClock
) -> None:
    limits = {"X-RateLimit-Max": "100", "X-RateLimit-Remaining": "0"}
    stub.will(Reply(429, headers=limits | {"X-RateLimit-Interval-Milliseconds": "10000"}), Reply())
    assert (await http_client().call("GET", "/x")).ok
    assert 10 <= sum(clock.slept) < 12


async def test_a_pause_longer_than_our_patience_is_handed_to_the_engine(
    http_client: Make, stub: Stub
) -> None:
    stub.will(Reply(429, headers={"Retry-After": "3600"}))
    with pytest.raises(RateLimitedError) as caught:
        await http_client().call("GET", "/x")
    assert caught.value.retry_after_s == 3600


async def test_a_401_renews_the_credentials_once_and_repeats_even_a_write(
    http_client: Make, stub: Stub
) -> None:
    signer = Renewing()
    stub.will(Reply(401, b'{"message":"Invalid JWT"}'), Reply(201))
    assert (await http_client(authenticator=signer).call("POST", "/x", body={})).status == 201
    assert [seen.headers["Authorization"] for seen in stub.seen] == ["Bearer token-1", "Bearer token-2"]


async def test_a_second_401_asks_for_a_person(http_client: Make, stub: Stub) -> None:
    signer = Renewing()
    stub.answer = lambda _: Reply(401, b'{"message":"Invalid JWT"}')
    with pytest.raises(ReconnectError):
        await http_client(authenticator=signer).call("GET", "/x")
    assert signer.asked == 1
    assert len(stub.seen) == 2


async def test_secrets_stay_out_of_errors(http_client: Make, stub: Stub) -> None:
    stub.will(Reply(400, b'{"message":["bad header Bearer abcdefghijk.lmnop"],"traceId":"t-1"}'))
    with pytest.raises(RejectedError, match="trace t-1") as caught:
        await http_client(authenticator=Renewing()).call("POST", "/x", body={"password": "hunter2"})
    assert "abcdefghijk" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (Reply(422, b'{"message":["a must be","b must be"]}'), RejectedError, "a must be; b must be"),
        (Reply(404, b'{"status":404,"message":"Order not found","name":"HttpException"}'), NotFoundError, ""),
        (Reply(400, b'{"message":"Unable to find an invoice"}'), NotFoundError, "Unable to find"),
        (Reply(400, b'{"error":{"code":"x","message":"nested"}}'), RejectedError, "nested"),
        (Reply(400, b"<html><title>Oops</title></html>", content_type="text/html"), RejectedError, "Oops"),
        (Reply(400, b""), RejectedError, "no explanation"),
        (Reply(401, b'{"message":"version header was not found."}'), SetupError, "2021-07-28"),
        (Reply(401, b'{"message":"Token\'s user type mismatch!"}'), ReconnectError, "agency"),
        (Reply(403, b'{"message":"The token does not have access to this location."}'), ReconnectError, ""),
        (Reply(302, headers={"Location": "http://elsewhere/"}), RejectedError, "302"),
    ],
)
async def test_a_refusal_names_who_can_act(
    http_client: Make, stub: Stub, reply: Reply, error: type[Exception], words: str
) -> None:
    stub.will(reply)
    with pytest.raises(error, match=words or None):
        await http_client().call("POST", "/x", body={})
    assert len(stub.seen) == 1


async def test_many_calls_leave_nothing_behind(http_client: Make, stub: Stub) -> None:
    stub.answer = lambda _: Reply()
    client = http_client()
    for _ in range(50):
        await client.call("GET", "/x")
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(300):
        stub.seen.clear()
        await client.call("GET", "/x")
    gc.collect()
    assert len(gc.get_objects()) - before < 150


async def test_no_more_calls_are_under_way_than_allowed(http_client: Make) -> None:
    busy = most = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal busy, most
        while await reader.readuntil(b"\r\n\r\n"):
            busy += 1
            most = max(most, busy)
            for _ in range(20):
                await asyncio.sleep(0)
            busy -= 1
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
            await writer.drain()
            writer.close()
            return

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        client = http_client(
            base_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", max_concurrent=3
        )
        await asyncio.gather(*(client.call("GET", "/x") for _ in range(30)))
    assert most <= 3


async def test_the_log_tells_the_kind_of_path_and_no_payload(
    http_client: Make, stub: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    from orderbridge.core import log

    log.configure(level="debug", json=True)
    try:
        stub.will(Reply())
        await http_client().call(
            "POST", "/payments/orders/66f1a2b3c4d5e6f7a8b9c0d1/record-payment", body={"n": 1}
        )
    finally:
        logging.getLogger().handlers.clear()
        log.configure(level="warning")
    line = capsys.readouterr().err
    assert "/payments/orders/{id}/record-payment" in line
    assert "66f1a2b3" not in line
