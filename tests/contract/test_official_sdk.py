"""HighLevel's own Python SDK works on the twin without any change but the address."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from ghl_twin_client import Twin, invoice_body, running_twin

with warnings.catch_warnings():
    # The SDK's own imports warn; our tests turn warnings into errors.
    warnings.simplefilter("ignore")
    highlevel = pytest.importorskip(
        "highlevel", reason="the official SDK (gohighlevel-api-client) is not installed"
    )


@asynccontextmanager
async def sdk_on(twin: Twin, **credentials: Any) -> AsyncIterator[Any]:
    # The SDK reads its address from a class attribute; a subclass is its only way to another host.
    pointed = type("TwinHighLevel", (highlevel.HighLevel,), {"BASE_URL": twin.url})
    client = pointed(**credentials)
    try:
        yield client
    finally:
        await client.get_http_client().aclose()


async def test_orders_and_transactions_are_listed_and_read() -> None:
    async with running_twin() as twin, sdk_on(twin, private_integration_token=twin.world.pit_token) as sdk:
        place = twin.world.location_id
        orders = await sdk.payments.list_orders(alt_id=place, location_id=place, limit=5, offset=0)
        assert len(orders["data"]) == 5
        order = await sdk.payments.get_order_by_id(order_id=orders["data"][0]["_id"], alt_id=place)
        assert order["items"]
        found = await sdk.payments.list_transactions(
            alt_id=place, alt_type="location", entity_id=orders["data"][0]["_id"]
        )
        assert found["totalCount"] >= 1
        assert {row["entityId"] for row in found["data"]} == {orders["data"][0]["_id"]}


async def test_an_invoice_is_created_sent_and_paid() -> None:
    async with running_twin() as twin, sdk_on(twin, private_integration_token=twin.world.pit_token) as sdk:
        made = await sdk.invoices.create_invoice(request_body=invoice_body(twin.world))
        assert (made["status"], made["total"]) == ("draft", 100)
        send = twin.alt | {"userId": twin.world.user_id, "action": "send_manually", "liveMode": False}
        await sdk.invoices.send_invoice(invoice_id=made["_id"], request_body=send)
        payment = twin.alt | {"mode": "cash", "notes": "till", "amount": 100}
        paid = await sdk.invoices.record_invoice(invoice_id=made["_id"], request_body=payment)
        assert paid["invoice"]["status"] == "paid"


async def test_a_contact_is_upserted_and_a_refusal_becomes_the_sdks_own_error() -> None:
    async with running_twin() as twin, sdk_on(twin, private_integration_token=twin.world.pit_token) as sdk:
        body = {"locationId": twin.world.location_id, "email": "sdk@customers.test", "firstName": "Ö"}
        assert (await sdk.contacts.upsert_contact(request_body=body))["new"] is True
        with pytest.raises(highlevel.GHLError, match="should not exist"):
            await sdk.contacts.upsert_contact(request_body=body | {"mystery": 1})


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the SDK's way of sending forms
async def test_an_installed_app_refreshes_its_tokens() -> None:
    async with running_twin() as twin:
        world = twin.world
        code = (await twin.control("oauth/authorize"))["code"]
        app = {"client_id": world.oauth_client_id, "client_secret": world.oauth_client_secret}
        async with sdk_on(twin, **app) as sdk:
            given = {"clientId": app["client_id"], "clientSecret": app["client_secret"]}
            first = await sdk.oauth.get_access_token(
                given | {"grantType": "authorization_code", "code": code}
            )
            again = await sdk.oauth.refresh_token(
                first["refreshToken"], app["client_id"], app["client_secret"], "refresh_token", "Location"
            )
            assert again["accessToken"] != first["accessToken"]
