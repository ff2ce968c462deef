from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from orderbridge.connectors.reach import Allowed
from support.operations import Operations


@dataclass
class Service:
    """A web service on this machine, which the owner listed."""

    url: str
    bodies: list[Any] = field(default_factory=list)
    fails: int = 0


@pytest_asyncio.fixture(loop_scope="module")
async def service(ops: Operations) -> AsyncIterator[Service]:
    made = Service("")

    async def answer(request: web.Request) -> web.Response:
        made.bodies.append(await request.text())
        if made.fails:
            made.fails -= 1
            return web.Response(status=500)
        return web.json_response({"key": request.headers.get("X-Key"), "query": dict(request.query)})

    app = web.Application()
    app.router.add_route("*", "/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    runtime = ops.world.application.runtime
    runtime.allowed = replace(Allowed(), hosts=frozenset({"127.0.0.1"}))
    yield made
    runtime.allowed = Allowed()
    await runner.cleanup()


@pytest.mark.covers("core.http.request@1")
async def test_a_service_is_called_and_no_value_of_a_header_or_the_query_is_stored(
    ops: Operations, service: Service
) -> None:
    secrets = {"headers": {"X-Key": "hush-1"}, "query": {"k": "hush-2"}}

    read = await ops.run("core.http.request", method="GET", url=service.url, **secrets)
    sent = await ops.run(
        "core.http.request", method="POST", url=service.url, json={"password": "hush-3"}, **secrets
    )

    assert read["json"] == {"key": "hush-1", "query": {"k": "hush-2"}}
    assert sent["status"] == 200
    assert service.bodies == ["", '{"password":"hush-3"}']
    kept = str(await ops.world.rows("SELECT input FROM steps"))
    kept += str(await ops.world.rows("SELECT wanted FROM intents"))
    assert "X-Key" in kept
    assert "hush" not in kept


async def test_what_writes_is_sent_once_however_often_the_call_is_repeated(
    ops: Operations, service: Service
) -> None:
    service.fails = 1
    with pytest.raises(Exception, match="may have been carried out"):
        await ops.run("core.http.request", call_id="pay", method="POST", url=service.url, text="1")
    with pytest.raises(Exception, match="was sent by an earlier attempt"):
        await ops.run("core.http.request", call_id="pay", method="POST", url=service.url, text="1")

    assert service.bodies == ["1"]


async def test_a_preview_shows_the_request_and_sends_nothing(ops: Operations, service: Service) -> None:
    shown = await ops.preview(
        "core.http.request", method="DELETE", url=service.url, headers={"X-Key": "hush"}
    )

    assert shown["would_write"]["request"]["method"] == "DELETE"
    assert "hush" not in str(shown)
    assert service.bodies == []


async def test_this_machine_is_refused_where_the_owner_did_not_list_it(ops: Operations) -> None:
    message = await ops.refused("core.http.request", method="GET", url="http://127.0.0.1:9/")

    assert "ORDERBRIDGE_HTTP_ALLOW" in message
