"""The Act! twin over HTTP: the wire, its controls, people at their desks, and webhooks."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from act_twin_calls import Twin
from starlette.requests import Request
from starlette.responses import Response

from orderbridge.core.jsonio import decode, encode
from orderbridge.emulators.act.app import create_act_app
from orderbridge.emulators.server import run_app
from support.world import until


@dataclass
class Wire:
    """A twin behind a socket."""

    twin: Twin
    url: str
    http: aiohttp.ClientSession
    headers: dict[str, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        data = None if body is None else encode(body)
        async with self.http.request(
            method, f"{self.url}{path}", data=data, headers=self.headers | headers
        ) as response:
            raw = await response.read()
            return response.status, decode(raw) if raw and "json" in response.content_type else raw

    async def api(self, method: str, path: str, body: Any = None) -> Any:
        status, answer = await self.call(method, f"/act.web.api{path}", body)
        assert status < 300, (status, answer)
        return answer

    async def control(self, name: str, body: Any = None) -> Any:
        status, answer = await self.call("GET" if body is None else "POST", f"/_twin/{name}", body)
        assert status == 200, answer
        return answer


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    twin = Twin()
    async with run_app(create_act_app(twin.world)) as url, aiohttp.ClientSession() as http:
        yield Wire(twin, url, http, {name.title(): value for name, value in twin.headers.items()})


async def test_signing_in_answers_a_bare_token_as_html(wire: Wire) -> None:
    pair = base64.b64encode(f"{wire.twin.world.user}:{wire.twin.world.password}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}", "Act-Database-Name": wire.twin.world.database}
    async with wire.http.get(f"{wire.url}/act.web.api/authorize", headers=headers) as response:
        token = await response.text()
        assert (response.status, response.content_type) == (200, "text/html")
    status, me = await wire.call("GET", "/ACT.WEB.API/api/contacts/myrecord", Authorization=f"Bearer {token}")
    assert (status, me["fullName"]) == (200, "Sync User")


async def test_a_refused_sign_in_is_empty(wire: Wire) -> None:
    async with wire.http.get(f"{wire.url}/act.web.api/authorize") as response:
        assert (response.status, await response.read()) == (401, b"")


async def test_without_the_base_path_there_is_nothing(wire: Wire) -> None:
    assert await wire.call("GET", "/api/system") == (404, b"")


async def test_amounts_keep_their_digits_on_the_wire(wire: Wire) -> None:
    deal = await wire.api("POST", "/api/opportunities", {"name": "x"})
    path = f"/act.web.api/api/opportunities/{deal['id']}/products"
    body = b'{"name":"a","price":0.10,"quantity":3}'
    async with wire.http.post(f"{wire.url}{path}", data=body, headers=wire.headers) as response:
        raw = await response.read()
    assert b'"price":0.10' in raw
    assert b'"total":0.30' in raw


async def test_a_dropped_write_breaks_the_connection_after_the_write(wire: Wire) -> None:
    await wire.control("faults", {"drop_after_write": {"count": 1, "match": "POST /api/opportunities"}})
    with pytest.raises(aiohttp.ClientError):
        await wire.api("POST", "/api/opportunities", {"name": "x", "sourceId": "s-1"})
    rows = await wire.api("GET", "/api/opportunities?$filter=sourceId%20eq%20's-1'")
    assert len(rows) == 1


async def test_a_hanging_write_outlasts_the_clients_patience(wire: Wire) -> None:
    await wire.control("faults", {"drop_after_write": {"count": 1, "hang_s": 3600}})
    writing = asyncio.create_task(wire.api("POST", "/api/opportunities", {"name": "x", "sourceId": "s-2"}))

    async def is_written() -> bool:
        return len(await wire.api("GET", "/api/opportunities?$filter=sourceId%20eq%20's-2'")) == 1

    await until(is_written)
    # It is there, and nobody says so.
    assert not writing.done()
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)


async def test_a_slow_server_is_slow(wire: Wire) -> None:
    await wire.control("faults", {"slow_s": {"seconds": 3600, "match": "GET /api/users"}})
    await wire.api("GET", "/api/contacts/myrecord")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await wire.api("GET", "/api/users")


async def test_an_unknown_fault_is_a_404_with_the_list_of_names(wire: Wire) -> None:
    status, answer = await wire.call("POST", "/_twin/faults", {"gremlins": 1})
    assert status == 404
    assert {"error_500_before", "envelope", "slow_s"} <= set(answer["names"])
    status, answer = await wire.call("POST", "/_twin/faults", {"envelope": 5.5})
    assert status == 400


async def test_faults_are_shown_with_what_is_left_of_them(wire: Wire) -> None:
    await wire.control("faults", {"error_500_before": 2, "envelope": "value"})
    await wire.call("GET", "/act.web.api/api/users")
    shown = await wire.control("faults")
    assert (shown["error_500_before"]["count"], shown["envelope"]) == (1, "value")


async def test_the_truth_counts_records_lines_and_requests(wire: Wire) -> None:
    deal = await wire.api("POST", "/api/opportunities", {"name": "x", "sourceId": "s-3"})
    await wire.api(
        "POST", f"/api/opportunities/{deal['id']}/products", {"name": "a", "price": 2, "quantity": 3}
    )
    truth = await wire.control("truth")
    row = next(row for row in truth["opportunities"] if row["sourceId"] == "s-3")
    assert (row["productTotal"], len(row["lines"])) == (6, 1)
    assert len([row for row in truth["opportunities"] if row["sourceId"] is None]) >= 3
    assert truth["requests"]["by_route"]["POST /api/opportunities/{opportunityId}/products"] == 1
    assert truth["requests"]["by_status"]["201"] == 2
    assert set(await wire.control("truth?only=histories,tasks")) == {"histories", "tasks"}


async def test_reset_begins_again(wire: Wire) -> None:
    await wire.api("POST", "/api/opportunities", {"name": "x", "sourceId": "s-4"})
    await wire.control("reset", {})
    truth = await wire.control("truth")
    assert "s-4" not in [row["sourceId"] for row in truth["opportunities"]]
    assert truth["requests"]["total"] == 0


async def test_a_person_edits_hides_deletes_and_creates(wire: Wire) -> None:
    deal = await wire.api("POST", "/api/opportunities", {"name": "x"})
    one = {"entity": "opportunities", "id": deal["id"]}
    edited = await wire.control("edit", one | {"fields": {"name": "y"}, "user": "Pat Lindqvist"})
    assert (edited["name"], edited["editedBy"]) == ("y", "Pat Lindqvist")
    await wire.control("edit", one | {"action": "hide"})
    status, _ = await wire.call("GET", f"/act.web.api/api/opportunities/{deal['id']}")
    assert status == 404
    made = await wire.control(
        "edit", {"entity": "contacts", "fields": {"firstName": "Lea", "lastName": "Lead"}}
    )
    assert (await wire.api("GET", f"/api/contacts/{made['id']}"))["recordManager"] == "Chris Huffman"
    await wire.control("edit", {"entity": "contacts", "id": made["id"], "action": "delete"})
    status, _ = await wire.call("GET", f"/act.web.api/api/contacts/{made['id']}")
    assert status == 404


async def test_a_person_edits_a_line_a_custom_record_and_clears_a_task(wire: Wire) -> None:
    twin = wire.twin
    deal = twin.deal()
    line = twin.line(deal)
    order = {"entity": "lines", "opportunity": deal["id"], "id": line["id"], "fields": {"price": 496}}
    await wire.control("edit", order)
    assert twin.get(f"/api/opportunities/{deal['id']}")["productTotal"] == 496
    twin.post("/api/metadata/entities", {"name": "Payments", "displayName": "Payments"})
    twin.post("/api/metadata/Payments/fields", {"name": "Status", "type": "Character"})
    twin.post("/api/metadata/Payments/fields", {"name": "Kind", "type": "Character"})
    row = twin.post("/api/custom/entities/Payments", {"status": "paid", "kind": "payment"})
    edited = await wire.control(
        "edit", {"entity": "custom/Payments", "id": row["id"], "fields": {"status": "refunded"}}
    )
    assert (edited["status"], edited["kind"], edited["editedBy"]) == ("refunded", "payment", "Chris Huffman")
    task = twin.get("/api/tasks")[0]
    await wire.control("edit", {"entity": "tasks", "id": task["id"], "action": "clear"})
    assert twin.get(f"/api/tasks/{task['id']}")["isCleared"] is True


async def test_a_remote_copy_delivers_an_old_edit_late(wire: Wire) -> None:
    order = {"entity": "contacts", "fields": {"firstName": "Late"}, "edited": "2026-01-01T00:00:00Z"}
    made = await wire.control("edit", order)
    shown = await wire.api("GET", f"/api/contacts/{made['id']}")
    assert shown["edited"] == "2026-01-01T00:00:00+00:00"


async def test_a_persons_edit_is_not_struck_by_faults_on_writes(wire: Wire) -> None:
    await wire.control("faults", {"ignore_fields": ["firstName"]})
    made = await wire.control("edit", {"entity": "contacts", "fields": {"firstName": "Lea"}})
    assert made["firstName"] == "Lea"
    assert (await wire.control("faults"))["ignore_fields"] == ["firstName"]


async def test_an_edit_of_nothing_is_refused(wire: Wire) -> None:
    status, _ = await wire.call("POST", "/_twin/edit", {"entity": "ghosts", "fields": {}})
    assert status == 400
    status, _ = await wire.call("POST", "/_twin/edit", {"entity": "contacts", "id": "x", "fields": {}})
    assert status == 404


@dataclass
class Subscriber:
    """Takes callbacks and answers as told."""

    status: int = 200
    bodies: list[Any] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        body = await request.body()
        if body:
            self.bodies.append(decode(body))
            self.tokens.append(request.headers.get("authorization"))
        await Response(b"", self.status)(scope, receive, send)


@pytest.fixture
async def subscriber(wire: Wire) -> AsyncIterator[Subscriber]:
    taker = Subscriber()
    wire.twin.world.faults.webhooks = True
    async with run_app(taker) as url:
        for trigger in ("Created", "Updated"):
            await wire.api(
                "POST",
                "/api/webhooks",
                {
                    "monitor": "Opportunities",
                    "triggerEvent": trigger,
                    "callbackUrl": f"{url}/hook",
                    "callbackToken": "let-me-in",
                },
            )
        yield taker


async def test_a_tick_calls_the_subscriber_with_id_and_dates_only(wire: Wire, subscriber: Subscriber) -> None:
    wire.twin.clock.advance(5)
    deal = await wire.api("POST", "/api/opportunities", {"name": "x"})
    assert await wire.control("webhooks/tick", {}) == {"sent": 1, "failed": 0}
    assert subscriber.bodies == [{"id": deal["id"], "created": deal["created"], "edited": deal["edited"]}]
    assert subscriber.tokens == ["let-me-in"]
    assert await wire.control("webhooks/tick", {}) == {"sent": 0, "failed": 0}
    wire.twin.clock.advance(900)
    await wire.api("PATCH", f"/api/opportunities/{deal['id']}", {"id": deal["id"], "name": "y"})
    assert await wire.control("webhooks/tick", {}) == {"sent": 1, "failed": 0}


async def test_deletions_are_never_told(wire: Wire, subscriber: Subscriber) -> None:
    deal = await wire.api("POST", "/api/opportunities", {"name": "x"})
    wire.twin.clock.advance(5)
    await wire.api("DELETE", f"/api/opportunities/{deal['id']}")
    await wire.control("webhooks/tick", {})
    assert subscriber.bodies == []


async def test_three_failures_suspend_a_hook_in_silence(wire: Wire, subscriber: Subscriber) -> None:
    subscriber.status = 500
    wire.twin.clock.advance(5)
    await wire.api("POST", "/api/opportunities", {"name": "x"})
    assert [(await wire.control("webhooks/tick", {}))["failed"] for _ in range(4)] == [1, 1, 1, 0]
    hooks = await wire.api("GET", "/api/webhooks")
    hook = next(hook for hook in hooks if hook["triggerEvent"] == "Created")
    assert (hook["failedAttempts"], hook["suspended"] is not None) == (3, True)
    subscriber.status = 200
    await wire.api("PUT", f"/api/webhooks/{hook['id']}/continue")
    assert (await wire.control("webhooks/tick", {}))["sent"] == 1
