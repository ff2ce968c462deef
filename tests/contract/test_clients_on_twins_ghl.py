from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from aiohttp import web

from orderbridge.connectors.base import Token
from orderbridge.connectors.ghl.agency import AgencyClient
from orderbridge.connectors.ghl.auth import COMPANY, OAuthApp, OAuthAuthenticator
from orderbridge.connectors.ghl.billing import InvoiceDraft, InvoiceItemDraft
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.connectors.ghl.directory import ContactDraft
from orderbridge.connectors.ghl.models import FulfilledItem, Tracking
from orderbridge.connectors.ghl.refusals import GhlDialect
from orderbridge.connectors.ghl.webhooks import Delivery, SignatureError, WebhookKeys, read, verify
from orderbridge.connectors.http import HttpClient
from orderbridge.connectors.ratelimit import WindowBudget
from orderbridge.core.clock import ManualClock
from orderbridge.core.errors import (
    InDoubtError,
    NotFoundError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TransientError,
)
from orderbridge.emulators.ghl.app import create_ghl_app
from orderbridge.emulators.ghl.oauth import authorised_code
from orderbridge.emulators.ghl.sales import sell
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.seeds.ghl_history import seeded_ghl_world
from orderbridge.emulators.server import run_app

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Twin:
    def __init__(self, world: GhlWorld, clock: ManualClock, url: str, opened: AsyncExitStack) -> None:
        self.world, self.clock, self.url, self.opened = world, clock, url, opened
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(seconds)
        await asyncio.sleep(0)

    def budget(self) -> WindowBudget:
        return WindowBudget(connection_id="ghl", clock=self.clock, sleep=self.sleep)

    def connect(self, **given: object) -> GhlClient:
        settings: dict[str, object] = {
            "base_url": self.url,
            "location_id": self.world.location_id,
            "budget": self.budget(),
            "clock": self.clock,
            "rng": random.Random(3),
            "sleep": self.sleep,
        }
        if "authenticator" not in given:
            settings["pit_token"] = self.world.pit_token
        client = GhlClient.connect(**(settings | given))  # type: ignore[arg-type]
        self.opened.push_async_callback(client.close)
        return client

    def oauth_app(self) -> OAuthApp:
        http = HttpClient(
            self.url,
            dialect=GhlDialect(),
            budget=self.budget(),
            clock=self.clock,
            rng=random.Random(4),
            sleep=self.sleep,
        )
        self.opened.push_async_callback(http.close)
        return OAuthApp(http, self.world.oauth_client_id, self.world.oauth_client_secret)


class MemoryTokenStore:
    def __init__(self, token: Token) -> None:
        self.token = token
        self._lock = asyncio.Lock()

    async def load(self) -> Token | None:
        return self.token

    async def save(self, token: Token, *, replaces: int | None) -> bool:
        if self.token.version != replaces:
            return False
        self.token = token
        return True

    @asynccontextmanager
    async def refreshing(self) -> AsyncIterator[None]:
        async with self._lock:
            yield


@pytest.fixture
async def twin() -> AsyncIterator[Twin]:
    clock = ManualClock(NOW)
    world = seeded_ghl_world(seed=7, clock=clock)
    async with AsyncExitStack() as opened, run_app(create_ghl_app(world)) as url:
        yield Twin(world, clock, url, opened)
        await opened.aclose()
    await world.close()


@pytest.fixture
def ghl(twin: Twin) -> GhlClient:
    return twin.connect()


def ours(twin: Twin) -> list[dict[str, object]]:
    return [row for row in twin.world.orders if row["altId"] == twin.world.location_id]


async def test_a_connection_is_tested_by_its_location(twin: Twin, ghl: GhlClient) -> None:
    location = await ghl.location()
    assert location.id == twin.world.location_id
    assert location.time_zone
    assert twin.world.user_id in [user.id for user in await ghl.users()]


async def test_all_live_orders_are_walked_once_whatever_the_page_size(twin: Twin, ghl: GhlClient) -> None:
    live = {row["_id"] for row in ours(twin) if row["liveMode"]}
    test = {row["_id"] for row in ours(twin) if not row["liveMode"]}
    twin.world.faults.set("list_limit_max", 20)
    found = [order.id async for order in ghl.orders()]
    assert len(found) == len(set(found))
    assert set(found) == live
    assert {order.id async for order in ghl.orders(mode="test")} == test
    assert {order.id async for order in ghl.orders(mode=None)} == live | test


async def test_orders_sold_while_reading_hide_none(twin: Twin, ghl: GhlClient) -> None:
    before = {row["_id"] for row in ours(twin) if row["liveMode"]}
    found: list[str] = []
    async for order in ghl.orders(page_rows=15):
        found.append(order.id)
        if len(found) % 10 == 0:
            sell(twin.world)
    assert before <= set(found)
    assert len(found) == len(set(found))


async def test_orders_are_filtered_by_utc_day(twin: Twin, ghl: GhlClient) -> None:
    start = (NOW - timedelta(days=10)).date()
    end = (NOW - timedelta(days=5)).date()
    found = [order async for order in ghl.orders(start=start, end=end)]
    assert found
    assert all(order.created_at and start <= order.created_at.date() <= end for order in found)


async def test_an_order_adds_up_exactly(twin: Twin, ghl: GhlClient) -> None:
    async for row in ghl.orders():
        order = await ghl.order(row.id)
        assert order.amount == row.amount
        assert order.items
        goods = sum((item.unit_price * item.quantity for item in order.items), Decimal(0))
        assert goods == order.subtotal


async def test_a_list_that_stops_taking_alt_type_is_still_read(twin: Twin, ghl: GhlClient) -> None:
    twin.world.faults.set("alt_type_refused_on_orders", True)
    assert (await ghl.orders_page(0, 5)).total
    assert len((await ghl.orders_page(5, 5)).rows) == 5
    refused = twin.world.requests["GET /payments/orders"][422]
    assert refused == 1


@pytest.mark.parametrize("as_array", [False, True])
async def test_transactions_lead_to_the_orders_that_the_list_leaves_out(
    twin: Twin, ghl: GhlClient, as_array: bool
) -> None:
    twin.world.faults.set("orders_missing_from_list", 3)
    twin.world.faults.set("transaction_as_array", as_array)
    listed = {order.id async for order in ghl.orders()}
    paid = [item async for item in ghl.transactions(mode="live") if item.entity_type == "order"]
    missing = {item.entity_id for item in paid if item.entity_id} - listed
    assert missing
    for order_id in missing:
        assert (await ghl.order(order_id)).id == order_id
    one = await ghl.transaction(paid[0].id)
    assert (one.amount, one.entity_id) == (paid[0].amount, paid[0].entity_id)
    joined = [item.id async for item in ghl.transactions(entity_id=one.entity_id)]
    assert one.id in joined


async def test_refunds_show_on_their_transactions(ghl: GhlClient) -> None:
    refunded = [item async for item in ghl.transactions() if item.refunded]
    assert refunded
    assert all(0 < item.refunded <= item.amount for item in refunded)


async def test_subscriptions_tell_their_schedule_by_id(ghl: GhlClient) -> None:
    rows = [row async for row in ghl.subscriptions()]
    assert rows
    one = await ghl.subscription(rows[0].id)
    assert one.interval_type
    assert one.amount == rows[0].amount


async def test_goods_are_handed_over_once_and_nobody_is_told(twin: Twin, ghl: GhlClient) -> None:
    order_id = next(
        row["_id"] for row in ours(twin) if row["fulfillmentStatus"] == "unfulfilled" and row["liveMode"]
    )
    order = await ghl.order(str(order_id))
    assert await ghl.fulfilments(order.id) == []
    items = [
        FulfilledItem(price_id=item.price_id, name=item.name, quantity=item.quantity)
        for item in order.items
        if item.price_id
    ]
    parcel = Tracking(number="1Z999", carrier="UPS", url=None)
    made = await ghl.create_fulfilment(order.id, items=items, trackings=[parcel])
    found = await ghl.fulfilments(order.id)
    assert [item.id for item in found] == [made.id]
    assert found[0].trackings == (parcel,)
    assert {item.price_id: item.quantity for item in found[0].items} == {
        item.price_id: item.quantity for item in items
    }
    assert twin.world.messages == []


async def test_a_payment_on_an_order_is_recorded_or_plainly_refused(twin: Twin, ghl: GhlClient) -> None:
    order_id = str(next(row["_id"] for row in ours(twin) if row["status"] == "pending" and row["liveMode"]))
    twin.world.faults.set("order_record_payment_404", 1)
    with pytest.raises(NotFoundError):
        await ghl.record_order_payment(order_id, mode="cash")
    await ghl.record_order_payment(order_id, mode="cash", notes="ref=1")
    paid = [item async for item in ghl.transactions(entity_id=order_id) if item.status == "succeeded"]
    assert paid


async def test_no_order_can_be_created_and_none_is_tried(twin: Twin, ghl: GhlClient) -> None:
    with pytest.raises(RejectedError) as caught:
        await ghl.http.call("POST", "/payments/orders", body={})
    assert caught.value.cause == "denied"
    assert not any(route.startswith("POST /payments/orders ") for route in twin.world.requests)
    assert twin.world.requests["POST /payments/orders"] == {}


async def test_a_contact_is_upserted_found_and_changed(ghl: GhlClient) -> None:
    draft = ContactDraft(
        first_name="Zoë",
        last_name="O'Neil",
        email="zoe+ghl@example.com",
        phone="+13035550177",
        company="O'Neil & Söhne",
        city="Denver",
    )
    first = await ghl.upsert_contact(draft)
    again = await ghl.upsert_contact(draft)
    assert (first.new, again.new) == (True, False)
    assert first.contact.id == again.contact.id
    found = await ghl.duplicate_contact(phone="+13035550177")
    assert found is not None
    assert found.id == first.contact.id
    assert await ghl.duplicate_contact(email="nobody@example.com") is None
    changed = await ghl.update_contact(first.contact.id, ContactDraft(city="Boulder"))
    assert changed.id == first.contact.id
    read_back = await ghl.contact(first.contact.id)
    assert (read_back.city, read_back.company, read_back.last_name) == ("Boulder", "O'Neil & Söhne", "O'Neil")
    assert await ghl.add_contact_note(first.contact.id, "From Act!")


async def test_all_contacts_are_walked_once(twin: Twin, ghl: GhlClient) -> None:
    expected = {row["id"] for row in twin.world.contacts if row["locationId"] == twin.world.location_id}
    found = [contact.id async for contact in ghl.contacts(page_rows=7)]
    assert len(found) == len(set(found))
    assert set(found) == expected


async def test_products_get_prices_and_coupons_are_read(ghl: GhlClient) -> None:
    assert [product.name async for product in ghl.products()]
    product = await ghl.create_product(name="Mug")
    price = await ghl.create_price(
        product.id, name="Standard", amount=Decimal("7.50"), currency="USD", sku="M-1"
    )
    assert [(row.id, row.amount, row.sku) for row in await ghl.prices(product.id)] == [
        (price.id, Decimal("7.50"), "M-1")
    ]
    assert product.id in [item.id async for item in ghl.products()]
    codes = [coupon.code async for coupon in ghl.coupons()]
    assert len(codes) == len(set(codes))


async def test_pipelines_fields_and_deals_are_read(ghl: GhlClient) -> None:
    pipelines = await ghl.pipelines()
    assert pipelines[0].stages
    assert isinstance(await ghl.custom_fields(), list)
    deals = [deal async for deal in ghl.deals()]
    assert len(deals) == len({deal.id for deal in deals})


async def drafted(ghl: GhlClient, name: str = "Deal a-1") -> InvoiceDraft:
    upserted = await ghl.upsert_contact(
        ContactDraft(first_name="Ada", email="ada-i@example.com", phone="+13035550178")
    )
    return InvoiceDraft(
        name=name,
        currency="USD",
        items=(
            InvoiceItemDraft(name="Mug", amount=Decimal("7.55"), quantity=Decimal(3)),
            InvoiceItemDraft(name="Tax", amount=Decimal("0.10")),
        ),
        contact_id=upserted.contact.id,
        contact_name="Ada",
        contact_email="ada-i@example.com",
        contact_phone="+13035550178",
        issue_date=NOW.date(),
        due_date=(NOW + timedelta(days=14)).date(),
        live=False,
        discount=Decimal("1.05"),
    )


async def test_an_invoice_goes_from_draft_to_paid_without_a_message(twin: Twin, ghl: GhlClient) -> None:
    made = await ghl.create_invoice(await drafted(ghl))
    assert (made.status, made.total, made.live) == ("draft", Decimal("21.70"), False)
    sent = await ghl.send_invoice(made.id, user_id=twin.world.user_id, live=False)
    assert sent.status == "sent"
    partly = await ghl.record_invoice_payment(
        made.id, mode="cash", amount=Decimal("1.70"), notes="ref=p1", received_at=NOW
    )
    assert partly.status == "partially_paid"
    await ghl.record_invoice_payment(made.id, mode="bank_transfer", amount=Decimal("20.00"), notes="ref=p2")
    paid = await ghl.invoice(made.id)
    assert (paid.status, paid.amount_paid, paid.amount_due) == ("paid", Decimal("21.70"), Decimal(0))
    money = [item async for item in ghl.transactions(entity_id=made.id)]
    assert sorted(item.amount for item in money) == [Decimal("1.70"), Decimal("20.00")]
    found = [item.id async for item in ghl.invoices(search="Deal a-1")]
    assert found == [made.id]
    assert twin.world.messages == []
    with pytest.raises(RejectedError):
        await ghl.delete_draft_invoice(made.id)


async def test_a_payment_is_recorded_also_where_every_field_is_demanded(twin: Twin, ghl: GhlClient) -> None:
    twin.world.faults.set("record_payment_requires_all", True)
    made = await ghl.create_invoice(await drafted(ghl))
    await ghl.send_invoice(made.id, user_id=twin.world.user_id, live=False)
    twin.world.faults.set("invoice_payment_locked", 1)
    with pytest.raises(TransientError, match="being processed"):
        await ghl.record_invoice_payment(made.id, mode="cash", amount=Decimal("21.70"))
    assert (await ghl.record_invoice_payment(made.id, mode="cash", amount=Decimal("21.70"))).status == "paid"


async def test_a_draft_is_deleted_and_a_sent_invoice_voided(twin: Twin, ghl: GhlClient) -> None:
    draft = await ghl.create_invoice(await drafted(ghl, "Deal a-2"))
    with pytest.raises(RejectedError, match="draft"):
        await ghl.void_invoice(draft.id)
    await ghl.delete_draft_invoice(draft.id)
    with pytest.raises(NotFoundError):
        await ghl.invoice(draft.id)
    made, url = await ghl.text2pay(await drafted(ghl, "Deal a-3"), user_id=twin.world.user_id)
    assert made.status == "draft"
    assert url
    await ghl.send_invoice(made.id, user_id=twin.world.user_id, live=False)
    assert (await ghl.void_invoice(made.id)).status == "void"
    assert twin.world.messages == []


@pytest.mark.parametrize("fault", ["error_500_after_write", "drop_after_write"])
async def test_a_write_that_was_done_without_an_answer_is_in_doubt_and_done_once(
    twin: Twin, ghl: GhlClient, fault: str
) -> None:
    draft = await drafted(ghl, "Deal a-4")
    twin.world.faults.set(fault, 1)
    with pytest.raises(InDoubtError):
        await ghl.create_invoice(draft)
    assert len([item async for item in ghl.invoices(search="Deal a-4")]) == 1


async def test_a_bad_spell_is_sat_out_when_reading(twin: Twin, ghl: GhlClient) -> None:
    twin.world.faults.set("html_error", 1)
    twin.world.faults.set("error_500_before", 1)
    await ghl.location()
    assert len(twin.slept) == 2


async def test_the_wrong_kind_of_token_is_named_and_never_refreshed(twin: Twin) -> None:
    with pytest.raises(ReconnectError, match="agency"):
        await twin.connect(pit_token=twin.world.agency_pit_token).orders_page(0, 1)
    with pytest.raises(ReconnectError) as caught:
        await twin.connect(pit_token=twin.world.other_pit_token).orders_page(0, 1)
    assert caught.value.cause == "ghl.wrong_location"
    with pytest.raises(ReconnectError, match="reconnect"):
        await twin.connect(pit_token="pit-00000000-0000-0000-0000-000000000000").orders_page(0, 1)


async def test_backfill_uses_the_allowance_and_is_never_refused(twin: Twin) -> None:
    twin.world.faults.set("rate_burst", 50)
    ghl = twin.connect().unhurried()
    calls = 400
    for _ in range(calls):
        await ghl.orders_page(0, 1)
    answers = twin.world.requests["GET /payments/orders"]
    assert set(answers) == {200}
    assert calls / twin.clock.monotonic_s() >= 0.95 * 50 / 10


async def test_too_many_calls_are_waited_out_with_and_without_an_explanation(
    twin: Twin, ghl: GhlClient
) -> None:
    for body in ("json", "text", "html", "empty"):
        twin.world.faults.set("throttle_body", body)
        twin.world.faults.set("throttle_429", 1)
        await ghl.location()
    assert sum(twin.slept) >= 40
    twin.world.faults.set("throttle_retry_after_s", 600)
    twin.world.faults.set("throttle_429", 1)
    with pytest.raises(RateLimitedError):
        await ghl.location()


async def test_a_used_up_day_stops_calls_until_midnight(twin: Twin) -> None:
    twin.world.faults.set("rate_daily", 5)
    ghl = twin.connect()
    for _ in range(5):
        await ghl.location()
    with pytest.raises(RateLimitedError) as caught:
        await ghl.location()
    assert caught.value.cause == "rate_limited.day"
    assert 429 not in twin.world.requests["GET /locations/{locationId}"]
    twin.clock.advance(caught.value.retry_after_s)
    await ghl.location()


async def installed(twin: Twin, *, user_type: str = "Location") -> tuple[OAuthApp, Token]:
    app = twin.oauth_app()
    redirect = "https://bridge.example.com/oauth"
    code = authorised_code(twin.world, {"user_type": user_type, "redirect_uri": redirect})
    grant = await app.exchange_code(code, redirect_uri=redirect, user_type=user_type)
    assert grant.user_type == user_type
    with pytest.raises(ReconnectError):
        await app.exchange_code(code, redirect_uri=redirect, user_type=user_type)
    return app, grant.token(version=1, now=twin.clock.now())


async def test_an_installed_app_refreshes_its_single_use_pair_for_all_processes(twin: Twin) -> None:
    app, token = await installed(twin)
    store = MemoryTokenStore(token)
    processes = [
        twin.connect(authenticator=OAuthAuthenticator(app, store, clock=twin.clock)) for _ in range(3)
    ]
    await asyncio.gather(*(client.location() for client in processes))
    twin.clock.advance(86_399 * 0.85)
    await asyncio.gather(*(client.location() for client in processes for _ in range(3)))
    assert store.token.version == 2
    twin.world.faults.set("unauthorized_401", 1)
    await processes[0].location()
    assert store.token.version == 3
    await asyncio.gather(*(client.location() for client in processes))
    assert store.token.version == 3


async def test_a_401_that_a_new_token_cannot_help_refreshes_nothing(twin: Twin) -> None:
    app, token = await installed(twin)
    store = MemoryTokenStore(token)
    client = twin.connect(authenticator=OAuthAuthenticator(app, store, clock=twin.clock))
    twin.world.faults.set("iam_401", 1)
    with pytest.raises(RejectedError, match="switched this route on"):
        await client.location()
    assert store.token.version == 1


async def test_a_pair_used_by_somebody_else_asks_for_a_person(twin: Twin) -> None:
    app, token = await installed(twin)
    assert token.refresh is not None
    await app.refresh(token.refresh)
    twin.clock.advance(86_400)
    client = twin.connect(authenticator=OAuthAuthenticator(app, MemoryTokenStore(token), clock=twin.clock))
    with pytest.raises(ReconnectError, match="lost"):
        await client.location()


async def test_an_agency_mints_tokens_for_its_locations(twin: Twin) -> None:
    app, company = await installed(twin, user_type=COMPANY)
    agency = OAuthAuthenticator(app, MemoryTokenStore(company), clock=twin.clock, user_type=COMPANY)
    with pytest.raises(ReconnectError):
        await twin.connect(authenticator=agency).orders_page(0, 1)
    http = HttpClient(
        twin.url,
        dialect=GhlDialect(),
        budget=twin.budget(),
        clock=twin.clock,
        rng=random.Random(5),
        authenticator=agency,
        headers={"Version": "2021-07-28"},
    )
    twin.opened.push_async_callback(http.close)
    calls = AgencyClient(
        http, company_id=twin.world.company_id, app_id=twin.world.oauth_client_id.split("-")[0]
    )
    installed_in = [item.location_id async for item in calls.locations(page_rows=2) if item.installed]
    assert installed_in == [twin.world.location_id]
    grant = await calls.location_token(twin.world.location_id)
    store = MemoryTokenStore(grant.token(version=1, now=twin.clock.now()))
    client = twin.connect(authenticator=OAuthAuthenticator(app, store, clock=twin.clock))
    assert (await client.orders_page(0, 1)).total


@pytest.mark.parametrize("legacy", [False, True])
async def test_webhooks_of_the_twin_are_verified_and_read(twin: Twin, legacy: bool) -> None:
    received: list[Delivery] = []
    refused: list[str] = []
    signer = twin.world.webhooks.signer
    keys = WebhookKeys.from_pem(
        [signer.public_key_pem], legacy_rsa_pem=signer.rsa_public_key_pem if legacy else None
    )

    async def hook(request: web.Request) -> web.Response:
        raw = await request.read()
        try:
            verify(raw, request.headers, keys)
        except SignatureError as error:
            refused.append(error.cause)
            return web.Response(status=401)
        received.append(read(raw))
        return web.Response(status=202)

    app = web.Application()
    app.router.add_post("/hooks/ghl", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    twin.opened.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    twin.world.webhooks.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/ghl"
    if legacy:
        twin.world.faults.set("webhook_ed25519", "N/A")
        twin.world.faults.set("webhook_rsa", "sign")
    twin.world.faults.set("webhook_wrong_signature", 1)
    twin.world.faults.set("webhook_retry_base_s", Decimal("0.01"))
    sale = sell(twin.world)
    twin.world.webhooks.submit(sale.events)
    assert await twin.world.webhooks.flush(timeout_s=10)
    assert refused == ["ghl.signature_wrong"]
    orders = [item for item in received if item.entity_kind == "order"]
    assert {item.entity_id for item in orders} == {sale.order["_id"]}
    assert {item.location_id for item in received} == {twin.world.location_id}
    assert all(item.webhook_id and item.timestamp for item in received)
