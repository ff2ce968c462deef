"""One request to a service that we know nothing about."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web

from orderbridge.connectors.reach import Allowed
from orderbridge.connectors.web import Web, WebRequest
from orderbridge.core.clock import SystemClock
from orderbridge.core.errors import FlowError, InDoubtError, RateLimitedError, RejectedError, TransientError


@dataclass
class Service:
    """A web service on this machine."""

    port: int = 0
    seen: list[web.Request] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made = Service()

    async def answer(request: web.Request) -> web.StreamResponse:
        made.seen.append(request)
        name = request.match_info["name"]
        if name == "away":
            return web.Response(status=302, headers={"Location": made.url("/json")})
        if name == "busy":
            return web.Response(status=429, headers={"Retry-After": "7"})
        if name == "large":
            return web.Response(body=b"x" * 5000)
        if name == "silent":
            await asyncio.sleep(30)
        if name == "cut":
            assert request.transport is not None
            request.transport.close()
        if name.isdigit():
            return web.Response(status=int(name))
        if name == "json":
            return web.Response(text='{"amount": 0.10}', content_type="application/json")
        return web.Response(text="héllo", charset="latin-1", headers={"Set-Cookie": "session=1"})

    app = web.Application()
    app.router.add_route("*", "/{name}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.port = runner.addresses[0][1]
    yield made
    await runner.cleanup()


def client(allow: str = "127.0.0.1", **names: list[str]) -> Web:
    async def resolve(host: str, _port: int) -> list[str]:
        return names[host.replace(".", "_")]

    return Web(SystemClock(), Allowed.parse(allow), resolve)


async def send(to: Web, url: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    return await to.send(WebRequest(method=method, url=url, **more))


async def test_json_comes_back_exact_and_cookies_do_not(service: Service) -> None:
    found = await send(client(), service.url("/json"), query={"a": "b c"})
    text = await send(client(), service.url("/text"))

    assert found["json"] == {"amount": Decimal("0.10")}
    assert service.seen[0].query == {"a": "b c"}
    assert text["text"] == "héllo"
    assert "set-cookie" not in text["headers"]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "127.1", "①②⑦.⓪.⓪.①"],
)
async def test_this_machine_cannot_be_called_unless_it_is_listed(service: Service, host: str) -> None:
    with pytest.raises(FlowError):
        await send(client("", localhost=["127.0.0.1"]), service.url("/json", host))

    assert service.seen == []


async def test_a_name_is_asked_for_once_and_the_checked_address_is_the_one_that_is_called(
    service: Service,
) -> None:
    asked: list[str] = []

    async def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        # An attacker's name server: the first answer is for the check, the second for the call.
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    listed = Web(SystemClock(), Allowed.parse("127.0.0.1"), rebinding)
    found = await send(listed, service.url("/json", "shop.example"))

    assert found["status"] == 200
    assert asked == ["shop.example"]
    assert service.seen[0].headers["Host"] == f"shop.example:{service.port}"


@pytest.mark.parametrize(
    "url",
    [
        "file:" + "///etc/passwd", "ftp://example.com/x", "//example.com", "http://", "http://user:pw@example.com/",
        "http://@127.0.0.1/", "https://example.com/?token=1", "not a url", "http://[::1/",
    ],
)  # fmt: skip
async def test_a_url_that_is_not_plainly_web_is_refused(url: str) -> None:
    with pytest.raises(FlowError):
        await send(client(), url)


@pytest.mark.parametrize("headers", [{"Host": "x"}, {"X-A": "a\r\nX-B: b"}, {"Transfer-Encoding": "chunked"}])
async def test_headers_that_change_the_connection_are_refused(
    service: Service, headers: dict[str, str]
) -> None:
    with pytest.raises(FlowError, match="header"):
        await send(client(), service.url("/json"), headers=headers)


async def test_a_redirect_is_an_answer_and_is_not_followed(service: Service) -> None:
    with pytest.raises(RejectedError, match="redirects are not followed"):
        await send(client(), service.url("/away"))
    shown = await send(client(), service.url("/away"), expected=frozenset({302}))

    assert shown["headers"]["location"].endswith("/json")
    assert len(service.seen) == 2


async def test_an_answer_that_is_too_large_is_refused_or_left_out_where_it_answers_a_write(
    service: Service,
) -> None:
    with pytest.raises(RejectedError, match="more than 1000 bytes"):
        await send(client(), service.url("/large"), most_bytes=1000)
    written = await send(client(), service.url("/large"), "POST", most_bytes=1000)

    assert (written["truncated"], written["text"]) == (True, "")


@pytest.mark.parametrize(
    ("path", "reading", "writing"),
    [
        ("/404", RejectedError, RejectedError),
        ("/500", TransientError, InDoubtError),
        ("/cut", TransientError, InDoubtError),
        ("/silent", TransientError, InDoubtError),
        ("/busy", RateLimitedError, RateLimitedError),
    ],
)
async def test_what_a_failure_means_depends_on_whether_it_could_have_written(
    service: Service, path: str, reading: type[Exception], writing: type[Exception]
) -> None:
    for method, wanted in (("GET", reading), ("POST", writing)):
        with pytest.raises(wanted) as caught:
            await send(client(), service.url(path), method, timeout_s=0.5 if path == "/silent" else 60)
        assert type(caught.value) is wanted


async def test_a_call_that_never_left_may_be_made_again(service: Service) -> None:
    with pytest.raises(TransientError) as caught:
        await send(client(), "http://127.0.0.1:1/x", "POST")

    assert not isinstance(caught.value, InDoubtError)


async def test_a_request_does_not_show_its_secrets() -> None:
    request = WebRequest(
        method="GET", url="https://x", headers={"X-Key": "hush"}, query={"k": "hush"}, body=b"hush"
    )

    assert "hush" not in repr(request)
