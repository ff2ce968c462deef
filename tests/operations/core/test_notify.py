from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from orderbridge.connectors.reach import Allowed
from orderbridge.core.errors import HeldError, OrderBridgeError, RejectedError
from orderbridge.core.ids import random_id
from support.operations import Operations

SECRET = "s3cr3t-in-the-address"


@dataclass
class Receiver:
    """Where messages arrive, on this machine; the owner listed it."""

    port: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    paths: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/{SECRET}"


@pytest_asyncio.fixture(loop_scope="module")
async def receiver(ops: Operations) -> AsyncIterator[Receiver]:
    made = Receiver()

    async def take(request: web.Request) -> web.Response:
        made.paths.append(request.path)
        made.messages.append(await request.json())
        return web.Response(status=made.status, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.port = runner.addresses[0][1]
    runtime = ops.world.application.runtime
    runtime.allowed = Allowed.parse("127.0.0.1")
    await ops.world.rows("DELETE FROM channels")
    await runtime.notices.add("team", made.url, random_id)
    yield made
    runtime.allowed = Allowed()
    await runner.cleanup()


@pytest.mark.covers("core.notify.send@1")
async def test_repeats_under_a_key_are_one_message_and_the_next_says_how_many(
    ops: Operations, receiver: Receiver
) -> None:
    async def send(text: str, **more: Any) -> tuple[bool, int]:
        said = await ops.run("core.notify.send", channel="team", title="Refund", text=text, **more)
        return said["sent"], said["held_back"]

    assert await send("order 1", key="refund") == (True, 0)
    assert await send("order 2", key="refund") == (False, 1)
    assert await send("order 3", key="refund") == (False, 2)
    assert await send("order 1", key="other") == (True, 0)
    assert await send("order 4", key="refund", window_minutes=0) == (True, 2)

    assert [item["title"] for item in receiver.messages] == ["Refund"] * 3
    assert receiver.messages[0]["message"] == "order 1"
    assert "order 4" in receiver.messages[2]["message"]
    assert "2 more like it were held back since" in receiver.messages[2]["message"]


async def test_a_message_goes_out_once_under_its_call_id_and_only_with_consent(
    ops: Operations, receiver: Receiver
) -> None:
    given = {"channel": "team", "text": "once", "window_minutes": 0}

    assert "allow messages_people" in await ops.refused("core.notify.send", allowed=(), **given)
    shown = await ops.preview("core.notify.send", **given)
    assert shown["would_write"]["request"]["text"] == "once"
    assert receiver.messages == []
    await ops.run("core.notify.send", call_id="m", **given)
    await ops.run("core.notify.send", call_id="m", **given)
    assert len(receiver.messages) == 1


@pytest.mark.parametrize("status", [404, 500, 307])
async def test_a_message_that_was_not_taken_is_told_and_can_be_sent_again(
    ops: Operations, receiver: Receiver, status: int
) -> None:
    receiver.status = status
    with pytest.raises(RejectedError, match="did not take the message"):
        await ops.run("core.notify.send", call_id=f"n{status}", channel="team", text="again", key="again")
    assert set(receiver.paths) == {f"/{SECRET}"}

    receiver.status = 200
    said = await ops.run("core.notify.send", call_id=f"n{status}", channel="team", text="again", key="again")

    assert said["sent"] is True
    await ops.world.rows("DELETE FROM notices")


async def test_a_channel_that_is_missing_is_no_message_that_may_have_been_sent(
    ops: Operations, receiver: Receiver
) -> None:
    for _ in range(2):
        with pytest.raises(OrderBridgeError, match="no channel named 'nobody'") as caught:
            await ops.run("core.notify.send", call_id="missing", channel="nobody", text="x")
        assert not isinstance(caught.value, HeldError)


async def test_the_address_is_sealed_and_never_shown(ops: Operations, receiver: Receiver) -> None:
    await ops.run("core.notify.send", channel="team", text="sealed")
    for table in ("channels", "notices", "steps", "intents", "receipts", "runs"):
        assert SECRET not in str(await ops.world.rows(f"SELECT * FROM {table}"))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("file:" + "///var/out", "acts on this machine"),
        ("exec://rm", "acts on this machine"),
        ("dbus://", "acts on this machine"),
        ("syslog://", "acts on this machine"),
        ("windows://", "acts on this machine"),
        ("nosuch://secret-x", "no address of a service"),
        ("secret-x", "no address of a service"),
        ("json://example.com/?template=/etc/passwd", "names a file"),
        ("json://example.com/?te%6Dplate=/etc/passwd", "names a file"),
        ("json://example.com/?a=b;template=/etc/passwd", "names a file"),
        ("json://example.com/?%20Template%20=/etc/passwd", "names a file"),
        ("json://example.com/?x?template=/etc/passwd", "names a file"),
        (" \tSysLog://", "acts on this machine"),
        ("deltachat://user:secret-x@example.com/a@example.org?smtp=10.0.0.1", "must not be called"),
        ("deltachat://user:secret-x@example.com/a@example.org?smt%70=10.0.0.1", "must not be called"),
        (f"nostr://{'a' * 64}/?relay=ws://10.0.0.1", "must not be called"),
        (f"discord://{'w' * 20}/{'t' * 20}?te%6Dplate=/etc/passwd", "names a file"),
        ("json://10.0.0.1/", "must not be called"),
        ("json://[::1]/", "must not be called"),
        ("mailto://user:secret-x@example.com?smtp=169.254.169.254", "must not be called"),
    ],
)
async def test_an_address_on_this_machine_or_in_its_network_is_refused(
    ops: Operations, url: str, says: str
) -> None:
    with pytest.raises(OrderBridgeError, match=says) as caught:
        await ops.world.application.runtime.notices.add("wrong", url, random_id)

    assert "secret-x" not in str(caught.value)
    assert await ops.world.rows("SELECT 1 FROM channels WHERE name = 'wrong'") == []
