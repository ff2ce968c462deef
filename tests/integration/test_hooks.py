"""``POST /hooks/ghl``: signed bytes are stored before they are answered; everything else is told why not."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderbridge.core.serving import free_port
from orderbridge.store import connections
from support.world import GHL, MakeWorld, World, until

REFERENCE = Path(
    os.environ.get("ORDERBRIDGE_REFERENCE") or Path(__file__).parents[3] / "shared" / "reference"
)
EXAMPLES = sorted((REFERENCE / "ghl-webhook-examples").glob("*.json"))


@dataclass
class Door:
    """The served endpoint, and a sender whose key it knows."""

    world: World
    url: str
    http: aiohttp.ClientSession
    key: Ed25519PrivateKey
    rsa_key: rsa.RSAPrivateKey | None = None
    answers: list[str] = field(default_factory=list)

    @property
    def location(self) -> str:
        return str(self.world.sandbox.details["location_id"])

    def body(self, **more: Any) -> dict[str, Any]:
        """An OrderCreate of our location."""
        return {
            "type": "OrderCreate",
            "locationId": self.location,
            "webhookId": "w1",
            "timestamp": "2026-05-01T10:00:00.000Z",
            "_id": "66f000000000000000000001",
        } | more

    def signature(self, raw: bytes) -> str:
        return base64.b64encode(self.key.sign(raw)).decode()

    def rsa_signature(self, raw: bytes) -> str:
        assert self.rsa_key is not None
        return base64.b64encode(self.rsa_key.sign(raw, padding.PKCS1v15(), hashes.SHA256())).decode()

    async def send(self, body: Any, headers: dict[str, str] | None = None) -> tuple[int, str]:
        """Post ``body`` (bytes as they are, else JSON), well signed unless ``headers`` say otherwise."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        if headers is None:
            headers = {"X-GHL-Signature": self.signature(raw)}
        async with self.http.post(
            f"{self.url}/hooks/ghl", data=raw, headers=headers | {"Content-Type": "application/json"}
        ) as answer:
            return answer.status, json.loads(await answer.read())["message"]

    async def stored(self) -> list[dict[str, Any]]:
        return await self.world.rows("SELECT * FROM inbox ORDER BY id")

    async def unknown(self) -> list[dict[str, Any]]:
        return await self.world.rows("SELECT * FROM unknown_deliveries ORDER BY id")


def pem(key: Any) -> str:
    raw: bytes = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return raw.decode()


@asynccontextmanager
async def opened(
    make_world: MakeWorld, *, config: dict[str, Any] | None = None, **options: Any
) -> AsyncIterator[Door]:
    key = Ed25519PrivateKey.generate()
    async with make_world(flows=(), **options) as world:
        async with world.db.begin() as tx:
            changes = {"webhook_key_pem": pem(key.public_key())} | (config or {})
            await connections.set_config(tx, world.connections[GHL], changes)
        async with world.hooks() as url:
            yield Door(world, url, world.http, key)


@pytest.fixture
async def door(make_world: MakeWorld) -> AsyncIterator[Door]:
    async with opened(make_world) as found:
        yield found


async def test_a_signed_delivery_is_stored_before_it_is_answered(door: Door) -> None:
    assert await door.send(door.body()) == (202, "accepted")
    (row,) = await door.stored()
    assert (row["delivery_id"], row["outcome"], row["record_id"]) == (
        "w1",
        "pending",
        "66f000000000000000000001",
    )


@pytest.mark.parametrize(
    "raw",
    [
        b'{"webhookId":"w","_id":"66f0","locationId":"LOC","type":"OrderCreate"}',
        b'{ "type" : "OrderCreate",\n\t"locationId":"LOC" , "_id":"66f0","webhookId":"w"}\r\n',
        b'{"type":"Order\\u0043reate","locationId":"LOC","_id":"66f0","webhookId":"w","n":"\\u00e9\\/\\ud83c\\udf3b"}',
        '{"type":"OrderCreate","locationId":"LOC","_id":"66f0","webhookId":"w","n":"é🌻"}'.encode(),
        b'{"type":"OrderCreate","locationId":"LOC","_id":"66f0","webhookId":"w","amount":150.10,"big":1e2}',
    ],
)
async def test_the_signature_is_of_the_bytes_as_they_came(door: Door, raw: bytes) -> None:
    raw = raw.replace(b"LOC", door.location.encode())
    assert await door.send(raw) == (202, "accepted")
    (row,) = await door.stored()
    assert (row["body"], row["type"]) == (raw, "OrderCreate")


async def test_the_same_json_in_other_bytes_is_not_signed(door: Door) -> None:
    signed = json.dumps(door.body()).encode()
    sent = json.dumps(door.body(), separators=(",", ":")).encode()
    status, message = await door.send(sent, {"X-GHL-Signature": door.signature(signed)})
    assert (status, "signature is wrong" in message) == (401, True)
    assert await door.stored() == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-GHL-Signature": "N/A"},
        {"X-GHL-Signature": "N/A", "X-WH-Signature": "N/A"},
        {"X-GHL-Signature": ""},
        {"X-GHL-Signature": "no base64!"},
        {"X-GHL-Signature": base64.b64encode(b"short").decode()},
        {"X-GHL-Signature": base64.b64encode(bytes(64)).decode()},
    ],
)
async def test_an_unsigned_or_wrongly_signed_delivery_is_refused(door: Door, headers: dict[str, str]) -> None:
    status, message = await door.send(door.body(), headers)
    assert status == 401
    assert "signature" in message
    assert await door.stored() == []


async def test_a_signature_of_another_key_is_refused(door: Door) -> None:
    raw = json.dumps(door.body()).encode()
    signature = base64.b64encode(Ed25519PrivateKey.generate().sign(raw)).decode()
    assert (await door.send(raw, {"X-GHL-Signature": signature}))[0] == 401


async def test_the_older_signature_is_refused_unless_it_is_switched_on(make_world: MakeWorld) -> None:
    rsa_key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    config = {"webhook_rsa_key_pem": pem(rsa_key.public_key())}
    for switched_on, expected in ((False, 401), (True, 202)):
        async with opened(make_world, config=config, webhook_rsa_legacy=switched_on) as door:
            door.rsa_key = rsa_key
            raw = json.dumps(door.body()).encode()
            legacy = {"X-WH-Signature": door.rsa_signature(raw)}
            assert (await door.send(raw, legacy))[0] == expected
            assert (await door.send(raw, legacy | {"X-GHL-Signature": "N/A"}))[0] == expected
            # A failure of the stronger one is never made good by the weaker.
            wrong = legacy | {"X-GHL-Signature": door.signature(b"something else")}
            assert (await door.send(raw, wrong))[0] == 401
            assert (await door.send(raw, {"X-WH-Signature": door.rsa_signature(b"else")}))[0] == 401


async def test_a_location_that_is_not_connected_is_noted_and_not_run(door: Door) -> None:
    status, message = await door.send(door.body(locationId="somebodyElse"))
    assert (status, "not connected here" in message) == (202, True)
    assert await door.stored() == []
    async with door.http.get(f"{door.url}/api/status") as answer:
        shown = (await answer.json())["unknown_locations"]
    assert [(row["location_id"], row["deliveries"]) for row in shown] == [("somebodyElse", 1)]


async def test_an_unsigned_delivery_for_a_strange_location_leaves_no_trace(door: Door) -> None:
    assert (await door.send(door.body(locationId="somebodyElse"), {}))[0] == 401
    assert await door.unknown() == []


async def test_strange_locations_never_fill_the_disk(door: Door) -> None:
    for number in range(1010):
        assert (await door.send(door.body(locationId="strange", webhookId=f"w{number}")))[0] == 202
    kept = await door.unknown()
    assert len(kept) == 1000
    assert kept[-1]["webhook_id"] == "w1009"
    await door.world.db.pool.execute("UPDATE unknown_deliveries SET received_at = now() - interval '2 days'")
    assert (await door.send(door.body(locationId="strange", webhookId="last")))[0] == 202
    assert [row["webhook_id"] for row in await door.unknown()] == ["last"]


async def test_a_delivery_for_another_app_is_kept_and_not_run(make_world: MakeWorld) -> None:
    async with opened(make_world, config={"app_id": "ours"}) as door:
        assert (await door.send(door.body(appId="theirs", webhookId="a")))[0] == 202
        assert (await door.send(door.body(appId="ours", webhookId="b")))[0] == 202
        assert (await door.send(door.body(webhookId="c")))[0] == 202
        rows = await door.stored()
    assert [row["outcome"] for row in rows] == ["nothing", "pending", "pending"]
    assert rows[0]["reason"] == "sent for another app (theirs)"


async def test_a_repeat_is_taken_and_stored_once(door: Door) -> None:
    assert await door.send(door.body()) == (202, "accepted")
    assert await door.send(door.body()) == (202, "accepted before")
    # A repeat may have other bytes: its id is what counts.
    assert await door.send(door.body(attempt=2)) == (202, "accepted before")
    assert await door.send(door.body(webhookId="w2")) == (202, "accepted")
    assert len(await door.stored()) == 2


async def test_without_an_id_equal_bytes_are_a_repeat(door: Door) -> None:
    body = door.body()
    del body["webhookId"]
    assert await door.send(body) == (202, "accepted")
    assert await door.send(body) == (202, "accepted before")
    assert await door.send(body | {"timestamp": "2026-05-01T10:00:01.000Z"}) == (202, "accepted")


async def test_a_body_over_the_limit_is_refused_and_polling_finds_the_order(make_world: MakeWorld) -> None:
    async with make_world(webhook_max_body_bytes=1024) as world, world.hooks() as url:
        await world.faults("ghl", webhook_retries=0)
        await world.sell(1, webhooks=True)
        await world.webhooks_arrived()
        assert await world.rows("SELECT 1 FROM inbox") == []
        async with world.http.post(f"{url}/hooks/ghl", data=b" " * 1025) as answer:
            assert answer.status == 413
            assert "polling will fetch this record" in await answer.text()
        async with world.http.post(f"{url}/hooks/ghl", data=chunks(b" " * 500, 3)) as answer:
            assert answer.status == 413
        await world.poll()
        await world.work_until_idle()
        truth = await world.truth()
        assert (truth.orders, truth.lost) == (1, [])


async def chunks(chunk: bytes, count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield chunk


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"not json", b"\xff\xfe", b"NaN", b"[" * 50_000, b'{"a":' * 50_000]
)
async def test_what_is_not_json_is_a_bad_request(door: Door, raw: bytes) -> None:
    assert await door.send(raw) == (400, "a webhook's body is not JSON")


@pytest.mark.parametrize("raw", [b"[]", b"null", b"true", b"1.5", b'"text"', b'[{"type":"OrderCreate"}]'])
async def test_what_is_not_an_object_is_a_bad_request(door: Door, raw: bytes) -> None:
    assert await door.send(raw) == (400, "a webhook's body is not a JSON object")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"type": "ContactCreate"}, "no flow listens to ContactCreate"),
        ({"type": "SomethingNew"}, "an event that is not known"),
        ({"type": None}, "an event that is not known"),
        ({"type": {"deep": 1}}, "an event that is not known"),
        ({"_id": None}, "OrderCreate without the id of its order"),
        ({"_id": "nul \0 in it"}, "OrderCreate without the id of its order"),
        ({"_id": "x" * 10_000}, "OrderCreate without the id of its order"),
        ({"_id": ["list"]}, "OrderCreate without the id of its order"),
    ],
)
async def test_what_nobody_waits_for_is_stored_with_its_reason(
    door: Door, more: dict[str, Any], reason: str
) -> None:
    assert await door.send(door.body(**more)) == (202, "accepted")
    (row,) = await door.stored()
    assert row["outcome"] == "nothing"
    assert row["reason"].startswith(reason)


@pytest.mark.skipif(not EXAMPLES, reason=f"HighLevel's published examples are not at {REFERENCE}")
async def test_every_published_example_is_taken(door: Door) -> None:
    for number, file in enumerate(EXAMPLES):
        example = json.loads(file.read_text(encoding="utf-8"))
        assert isinstance(example, dict), file.name
        envelope = {
            "type": file.name.partition(".")[0],
            "locationId": door.location,
            "timestamp": "2026-05-01T10:00:00.000Z",
            "webhookId": f"example-{number}",
        }
        assert await door.send(example | envelope) == (202, "accepted"), file.name
    rows = await door.stored()
    assert len(rows) == len(EXAMPLES)
    assert all(row["outcome"] == "nothing" and row["reason"] for row in rows if row["kind"] != "order")
    assert {row["type"] for row in rows if row["outcome"] == "pending"} == {
        "OrderCreate",
        "OrderStatusUpdate",
    }


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
ENVELOPE = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["OrderCreate", "INSTALL", "LocationUpdate"]) | ANY_JSON,
        **dict.fromkeys(
            ("locationId", "companyId", "webhookId", "appId", "timestamp", "_id", "id", "data", "altId"),
            ANY_JSON,
        ),
    },
)


async def test_no_body_whatever_gets_a_stack_trace(door: Door) -> None:
    tried: list[bytes] = []

    @settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
    @given(
        st.binary(max_size=200)
        | ANY_JSON.map(lambda value: json.dumps(value).encode())
        | ENVELOPE.map(lambda value: json.dumps(value).encode())
        | ENVELOPE.map(
            lambda value: json.dumps(value | {"locationId": door.location, "appId": "a\0b"}).encode()
        )
    )
    def collect(raw: bytes) -> None:
        tried.append(raw)

    collect()
    tried.append(b'{"type":"OrderCreate","webhookId":' + b"9" * 5000 + b"}")
    tried.append(b'{"type":"OrderCreate","timestamp":1e999999999,"webhookId":1e999999999}')
    tried.append(b'{"type":"OrderCreate","timestamp":1e99999999999999999999}')
    tried.append(json.dumps(door.body(companyId="\ud800")).encode())
    for raw in tried:
        status, message = await door.send(raw)
        assert status in (202, 400), (raw, status, message)
        assert "Traceback" not in message
        assert 'File "' not in message


async def test_one_unusable_delivery_does_not_spoil_those_that_come_with_it(door: Door) -> None:
    import asyncio

    bodies = [door.body(webhookId=f"w{number}", _id=f"66f{number}") for number in range(20)]
    bodies[7] |= {"webhookId": "nul \0", "_id": "nul \0"}
    answers = await asyncio.gather(*(door.send(body) for body in bodies))
    assert {status for status, _ in answers} == {202}
    assert len(await door.stored()) == 20


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/hooks/ghl", 405), ("POST", "/hooks/other", 404)]
)
async def test_other_addresses_answer_shortly(door: Door, method: str, path: str, status: int) -> None:
    async with door.http.request(method, f"{door.url}{path}") as answer:
        assert answer.status == status
        assert len(await answer.text()) < 100


async def test_a_broken_database_is_told_without_a_stack_trace(door: Door) -> None:
    await door.world.db.pool.execute("ALTER TABLE inbox RENAME TO elsewhere")
    status, message = await door.send(door.body())
    await door.world.db.pool.execute("ALTER TABLE elsewhere RENAME TO inbox")
    assert status in (500, 503)
    assert "inbox" not in message
    # HighLevel repeats what was not answered with yes, and then it is taken.
    assert await door.send(door.body()) == (202, "accepted")


@pytest.mark.durability
async def test_a_stored_delivery_survives_a_crash_right_after_the_answer(make_world: MakeWorld) -> None:
    async with make_world() as world:
        sold = await world.sell(1)
        (order_id,) = sold["orders"]
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "orderbridge", "serve", "--role", "api", "--port", str(port)],
            env=os.environ | world.environment,
            stderr=subprocess.PIPE,
        )
        url = f"http://127.0.0.1:{port}"
        try:
            await until(lambda: answers(world.http, f"{url}/readyz"))
            await world.control("ghl", "webhooks/url", {"url": f"{url}/hooks/ghl"})
            body = {
                "type": "OrderCreate",
                "locationId": world.sandbox.details["location_id"],
                "webhookId": "w1",
                "_id": order_id,
            }
            assert (await world.control("ghl", "webhooks/send", {"body": body}))["status"] == 202
        finally:
            server.send_signal(signal.SIGKILL)
            server.communicate()
        assert [row["outcome"] for row in await world.rows("SELECT outcome FROM inbox")] == ["pending"]
        await world.work_until_idle()
        assert (await world.truth()).lost == []
        assert [row["outcome"] for row in await world.rows("SELECT outcome FROM inbox")] == ["done"]


async def answers(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
