"""Act!'s webhooks: registered once, received, watched, resumed and removed, on the twin of a self-hosted server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from orderbridge.accounts import act_webhooks
from orderbridge.accounts.act_webhook_watch import Health, health_of, watch, watch_all
from orderbridge.connectors.act.webhooks import TRIGGERS, Monitor
from orderbridge.core.errors import SetupError, TransientError
from orderbridge.core.serving import free_port
from orderbridge.store import connections
from orderbridge.store.connections import Connection
from support.command import orderbridge
from support.world import ACT, MakeWorld, World, until

AREAS = ("Contacts", "Companies", "Opportunities", "History", "Activities", "Products")


@pytest.fixture
async def hosted(make_world: MakeWorld) -> AsyncIterator[World]:
    """A world whose Act! is a server of one's own, with webhooks."""
    async with make_world(flows=()) as world:
        await world.faults("act", webhooks=True)
        yield world


async def connection(world: World) -> Connection:
    async with world.db.read() as tx:
        return await connections.by_id(tx, world.connections[ACT])


async def registered(world: World, url: str, **given: Any) -> Any:
    return await act_webhooks.register(
        world.application.runtime, await connection(world), base_url=url, **given
    )


async def hooks(world: World) -> list[dict[str, Any]]:
    return list((await world.act_truth("webhooks"))["webhooks"])


async def token(world: World) -> str:
    found = await act_webhooks.token_of(world.application.runtime, await connection(world))
    assert found
    return found


async def called(world: World, url: str, body: Any, **headers: str) -> int:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with world.http.post(url, data=raw, headers=headers) as answer:
        return answer.status


async def inbox(world: World) -> list[dict[str, Any]]:
    return await world.rows("SELECT * FROM inbox WHERE source = 'webhook' ORDER BY id")


def test_urls_and_marks_of_monitors_are_plain() -> None:
    assert Monitor("Contacts", "Created").slug == "contacts-created"
    assert Monitor("Custom", "Updated", "Payments").slug == "custom-payments-updated"
    assert Monitor("Custom", "Updated", "Payments").kind == "custom:Payments"


async def test_everything_is_registered_once_however_often_it_is_asked_for(hosted: World) -> None:
    done = await registered(hosted, "http://127.0.0.1:9")
    tables = (await hosted.act_truth("custom_tables"))["custom_tables"]
    wanted = {(area, trigger, None) for area in AREAS for trigger in TRIGGERS}
    wanted |= {("Custom", trigger, table) for table in tables for trigger in TRIGGERS}
    there = await hooks(hosted)

    assert len(done.registered) == len(wanted)
    assert {(hook["monitor"], hook["triggerEvent"], hook["monitorName"]) for hook in there} == wanted
    assert len({hook["callbackUrl"] for hook in there}) == len(wanted)
    assert not [hook for hook in there if hook["queryOption"]]
    again = await registered(hosted, "http://127.0.0.1:9")
    assert (again.registered, again.removed) == ([], 0)
    assert await hooks(hosted) == there


async def test_a_smaller_choice_and_another_address_replace_what_was_there(hosted: World) -> None:
    await registered(hosted, "http://127.0.0.1:9")
    await registered(hosted, "http://127.0.0.1:10", areas=["contacts"], triggers=["updated"])
    (left,) = await hooks(hosted)

    assert (left["monitor"], left["triggerEvent"]) == ("Contacts", "Updated")
    assert left["callbackUrl"].startswith("http://127.0.0.1:10/hooks/act/")
    with pytest.raises(SetupError, match="--monitor is 'People'; it can be Contacts"):
        await registered(hosted, "http://127.0.0.1:9", areas=["People"])


async def test_webhooks_of_other_people_are_never_touched(hosted: World) -> None:
    client = await hosted.application.runtime.act(hosted.connections[ACT])
    theirs = {
        "monitor": "Contacts",
        "triggerEvent": "Created",
        "callbackUrl": "http://other.test/",
        "callbackId": "x",
    }
    await client.http.call("POST", "/api/webhooks", body=theirs)
    similar = theirs | {"callbackId": "orderbridge/another-installation/contacts-created"}
    await client.http.call("POST", "/api/webhooks", body=similar)
    before = await hooks(hosted)

    await registered(hosted, "http://127.0.0.1:9", areas=["Contacts"])
    await watch(hosted.application.runtime, await connection(hosted))
    removed = await act_webhooks.remove(hosted.application.runtime, await connection(hosted))

    assert removed == 2
    assert await hooks(hosted) == before


async def test_a_registration_whose_answer_was_lost_is_not_made_twice(hosted: World) -> None:
    await hosted.faults("act", error_500_after_write={"count": 1, "match": "POST /api/webhooks"})
    await registered(hosted, "http://127.0.0.1:9", areas=["Contacts"])

    assert sorted(hook["triggerEvent"] for hook in await hooks(hosted)) == ["Created", "Updated"]


async def test_twins_of_a_webhook_are_removed(hosted: World) -> None:
    await registered(hosted, "http://127.0.0.1:9", areas=["Contacts"])
    client = await hosted.application.runtime.act(hosted.connections[ACT])
    first = (await hooks(hosted))[0]
    twin = {name: first[name] for name in ("monitor", "triggerEvent", "callbackUrl", "callbackId")}
    await client.http.call("POST", "/api/webhooks", body=twin)
    done = await registered(hosted, "http://127.0.0.1:9", areas=["Contacts"])

    assert (done.registered, done.removed, len(await hooks(hosted))) == ([], 1, 2)


async def test_a_token_that_was_lost_is_made_anew_everywhere(hosted: World) -> None:
    await registered(hosted, "http://127.0.0.1:9", areas=["Contacts"])
    old, runtime = await token(hosted), hosted.application.runtime
    async with hosted.db.begin() as tx:
        secret, _ = await connections.secret(tx, runtime.box, hosted.connections[ACT])
        del secret["webhook_token"]
        await connections.replace_secret(tx, runtime.box, hosted.connections[ACT], secret, replaces=None)
    await watch_all(runtime)
    assert "webhooks act --register" in ((await connection(hosted)).state_reason or "")
    await registered(hosted, "http://127.0.0.1:9", areas=["Contacts"])
    sent = set(hosted.sandbox.act.webhook_secrets.values())

    assert old not in sent
    assert sent == {await token(hosted)}
    await watch_all(runtime)
    assert (await connection(hosted)).state == "ok"


async def test_with_the_webhooks_goes_what_was_wrong_with_them(hosted: World) -> None:
    runtime = hosted.application.runtime
    await registered(hosted, "http://127.0.0.1:9", areas=["Contacts"])
    client = await runtime.act(hosted.connections[ACT])
    await client.delete_webhook((await hooks(hosted))[0]["id"])
    await watch_all(runtime)
    assert (await connection(hosted)).state == "degraded"
    await act_webhooks.remove(runtime, await connection(hosted))
    item = await connection(hosted)
    assert (item.state, item.state_reason, health_of(item)) == ("ok", None, None)
    await watch_all(runtime)
    assert await hooks(hosted) == []


async def test_the_token_stands_sealed_and_is_in_no_configuration(hosted: World) -> None:
    await registered(hosted, "http://127.0.0.1:9")
    secret = await token(hosted)
    rows = await hosted.rows("SELECT config::text, secret FROM connections")

    assert not [row for row in rows if secret in row["config"] or secret.encode() in (row["secret"] or b"")]


@pytest.mark.parametrize("body", ["object", "array", "value"])
async def test_what_act_tells_is_stored_whatever_its_form(hosted: World, body: str) -> None:
    await hosted.faults("act", webhook_body=body)
    async with hosted.hooks() as url:
        await registered(hosted, url)
        client = await hosted.application.runtime.act(hosted.connections[ACT])
        made = await client.http.call("POST", "/api/contacts", body={"fullName": "Ada"})
        other = await client.http.call("POST", "/api/contacts", body={"fullName": "Bob"})
        told = await hosted.control("act", "webhooks/tick", {})
        assert told["failed"] == 0
    rows = await inbox(hosted)

    assert {row["record_id"] for row in rows} == {made.body["id"], other.body["id"]}
    assert {(row["kind"], row["type"], row["outcome"], row["reason"]) for row in rows} == {
        ("contact", "contact.created", "nothing", "no flow listens to contact.created")
    }


async def test_a_repeat_is_dropped_and_a_second_change_is_not(hosted: World) -> None:
    async with hosted.hooks() as url:
        await registered(hosted, url, areas=["Opportunities"])
        address = f"{url}/hooks/act/{hosted.connections[ACT]}/opportunities-updated"
        auth = {"Authorization": await token(hosted)}
        first = {"id": "o1", "created": "2026-01-01T00:00:00+00:00", "edited": "2026-05-01T10:00:00+00:00"}
        assert await called(hosted, address, first, **auth) == 202
        assert await called(hosted, address, first, **auth) == 202
        assert (
            await called(hosted, address, [first, first | {"edited": "2026-05-01T10:00:01+00:00"}], **auth)
            == 202
        )
        assert len(await inbox(hosted)) == 2
        # Without a time nothing tells a repeat from a second change, and none is lost.
        for _ in range(2):
            assert await called(hosted, address, {"ID": "o2"}, **auth) == 202
    assert [row["record_id"] for row in await inbox(hosted)] == ["o1", "o1", "o2", "o2"]


async def test_only_the_token_opens_the_door_and_a_refusal_stores_nothing(hosted: World) -> None:
    async with hosted.hooks() as url:
        await registered(hosted, url, areas=["Contacts"])
        mine = f"{url}/hooks/act/{hosted.connections[ACT]}/contacts-created"
        right = await token(hosted)
        for address, headers in (
            (mine, {}),
            (mine, {"Authorization": ""}),
            (mine, {"Authorization": "wrong"}),
            (mine, {"Authorization": right[:-1]}),
            (mine, {"Authorization": right.swapcase()}),
            (f"{url}/hooks/act/nobody/contacts-created", {"Authorization": right}),
            (f"{url}/hooks/act/nobody/contacts-created", {}),
            (f"{url}/hooks/act/{hosted.connections['highlevel']}/contacts-created", {"Authorization": ""}),
        ):
            assert await called(hosted, address, {"id": "c1"}, **headers) == 401, headers
        assert await inbox(hosted) == []
        assert await called(hosted, mine, {"id": "c1"}, Authorization=f"Bearer {right}") == 202
    assert len(await inbox(hosted)) == 1


@pytest.mark.parametrize(
    ("monitor", "body", "why"),
    [
        ("contacts-created", b"", "without the id"),
        ("contacts-created", b"not json \x00\xff", "without the id"),
        ("contacts-created", b"[" * 5000, "without the id"),
        ("contacts-created", b'{"hello": {"world": 1}}', "without the id"),
        ("contacts-created", b'{"id": "a\\u0000b"}', "cannot be one"),
        ("contacts-created", b'{"id": "' + b"x" * 3000 + b'"}', "cannot be one"),
        ("contacts-created", b'"' + b"x" * 20_000 + b'"', "too large"),
        ("something-else", b'{"id": "c1"}', "not registered any more"),
    ],
)
async def test_what_cannot_be_read_is_kept_with_a_reason_so_that_act_does_not_give_up(
    make_world: MakeWorld, monitor: str, body: bytes, why: str
) -> None:
    async with make_world(flows=(), webhook_max_body_bytes=10_000) as world:
        await world.faults("act", webhooks=True)
        async with world.hooks() as url:
            await registered(world, url, areas=["Contacts"])
            address = f"{url}/hooks/act/{world.connections[ACT]}/{monitor}"
            assert await called(world, address, body, Authorization=await token(world)) == 202
        (row,) = await inbox(world)
        assert (row["record_id"], row["outcome"]) == (None, "nothing")
        assert why in row["reason"]


async def test_what_act_suspended_is_resumed_and_shown_until_it_works_again(hosted: World) -> None:
    runtime, dead = hosted.application.runtime, f"http://127.0.0.1:{free_port()}"
    await registered(hosted, dead, areas=["Contacts"], triggers=["Created"])
    client = await runtime.act(hosted.connections[ACT])
    await client.http.call("POST", "/api/contacts", body={"fullName": "Ada"})
    for _ in range(3):
        await hosted.control("act", "webhooks/tick", {})
    assert (await hooks(hosted))[0]["suspended"]

    await watch_all(runtime)
    assert not (await hooks(hosted))[0]["suspended"]
    item = await connection(hosted)
    assert item.state == "degraded"
    assert dead in (item.state_reason or "")
    assert "had given up calling 1 webhooks" in (item.state_reason or "")
    async with hosted.hooks() as url, hosted.http.get(f"{url}/api/status") as answer:
        shown = {row["name"]: row for row in (await answer.json())["connections"]}
    assert shown[ACT]["webhooks"]["state"] == "degraded"
    assert shown["highlevel"]["webhooks"] is None

    await watch_all(runtime)
    item = await connection(hosted)
    assert (item.state, item.state_reason, health_of(item)) == ("ok", None, Health("ok", ""))


async def test_what_somebody_deleted_is_registered_again(hosted: World) -> None:
    runtime = hosted.application.runtime
    await registered(hosted, "http://127.0.0.1:9", areas=["Contacts"])
    client = await runtime.act(hosted.connections[ACT])
    gone = (await hooks(hosted))[0]
    await client.delete_webhook(gone["id"])

    health = await watch(runtime, await connection(hosted))
    assert "1 webhooks were missing" in health.says
    assert {hook["callbackId"] for hook in await hooks(hosted)} >= {gone["callbackId"]}
    assert len(await hooks(hosted)) == 2


async def test_two_who_watch_at_once_register_what_is_missing_once(hosted: World) -> None:
    runtime = hosted.application.runtime
    await registered(hosted, "http://127.0.0.1:9", areas=["Contacts"])
    client = await runtime.act(hosted.connections[ACT])
    for hook in await hooks(hosted):
        await client.delete_webhook(hook["id"])
    item = await connection(hosted)
    await asyncio.gather(*(watch(runtime, item) for _ in range(4)))
    assert len(await hooks(hosted)) == 2


async def test_a_state_that_others_set_is_neither_overwritten_nor_taken_back(hosted: World) -> None:
    runtime = hosted.application.runtime
    await registered(hosted, "http://127.0.0.1:9", areas=["Contacts"])
    async with hosted.db.begin() as tx:
        await connections.set_state(tx, hosted.connections[ACT], "degraded", "slow")
    client = await runtime.act(hosted.connections[ACT])
    await client.delete_webhook((await hooks(hosted))[0]["id"])
    for _ in range(2):
        await watch(runtime, await connection(hosted))
        item = await connection(hosted)
        assert (item.state, item.state_reason) == ("degraded", "slow")


async def test_a_server_that_is_away_changes_nothing_and_is_looked_at_again(hosted: World) -> None:
    runtime = hosted.application.runtime
    await registered(hosted, "http://127.0.0.1:9", areas=["Contacts"])
    await hosted.faults("act", error_500_before={"count": True, "match": "GET /api/webhooks"})
    with pytest.raises(TransientError):
        await watch(runtime, await connection(hosted))
    await watch_all(runtime)
    assert (await connection(hosted)).state == "ok"


async def test_an_account_that_lets_nobody_in_is_marked_and_works_again_by_itself(hosted: World) -> None:
    runtime, twin = hosted.application.runtime, hosted.sandbox.act
    await registered(hosted, "http://127.0.0.1:9", areas=["Contacts"])
    right, twin.password = twin.password, "another"
    twin.sessions.clear()
    await watch_all(runtime)
    assert (await connection(hosted)).state == "reconnect"
    twin.password = right
    await watch_all(runtime)
    assert (await connection(hosted)).state == "ok"


async def test_a_paused_connection_is_left_alone(hosted: World) -> None:
    await registered(hosted, "http://127.0.0.1:9", areas=["Contacts"])
    client = await hosted.application.runtime.act(hosted.connections[ACT])
    await client.delete_webhook((await hooks(hosted))[0]["id"])
    async with hosted.db.begin() as tx:
        await connections.set_state(tx, hosted.connections[ACT], "paused", None)
    await watch_all(hosted.application.runtime)
    assert len(await hooks(hosted)) == 1


async def test_serving_watches_by_itself(make_world: MakeWorld) -> None:
    async with make_world(flows=(), webhook_watch_s=1) as world:
        await world.faults("act", webhooks=True)
        await registered(world, "http://127.0.0.1:9", areas=["Contacts"])
        client = await world.application.runtime.act(world.connections[ACT])
        await client.http.call("PUT", f"/api/webhooks/{(await hooks(world))[0]['id']}/suspend")
        watching = asyncio.create_task(world.application.keep_watching())

        async def resumed() -> bool:
            return not any(hook["suspended"] for hook in await hooks(world))

        try:
            await until(resumed)
        finally:
            watching.cancel()


async def test_a_server_without_webhooks_says_that_polling_does_it(world: World) -> None:
    with pytest.raises(SetupError, match="knows no webhooks; polling finds"):
        await registered(world, "http://127.0.0.1:9")
    assert health_of(await connection(world)) is None
    async with world.db.begin() as tx:
        url = "https://apius.act.com/act.web.api"
        await connections.set_config(tx, world.connections[ACT], {"base_url": url})
    ran = await orderbridge("connections", "webhooks", ACT, "--register", environment=world.environment)
    assert ran.code == 1
    assert "Act! Cloud offers no webhooks; polling finds what changed" in ran.err


async def test_an_address_that_act_cannot_reach_is_refused(world: World) -> None:
    async with world.db.begin() as tx:
        await connections.set_config(
            tx, world.connections[ACT], {"base_url": "https://crm.example/act.web.api"}
        )
    with pytest.raises(SetupError, match="ORDERBRIDGE_PUBLIC_URL"):
        await registered(world, "http://localhost:8765")


async def test_the_command_registers_lists_and_removes(hosted: World) -> None:
    environment = hosted.environment | {"ORDERBRIDGE_PUBLIC_URL": "https://orders.example.com"}

    async def run(*arguments: str) -> Any:
        ran = await orderbridge("connections", "webhooks", ACT, *arguments, environment=environment)
        assert ran.code == 0, ran.err
        assert await secret_is_absent(hosted, ran.out + ran.err)
        return ran

    assert "None of ours is registered" in (await run()).out
    assert "4 registered" in (await run("--register", "--monitor", "Contacts", "--monitor", "History")).out
    shown = (await run("--list", "--json")).json
    assert shown["others"] == 0
    assert {row["state"] for row in shown["ours"]} == {"active"}
    assert all(row["url"].startswith("https://orders.example.com/hooks/act/") for row in shown["ours"])
    assert (await run("--remove", "--json")).json == {"ours": [], "others": 0}
    assert await hooks(hosted) == []
    ran = await orderbridge("connections", "webhooks", ACT, "--list", "--remove", environment=environment)
    assert (ran.code, "exclude each other" in ran.err) == (1, True)


async def secret_is_absent(world: World, text: str) -> bool:
    found = await act_webhooks.token_of(world.application.runtime, await connection(world))
    return found is None or found not in text
