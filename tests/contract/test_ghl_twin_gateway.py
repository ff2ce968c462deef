"""What a request must bring before the HighLevel twin looks at what it asks for."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
import pytest
from ghl_twin_client import NOW, Twin, invoice_body, running_twin

from orderbridge.core.clock import ManualClock

ORDERS = "/payments/orders"


@pytest.fixture
async def twin():
    async with running_twin() as twin:
        yield twin


async def test_without_a_version_header_the_answer_is_401_and_not_about_the_token(twin: Twin) -> None:
    reply = await twin.call("GET", ORDERS, query=twin.alt, version=None)
    assert (reply.status, reply.data["message"]) == (401, "version header was not found.")


async def test_an_unknown_version_is_a_bad_request(twin: Twin) -> None:
    reply = await twin.call("GET", ORDERS, query=twin.alt, version="bogus-version")
    message = "Invalid API version segment 'bogus-version' at position 0"
    assert (reply.status, reply.data["message"]) == (400, message)


@pytest.mark.parametrize("version", ["2021-07-28", "2023-02-21", "v3"])
async def test_the_published_versions_are_accepted(twin: Twin, version: str) -> None:
    assert (await twin.call("GET", ORDERS, query=twin.alt, version=version)).status == 200


@pytest.mark.parametrize(
    ("token", "message"),
    [
        (None, "Invalid JWT"),
        ("nonsense", "Invalid JWT"),
        ("pit-00000000-0000-4000-8000-000000000000", "Invalid token: access token is invalid"),
    ],
)
async def test_an_unknown_token_is_401(twin: Twin, token: str | None, message: str) -> None:
    reply = await twin.call("GET", ORDERS, query=twin.alt, token=token)
    assert reply.status == 401
    assert reply.data == {"statusCode": 401, "message": message, "error": "Unauthorized"}


async def test_the_token_of_an_agency_works_on_no_payment(twin: Twin) -> None:
    reply = await twin.call("GET", ORDERS, query=twin.alt, token=twin.world.agency_pit_token)
    assert (reply.status, reply.data["message"]) == (401, "Token's user type mismatch!")


async def test_a_token_does_not_reach_another_location(twin: Twin) -> None:
    query = twin.alt | {"altId": twin.world.other_location_id}
    reply = await twin.call("GET", ORDERS, query=query)
    assert (reply.status, reply.data["message"]) == (
        403,
        "The token does not have access to this location.",
    )


async def test_a_record_of_another_location_is_forbidden_by_id(twin: Twin) -> None:
    stranger = next(row for row in twin.world.contacts if row["locationId"] != twin.world.location_id)
    assert (await twin.call("GET", f"/contacts/{stranger['id']}")).status == 403


async def test_a_scope_that_was_not_granted_is_401(twin: Twin) -> None:
    code = (await twin.control("oauth/authorize", scopes=["contacts.readonly"]))["code"]
    form = {
        "client_id": twin.world.oauth_client_id,
        "client_secret": twin.world.oauth_client_secret,
        "grant_type": "authorization_code",
        "code": code,
    }
    token = (await twin.call("POST", "/oauth/token", form=form, token=None, version=None)).data
    reply = await twin.call("GET", ORDERS, query=twin.alt, token=token["access_token"])
    assert (reply.status, reply.data["message"]) == (401, "The token is not authorized for this scope.")


async def test_there_is_no_way_to_create_an_order_and_trying_is_counted(twin: Twin) -> None:
    for path in (ORDERS, "/payments/orders/migrate-order-ps"):
        reply = await twin.call("POST", path, twin.alt)
        assert reply.status == 404
        assert (await twin.truth())["requests"][f"POST {path}"] == {"404": 1}


async def test_a_missing_field_a_wrong_kind_and_an_unknown_key_are_all_named_at_once(twin: Twin) -> None:
    body = invoice_body(twin.world, mystery=1)
    del body["altType"]
    body["items"] = [{"name": "x", "currency": "USD", "amount": "9.99", "qty": 1, "sku": "?"}]
    reply = await twin.call("POST", "/invoices/", body)
    assert reply.status == 422
    assert reply.data["error"] == "Unprocessable Entity"
    assert set(reply.data["message"]) == {
        "property mystery should not exist",
        "altType must be one of the following values: location",
        "items.0.property sku should not exist",
        "items.0.amount must be a number conforming to the specified constraints",
    }


async def test_money_is_a_json_number_on_the_way_out(twin: Twin) -> None:
    reply = await twin.get(ORDERS, limit=100)
    assert b'"amount":"' not in reply.raw
    assert b'"totalCount":"' not in reply.raw


async def test_every_answer_says_what_is_left_of_the_budget() -> None:
    async with running_twin(rate_burst=3, rate_daily=200_000) as twin:
        reply = await twin.get(ORDERS)
        assert {name: reply.headers[name] for name in reply.headers if name.startswith("x-ratelimit")} == {
            "x-ratelimit-limit-daily": "200000",
            "x-ratelimit-daily-remaining": "199999",
            "x-ratelimit-interval-milliseconds": "10000",
            "x-ratelimit-max": "3",
            "x-ratelimit-remaining": "2",
        }


async def test_the_burst_ends_in_429_and_opens_again_after_the_window() -> None:
    clock = ManualClock(NOW)
    async with running_twin(clock=clock, rate_burst=2) as twin:
        statuses = [(await twin.get(ORDERS)).status for _ in range(3)]
        assert statuses == [200, 200, 429]
        clock.advance(9.9)
        assert (await twin.get(ORDERS)).status == 429
        clock.advance(0.1)
        assert (await twin.get(ORDERS)).status == 200


async def test_the_daily_limit_says_zero_and_ends_at_midnight_utc() -> None:
    clock = ManualClock(NOW)
    async with running_twin(clock=clock, rate_daily=1) as twin:
        await twin.get(ORDERS)
        reply = await twin.get(ORDERS)
        assert (reply.status, reply.headers["x-ratelimit-daily-remaining"]) == (429, "0")
        clock.advance(timedelta(hours=12).total_seconds())
        assert (await twin.get(ORDERS)).status == 200


async def test_locations_have_budgets_of_their_own() -> None:
    async with running_twin(rate_burst=1) as twin:
        await twin.get(ORDERS)
        assert (await twin.get(ORDERS)).status == 429
        other = {"altId": twin.world.other_location_id, "altType": "location"}
        reply = await twin.call("GET", ORDERS, query=other, token=twin.world.other_pit_token)
        assert reply.status == 200


@pytest.mark.parametrize(
    ("kind", "content_type"), [("json", "application/json"), ("html", "text/html"), ("empty", "text/plain")]
)
async def test_a_429_may_have_any_body(kind: str, content_type: str) -> None:
    async with running_twin(throttle_429=1, throttle_body=kind, throttle_retry_after_s=7) as twin:
        reply = await twin.get(ORDERS)
        assert (reply.status, reply.headers["retry-after"]) == (429, "7")
        assert reply.headers["content-type"].startswith(content_type)
        assert (await twin.get(ORDERS)).status == 200


async def test_a_fault_with_a_count_hits_only_the_requests_it_names(twin: Twin) -> None:
    match = {"count": 1, "match": "GET /payments/orders/{orderId}"}
    await twin.control("faults", error_500_before=match)
    rows = (await twin.get(ORDERS)).data["data"]
    one = f"{ORDERS}/{rows[0]['_id']}"
    assert [(await twin.get(one)).status for _ in range(2)] == [500, 200]


async def test_an_html_page_can_come_in_place_of_json(twin: Twin) -> None:
    await twin.control("faults", html_error=1)
    reply = await twin.get(ORDERS)
    assert (reply.status, reply.headers["content-type"]) == (502, "text/html")


async def test_a_500_before_does_nothing_and_a_500_after_has_done_it(twin: Twin) -> None:
    before = len(twin.world.invoices)
    await twin.control("faults", error_500_before=1)
    assert (await twin.call("POST", "/invoices/", invoice_body(twin.world))).status == 500
    assert len(twin.world.invoices) == before
    await twin.control("faults", error_500_after_write=1)
    assert (await twin.call("POST", "/invoices/", invoice_body(twin.world))).status == 500
    assert len(twin.world.invoices) == before + 1


async def test_a_connection_can_break_after_the_write(twin: Twin) -> None:
    before = len(twin.world.invoices)
    await twin.control("faults", drop_after_write=1)
    with pytest.raises(aiohttp.ClientError):
        await twin.call("POST", "/invoices/", invoice_body(twin.world))
    assert len(twin.world.invoices) == before + 1
    assert (await twin.get("/invoices/", limit=1, offset=0)).status == 200


async def test_401_can_mean_what_no_refresh_cures(twin: Twin) -> None:
    await twin.control("faults", iam_401=1)
    reply = await twin.get(ORDERS)
    assert reply.status == 401
    assert "IAM Service" in reply.data["message"]


async def test_a_company_token_is_refused_with_the_status_that_is_set() -> None:
    for status in (401, 403):
        async with running_twin(company_token_status=status) as twin:
            code = (await twin.control("oauth/authorize", user_type="Company"))["code"]
            form = {
                "client_id": twin.world.oauth_client_id,
                "client_secret": twin.world.oauth_client_secret,
                "grant_type": "authorization_code",
                "code": code,
            }
            token = (await twin.call("POST", "/oauth/token", form=form, token=None, version=None)).data
            reply = await twin.call("GET", ORDERS, query=twin.alt, token=token["access_token"])
            assert reply.status == status
            assert reply.data["message"].startswith("This authClass type is not allowed")


async def test_what_is_no_json_is_a_bad_request(twin: Twin) -> None:
    assert (await twin.call("POST", "/invoices/", raw=b'{"a":')).status == 400


async def test_a_slash_at_the_end_makes_no_difference(twin: Twin) -> None:
    for path in ("/invoices", "/invoices/"):
        assert (await twin.get(path, limit=1, offset=0)).status == 200
