"""Webhooks of the HighLevel twin, received by a real server."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from ghl_twin_client import Twin, invoice_body, running_twin

from orderbridge.core import jsonio


@dataclass
class Receiver:
    statuses: list[int] = field(default_factory=list)
    url: str = ""
    got: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.got.append((await request.read(), headers))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 202)

    @property
    def bodies(self) -> list[Any]:
        return [jsonio.decode(raw) for raw, _headers in self.got]

    @property
    def types(self) -> list[str]:
        return [body.get("type") for body in self.bodies]


@asynccontextmanager
async def receiving(**switches: Any) -> AsyncIterator[tuple[Twin, Receiver]]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hooks/ghl", receiver.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    receiver.url = f"http://{host}:{port}/hooks/ghl"
    quick = {"webhook_retry_base_s": 0.001, "webhook_retry_cap_s": 0.01}
    try:
        async with running_twin(webhook_url=receiver.url, **{**quick, **switches}) as twin:
            yield twin, receiver
    finally:
        await runner.cleanup()


def verify(twin: Twin, raw: bytes, signature: str) -> None:
    key: Any = serialization.load_pem_public_key(twin.world.webhooks.signer.public_key_pem.encode())
    key.verify(base64.b64decode(signature), raw)


async def paid_order(twin: Twin) -> str:
    """Sell until an order is paid at once, quietly, and leave the next sale to be such a one."""
    while twin.world.sold % 16:
        await twin.control("orders", count=1, webhooks=False)
    return str((await twin.control("orders", count=1))["orders"][0])


async def test_a_sale_sends_a_pending_order_and_then_its_completion() -> None:
    async with receiving() as (twin, receiver):
        order_id = await paid_order(twin)
        counts = await twin.control("webhooks/flush")
        assert counts["done"] is True
        mine = [body for body in receiver.bodies if body.get("_id") == order_id]
        assert {(body["type"], body["status"]) for body in mine} == {
            ("OrderCreate", "pending"),
            ("OrderStatusUpdate", "completed"),
        }
        body = mine[0]
        assert {"firstName", "locationId"} <= set(body["contactSnapshot"])
        assert set(body["amountSummary"]) == {"subtotal", "discount", "tax", "shipping"}
        assert body["locationId"] == twin.world.location_id
        assert {"timestamp", "webhookId"} <= set(body)
        assert not any("_id" in item for item in body["items"])


async def test_the_signature_covers_the_exact_compact_bytes() -> None:
    async with receiving() as (twin, receiver):
        await twin.control("orders", count=8)
        await twin.control("webhooks/flush")
        assert len(receiver.got) >= 8
        for raw, headers in receiver.got:
            verify(twin, raw, headers["x-ghl-signature"])
            assert raw == jsonio.encode(jsonio.decode(raw))
            assert b"\\u" not in raw
            assert "x-wh-signature" not in headers
            with pytest.raises(InvalidSignature):
                verify(twin, raw + b" ", headers["x-ghl-signature"])


async def test_whatever_is_not_2xx_is_tried_again_with_the_same_webhook_id() -> None:
    async with receiving() as (twin, receiver):
        receiver.statuses = [500, 401, 302, 404, 200]
        await twin.control("webhooks/flush")
        await twin.control("raw_order", amount=1, currency="USD", liveMode=True)
        counts = await twin.control("webhooks/flush")
        assert (counts["delivered"], counts["lost"], counts["attempts"]) == (1, 0, 5)
        assert len({body["webhookId"] for body in receiver.bodies}) == 1
        assert len({raw for raw, _headers in receiver.got}) == 1


async def test_after_twelve_retries_a_delivery_is_lost() -> None:
    async with receiving() as (twin, receiver):
        receiver.statuses = [503] * 50
        await twin.control("raw_order", amount=1, currency="USD", liveMode=True)
        counts = await twin.control("webhooks/flush")
        assert (counts["delivered"], counts["lost"], counts["attempts"]) == (0, 1, 13)
        assert (await twin.truth())["webhooks"]["lost"] == 1


async def test_a_receiver_that_is_not_there_is_tried_again_too() -> None:
    async with receiving() as (twin, receiver):
        await twin.control("webhooks/url", url="http://127.0.0.1:9/hooks/ghl")
        await twin.control("raw_order", amount=1, currency="USD", liveMode=True)
        assert (await twin.control("webhooks/flush"))["lost"] == 1
        assert receiver.got == []


async def test_copies_carry_the_same_webhook_id() -> None:
    async with receiving(webhook_duplicate=2) as (twin, receiver):
        await twin.control("raw_order", amount=1, currency="USD", liveMode=True)
        assert (await twin.control("webhooks/flush"))["delivered"] == 3
        assert len({body["webhookId"] for body in receiver.bodies}) == 1


async def test_a_completion_can_arrive_before_its_order() -> None:
    async with receiving(webhook_reorder=True) as (twin, receiver):
        await paid_order(twin)
        await twin.control("webhooks/flush")
        assert receiver.types == ["OrderStatusUpdate", "OrderCreate"]


async def test_events_can_be_lost_without_a_try() -> None:
    async with receiving(webhook_lose={"count": 1, "match": "OrderCreate"}) as (twin, receiver):
        await paid_order(twin)
        counts = await twin.control("webhooks/flush")
        assert (counts["sent"], counts["delivered"], counts["lost"]) == (2, 1, 1)
        assert receiver.types == ["OrderStatusUpdate"]


async def test_a_delivery_can_wait() -> None:
    async with receiving(webhook_delay_s=0.5) as (twin, receiver):
        await twin.control("raw_order", amount=1, currency="USD", liveMode=True)
        assert (await twin.truth())["webhooks"]["pending"] == 1
        assert receiver.got == []
        assert (await twin.control("webhooks/flush"))["delivered"] == 1


async def test_a_wrong_signature_is_followed_by_a_right_one_when_it_is_refused() -> None:
    async with receiving(webhook_wrong_signature=1) as (twin, receiver):
        receiver.statuses = [401]
        await twin.control("raw_order", amount=1, currency="USD", liveMode=True)
        await twin.control("webhooks/flush")
        (first, bad), (second, good) = receiver.got
        with pytest.raises(InvalidSignature):
            verify(twin, first, bad["x-ghl-signature"])
        verify(twin, second, good["x-ghl-signature"])


async def test_the_older_header_is_rsa_and_either_header_can_be_not_available() -> None:
    async with receiving(webhook_rsa="sign", webhook_ed25519="N/A") as (twin, receiver):
        await twin.control("raw_order", amount=1, currency="USD", liveMode=True)
        await twin.control("webhooks/flush")
        raw, headers = receiver.got[0]
        assert headers["x-ghl-signature"] == "N/A"
        pem = twin.world.webhooks.signer.rsa_public_key_pem.encode()
        key: Any = serialization.load_pem_public_key(pem)
        signature = base64.b64decode(headers["x-wh-signature"])
        key.verify(signature, raw, padding.PKCS1v15(), hashes.SHA256())


async def test_an_invoice_sends_an_event_for_each_state() -> None:
    async with receiving() as (twin, receiver):
        invoice = (await twin.call("POST", "/invoices/", invoice_body(twin.world))).data
        path = f"/invoices/{invoice['_id']}"
        await twin.post(f"{path}/send", userId=twin.world.user_id, action="send_manually", liveMode=False)
        await twin.post(f"{path}/record-payment", mode="cash", notes="", amount=1)
        await twin.post(f"{path}/record-payment", mode="cash", notes="")
        await twin.control("webhooks/flush")
        expected = ["InvoiceCreate", "InvoicePaid", "InvoicePartiallyPaid", "InvoiceSent"]
        assert sorted(receiver.types) == expected
        assert all(isinstance(body["invoiceNumber"], str) for body in receiver.bodies)
        assert "contactId" not in receiver.bodies[0]


async def test_invoice_events_can_lack_a_type_as_published() -> None:
    async with receiving(webhook_without_type=True) as (twin, receiver):
        await twin.call("POST", "/invoices/", invoice_body(twin.world))
        await twin.control("webhooks/flush")
        body = receiver.bodies[0]
        assert "type" not in body
        assert "locationId" not in body
        assert body["altId"] == twin.world.location_id


async def test_contacts_and_deals_send_events_too() -> None:
    async with receiving() as (twin, receiver):
        place = {"locationId": twin.world.location_id}
        contact = await twin.call("POST", "/contacts/upsert", place | {"email": "w@customers.test"})
        contact_id = contact.data["contact"]["id"]
        await twin.call("POST", f"/contacts/{contact_id}/tags", {"tags": ["vip"]})
        pipeline = next(iter(twin.world.pipelines))["id"]
        deal = {"pipelineId": pipeline, "name": "Kiln", "status": "open", "contactId": contact_id}
        made = await twin.call("POST", "/opportunities/", place | deal)
        path = f"/opportunities/{made.data['opportunity']['id']}"
        await twin.call("PUT", path, {"status": "won", "monetaryValue": 5})
        await twin.control("webhooks/flush")
        assert sorted(receiver.types) == [
            "ContactCreate",
            "ContactTagUpdate",
            "OpportunityCreate",
            "OpportunityMonetaryValueUpdate",
            "OpportunityStatusUpdate",
            "OpportunityUpdate",
        ]


async def test_payments_refunds_and_fulfilments_send_nothing() -> None:
    async with receiving() as (twin, receiver):
        order_id = (await twin.get("/payments/orders", paymentStatus="paid", limit=1)).data["data"][0]["_id"]
        await twin.control(f"orders/{order_id}/refund", amount=1)
        await twin.control("webhooks/flush")
        assert receiver.got == []


async def test_any_body_can_be_sent_with_any_signature() -> None:
    async with receiving() as (twin, receiver):
        receiver.statuses = [401, 400, 202]
        for kind, expected in (("none", 401), ("wrong", 400), ("good", 202)):
            reply = await twin.control("webhooks/send", text='{"b":1, "a":"ü"}', signature=kind)
            assert reply == {"status": expected}
        assert {raw for raw, _headers in receiver.got} == {'{"b":1, "a":"ü"}'.encode()}
        verify(twin, receiver.got[2][0], receiver.got[2][1]["x-ghl-signature"])


async def test_without_a_url_nothing_is_sent_and_nothing_waits() -> None:
    async with running_twin() as twin:
        await twin.control("orders", count=3)
        assert (await twin.truth())["webhooks"]["sent"] == 0
        assert (await twin.control("webhooks/flush"))["done"] is True


async def test_what_was_lost_can_be_sent_again_with_its_original_bytes() -> None:
    async with receiving(webhook_paused=True) as (twin, receiver):
        await twin.control("raw_order", amount=1, currency="USD", liveMode=True)
        assert (await twin.control("webhooks/flush"))["lost"] == 1
        await twin.control("faults", webhook_paused=False)
        again = await twin.control("webhooks/resend")
        await twin.control("webhooks/flush")
        assert [body["webhookId"] for body in receiver.bodies] == again["webhook_ids"]
        assert await twin.control("webhooks/resend") == {"webhook_ids": []}
        await twin.control("webhooks/resend", webhook_ids=again["webhook_ids"])
        await twin.control("webhooks/flush")
        assert receiver.got[0][0] == receiver.got[1][0]


async def test_installing_and_uninstalling_send_events_and_uninstalling_ends_the_tokens() -> None:
    async with receiving() as (twin, receiver):
        code = (await twin.control("oauth/authorize"))["code"]
        app = {"client_id": twin.world.oauth_client_id, "client_secret": twin.world.oauth_client_secret}
        form = app | {"grant_type": "authorization_code", "code": code}
        granted = (await twin.call("POST", "/oauth/token", form=form, token=None, version=None)).data
        assert (await twin.control("oauth/uninstall"))["tokens_ended"] == 1
        await twin.control("webhooks/flush")
        assert sorted(receiver.types) == ["INSTALL", "UNINSTALL"]
        assert {body["locationId"] for body in receiver.bodies} == {twin.world.location_id}
        reply = await twin.call("GET", "/payments/orders", query=twin.alt, token=granted["access_token"])
        assert reply.status == 401
        form = app | {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
        assert (await twin.call("POST", "/oauth/token", form=form, token=None, version=None)).status == 401


async def test_the_twin_refuses_to_send_to_a_real_highlevel_host() -> None:
    async with running_twin() as twin:
        given = {"url": "https://services.leadconnectorhq.com/hooks"}
        reply = await twin.call("POST", "/_twin/webhooks/url", given, token=None, version=None)
        assert reply.status == 400
        assert twin.world.webhooks.url is None


async def test_shares_of_the_events_are_lost_sent_twice_and_swapped_and_the_log_tells_which() -> None:
    shares = {"webhook_lose_share": 0.1, "webhook_duplicate_share": 0.1, "webhook_reorder_share": 0.3}
    async with receiving(**shares) as (twin, receiver):
        await twin.control("orders", count=200, outcome="paid")
        counts = await twin.control("webhooks/flush")
        events = (await twin.log())["events"]
        lost = [event for event in events if event["lost"]]
        assert 0.05 < len(lost) / len(events) < 0.15
        assert 0.05 < sum(event["copies"] > 1 for event in events) / len(events) < 0.15
        assert 0.1 < sum(event["swapped"] for event in events) / len(events) < 0.35
        assert counts["lost"] == sum(event["copies"] for event in lost)
        arrived = {event["webhook_id"] for event in events if event["arrived"]}
        assert arrived == {body["webhookId"] for body in receiver.bodies}
        assert arrived == {event["webhook_id"] for event in events} - {event["webhook_id"] for event in lost}
