"""``/api/channels`` and who is told of alerts: an address goes in and never comes out again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from orderbridge.automation.publishing import publish
from orderbridge.flows.model import Flow
from support.browsers import Browser, bookkeeper, owner
from support.receiver import receiving
from support.world import ACT, MakeWorld

SECRET = "s3cr3t-path"


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[tuple[int, list[Any]]]:
    async with receiving(SECRET) as there:
        yield there


@pytest_asyncio.fixture
async def olga(make_world: MakeWorld) -> AsyncIterator[Browser]:
    async with make_world(flows=(), http_allow="127.0.0.1") as world, world.hooks() as url:
        yield await owner(world, url)


async def test_a_channel_is_added_tried_listed_chosen_for_alerts_and_removed(
    olga: Browser, receiver: tuple[int, list[Any]]
) -> None:
    port, messages = receiver
    url = f"json://127.0.0.1:{port}/{SECRET}"
    said = []

    said.append(await olga.ok("POST", "/api/channels", {"name": "team", "url": url}))
    said.append(await olga.no("channel.exists", "POST", "/api/channels", {"name": "team", "url": url}))
    assert olga.status == 409
    said.append(await olga.ok("POST", "/api/channels/team/test"))
    assert await olga.ok("GET", "/api/alerts/channel") == {"decided": False, "channel": None}
    said.append(await olga.ok("PUT", "/api/alerts/channel", {"channel": "team"}))
    said.append(await olga.ok("GET", "/api/channels"))
    said.append(await olga.ok("GET", "/api/channels/messages"))

    assert messages[0]["message"] == "This is a test: the channel works."
    assert messages[1]["message"].startswith("Alerts come here from now on")
    (row,) = said[-2]
    assert (row["name"], row["held_back"], row["alerts"], row["flows"]) == ("team", 0, True, [])
    assert row["last_sent_at"] is not None
    assert await olga.ok("GET", "/api/alerts/channel") == {"decided": True, "channel": "team"}
    await olga.ok("PUT", "/api/alerts/channel", {"channel": None})
    assert await olga.ok("GET", "/api/alerts/channel") == {"decided": True, "channel": None}
    await olga.ok("DELETE", "/api/channels/team")
    said.append(await olga.no("channel.missing", "POST", "/api/channels/team/test"))
    assert olga.status == 404
    assert SECRET not in str(said)


async def test_a_channel_says_which_flows_send_through_it(olga: Browser) -> None:
    await olga.ok("POST", "/api/channels", {"name": "team", "url": "json://127.0.0.1:1/x"})
    steps = [
        {"id": f"say_{number}", "action": "core.notify.send@1", "with": {"channel": channel, "text": "Hello"},
         "allow": ["messages_people"]}
        for number, channel in enumerate(["team", "team", "others"])
    ]  # fmt: skip
    flow = {"flow": "greets", "title": "Greets", "trigger": "core.manual.started@1", "steps": steps}
    name, _ = await publish(olga.world.application.runtime, Flow.model_validate(flow), source=ACT, target=ACT)
    (row,) = await olga.ok("GET", "/api/channels")
    assert (row["flows"], row["alerts"]) == ([name], False)


async def test_an_address_that_cannot_be_used_is_refused_without_being_repeated(olga: Browser) -> None:
    for url in (f"nonsense://{SECRET}", f"mailto://someone:{SECRET}@", SECRET, f"dbus://{SECRET}"):
        answer = await olga("POST", "/api/channels", {"name": "team", "url": url})
        assert 400 <= olga.status < 500, (url, answer)
        assert SECRET not in str(answer)
    assert await olga.ok("GET", "/api/channels") == []


async def test_alerts_do_not_go_to_a_channel_that_is_not_there(olga: Browser) -> None:
    await olga.no("channel.missing", "PUT", "/api/alerts/channel", {"channel": "nowhere"})
    assert await olga.ok("GET", "/api/alerts/channel") == {"decided": False, "channel": None}


async def test_a_bookkeeper_reads_the_channels_and_sends_nothing(
    olga: Browser, receiver: tuple[int, list[Any]]
) -> None:
    port, messages = receiver
    await olga.ok("POST", "/api/channels", {"name": "team", "url": f"json://127.0.0.1:{port}/{SECRET}"})
    bert = await bookkeeper(olga)
    shown = await bert.ok("GET", "/api/channels")
    assert [row["name"] for row in shown] == ["team"]
    assert SECRET not in str(shown)
    for method, path, body in (
        ("POST", "/api/channels", {"name": "mine", "url": "json://127.0.0.1/"}),
        ("POST", "/api/channels/team/test", None),
        ("PUT", "/api/alerts/channel", {"channel": "team"}),
        ("DELETE", "/api/channels/team", None),
    ):
        await bert.no("access.role", method, path, body)
    assert messages == []


async def test_who_paused_all_writes_is_kept_until_they_go_on(olga: Browser) -> None:
    assert await olga.ok("GET", "/api/pause") == {"writes_paused": False, "by": None, "since": None}
    await olga.ok("POST", "/api/pause")
    first = await olga.ok("GET", "/api/pause")
    token = (await olga.ok("POST", "/api/tokens", {"name": "shop"}))["token"]
    program = olga.another()
    program.more = {"Authorization": f"Bearer {token}"}
    await program.ok("POST", "/api/pause")
    assert await olga.ok("GET", "/api/pause") == first
    assert (first["writes_paused"], first["by"]) == (True, "Olga")
    assert first["since"]
    await olga.ok("POST", "/api/resume")
    assert await olga.ok("GET", "/api/pause") == {"writes_paused": False, "by": None, "since": None}
    await program.ok("POST", "/api/pause")
    assert (await olga.ok("GET", "/api/pause"))["by"] == "API token shop"
