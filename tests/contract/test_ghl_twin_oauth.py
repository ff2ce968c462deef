"""OAuth of the HighLevel twin: codes and refresh tokens that work once."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from ghl_twin_client import NOW, Reply, Twin, running_twin

from orderbridge.core.clock import ManualClock

REDIRECT = "https://bridge.customers.test/oauth/ghl/callback"
ORDERS = "/payments/orders"


@pytest.fixture
async def twin():
    async with running_twin() as twin:
        yield twin


async def token(twin: Twin, *, as_json: bool = False, **fields: str) -> Reply:
    given = {"client_id": twin.world.oauth_client_id, "client_secret": twin.world.oauth_client_secret}
    given |= fields
    if as_json:
        return await twin.call("POST", "/oauth/token", given, token=None, version=None)
    return await twin.call("POST", "/oauth/token", form=given, token=None, version=None)


async def installed(twin: Twin, **asked: Any) -> dict[str, Any]:
    code = (await twin.control("oauth/authorize", **asked))["code"]
    reply = await token(twin, grant_type="authorization_code", code=code)
    assert reply.status == 200, reply.data
    answer: dict[str, Any] = reply.data
    return answer


async def reads_orders(twin: Twin, access_token: str) -> int:
    return (await twin.call("GET", ORDERS, query=twin.alt, token=access_token)).status


async def test_the_authorise_page_leads_back_with_a_code_and_the_state(twin: Twin) -> None:
    query = {
        "response_type": "code",
        "client_id": twin.world.oauth_client_id,
        "redirect_uri": REDIRECT,
        "scope": "payments/orders.readonly",
        "state": "s-1",
    }
    for path in ("/v2/oauth/chooselocation", "/oauth/chooselocation"):
        reply = await twin.call("GET", path, query=query, token=None, version=None)
        assert reply.status == 302
        target = urlsplit(reply.headers["location"])
        answer = parse_qs(target.query)
        assert (target.netloc, answer["state"]) == ("bridge.customers.test", ["s-1"])
    given = {"grant_type": "authorization_code", "code": answer["code"][0], "redirect_uri": REDIRECT}
    granted = (await token(twin, **given)).data
    assert granted["scope"] == "payments/orders.readonly"
    assert await reads_orders(twin, granted["access_token"]) == 200
    assert (await twin.get("/payments/transactions")).status == 200


async def test_the_state_may_not_come_back(twin: Twin) -> None:
    await twin.control("faults", oauth_state_returned=False)
    query = {"client_id": twin.world.oauth_client_id, "redirect_uri": REDIRECT, "state": "s-1"}
    reply = await twin.call("GET", "/oauth/chooselocation", query=query, token=None, version=None)
    assert "state" not in reply.headers["location"]


async def test_an_unknown_app_gets_a_page_and_no_code(twin: Twin) -> None:
    query = {"client_id": "stranger", "redirect_uri": REDIRECT}
    reply = await twin.call("GET", "/oauth/chooselocation", query=query, token=None, version=None)
    assert (reply.status, reply.headers.get("location")) == (400, None)


async def test_a_location_token_says_whose_it_is(twin: Twin) -> None:
    granted = await installed(twin)
    assert granted["expires_in"] == 86_399
    assert (granted["userType"], granted["locationId"]) == ("Location", twin.world.location_id)
    assert granted["companyId"] == twin.world.company_id
    assert {"refreshTokenId", "traceId", "userId", "planId", "isBulkInstallation"} <= set(granted)


async def test_json_is_accepted_where_a_form_is_declared(twin: Twin) -> None:
    code = (await twin.control("oauth/authorize"))["code"]
    reply = await token(twin, as_json=True, grant_type="authorization_code", code=code)
    assert reply.status == 200


async def test_v3_answers_in_camel_case(twin: Twin) -> None:
    code = (await twin.control("oauth/authorize"))["code"]
    body = {
        "clientId": twin.world.oauth_client_id,
        "clientSecret": twin.world.oauth_client_secret,
        "grantType": "authorization_code",
        "code": code,
    }
    granted = (await twin.call("POST", "/oauth/token", body, token=None, version="v3")).data
    assert {"accessToken", "refreshToken", "expiresIn", "tokenType"} <= set(granted)
    again = await twin.call("POST", "/oauth/token", body, token=None, version="v3")
    assert again.status == 401
    assert set(again.data["error"]) == {"code", "message", "details", "resolution"}


async def test_a_code_works_once_and_not_after_its_time() -> None:
    clock = ManualClock(NOW)
    async with running_twin(clock=clock, code_life_s=60) as twin:
        first, second = [(await twin.control("oauth/authorize"))["code"] for _ in range(2)]
        given = {"grant_type": "authorization_code"}
        assert (await token(twin, code=first, **given)).status == 200
        for code in (first, "never-issued"):
            reply = await token(twin, code=code, **given)
            assert reply.status == 401
            assert reply.data == {
                "error": "UnAuthorized!",
                "error_description": "Authorization code not found",
            }
        clock.advance(60)
        assert (await token(twin, code=second, **given)).status == 401


async def test_the_code_is_looked_at_before_the_credentials(twin: Twin) -> None:
    form = {"client_id": "x", "client_secret": "y", "grant_type": "authorization_code", "code": "z"}
    reply = await twin.call("POST", "/oauth/token", form=form, token=None, version=None)
    assert reply.data["error_description"] == "Authorization code not found"


async def test_a_refresh_token_works_once(twin: Twin) -> None:
    old = (await installed(twin))["refresh_token"]
    new = (await token(twin, grant_type="refresh_token", refresh_token=old)).data
    assert await reads_orders(twin, new["access_token"]) == 200
    assert (await token(twin, grant_type="refresh_token", refresh_token=old)).status == 401
    again = await token(twin, grant_type="refresh_token", refresh_token=new["refresh_token"])
    assert again.status == 200


async def test_a_grace_for_used_refresh_tokens_can_be_set() -> None:
    clock = ManualClock(NOW)
    async with running_twin(clock=clock, refresh_grace_s=30) as twin:
        old = (await installed(twin))["refresh_token"]
        given = {"grant_type": "refresh_token", "refresh_token": old}
        assert [(await token(twin, **given)).status for _ in range(2)] == [200, 200]
        clock.advance(30)
        assert (await token(twin, **given)).status == 401


async def test_an_access_token_ends() -> None:
    clock = ManualClock(NOW)
    async with running_twin(clock=clock) as twin:
        access = (await installed(twin))["access_token"]
        clock.advance(86_398)
        assert await reads_orders(twin, access) == 200
        clock.advance(1)
        assert await reads_orders(twin, access) == 401


async def test_a_suspended_location_can_not_refresh(twin: Twin) -> None:
    refresh = (await installed(twin))["refresh_token"]
    await twin.control("faults", location_inactive=1)
    reply = await token(twin, grant_type="refresh_token", refresh_token=refresh)
    assert (reply.status, reply.data["message"]) == (400, "Location is not active")
    assert (await token(twin, grant_type="refresh_token", refresh_token=refresh)).status == 200


async def test_a_company_token_is_exchanged_for_a_location_token(twin: Twin) -> None:
    company = await installed(twin, user_type="Company")
    assert "locationId" not in company
    access = company["access_token"]
    assert await reads_orders(twin, access) == 401
    form = {"companyId": twin.world.company_id, "locationId": twin.world.location_id}
    minted = await twin.call("POST", "/oauth/locationToken", form=form, token=access)
    assert minted.data["expires_in"] == 86_400
    assert "refresh_token" in minted.data
    assert await reads_orders(twin, minted.data["access_token"]) == 200
    for version, status in (("2021-07-28", 404), ("v3", 200)):
        reply = await twin.call("POST", "/oauth/location-token", form=form, token=access, version=version)
        assert reply.status == status


async def test_private_tokens_can_not_mint_location_tokens(twin: Twin) -> None:
    form = {"companyId": twin.world.company_id, "locationId": twin.world.location_id}
    for private in (twin.world.pit_token, twin.world.agency_pit_token):
        reply = await twin.call("POST", "/oauth/locationToken", form=form, token=private)
        assert reply.status == 401


async def test_an_agency_sees_where_the_app_is_installed(twin: Twin) -> None:
    access = (await installed(twin, user_type="Company"))["access_token"]
    where = {"companyId": twin.world.company_id, "appId": twin.world.oauth_client_id.partition("-")[0]}
    found = await twin.call("GET", "/oauth/installedLocations", query=where, token=access)
    assert found.data["count"] == 2
    where["isInstalled"] = "true"
    found = await twin.call("GET", "/oauth/installedLocations", query=where, token=access)
    assert [row["_id"] for row in found.data["locations"]] == [twin.world.location_id]


async def consented(twin: Twin, **query: str) -> dict[str, list[str]]:
    asked = {"client_id": twin.world.oauth_client_id, "redirect_uri": REDIRECT, "state": "s"} | query
    reply = await twin.call("GET", "/oauth/chooselocation", query=asked, token=None, version=None)
    assert reply.status == 302
    return parse_qs(urlsplit(reply.headers["location"]).query)


async def test_what_the_person_on_the_authorise_page_chooses_can_be_set(twin: Twin) -> None:
    await twin.control("oauth/consent", location_id=twin.world.other_location_id, scopes=["a", "b"])
    code = (await consented(twin, scope="c"))["code"][0]
    granted = (await token(twin, grant_type="authorization_code", code=code)).data
    assert (granted["locationId"], granted["scope"]) == (twin.world.other_location_id, "a b")
    await twin.control("oauth/consent", deny=True)
    assert await consented(twin) == {
        "error": ["access_denied"], "error_description": ["The person said no"], "state": ["s"]
    }  # fmt: skip
    await twin.control("oauth/consent")
    assert "code" in await consented(twin)
    reply = await twin.call("POST", "/_twin/oauth/consent", {"colour": 1}, token=None, version=None)
    assert reply.status == 400


async def test_an_agency_can_have_many_locations_and_reaches_those_with_the_app(twin: Twin) -> None:
    made = (await twin.control("oauth/locations", count=30))["locations"]
    (bare,) = (await twin.control("oauth/locations", installed=False, name="Bare"))["locations"]
    access = (await installed(twin, user_type="Company"))["access_token"]
    where = {"companyId": twin.world.company_id, "appId": twin.world.oauth_client_id.partition("-")[0]}
    seen: list[str] = []
    for skip in (0, 20, 40):
        page = await twin.call(
            "GET", "/oauth/installedLocations", query=where | {"skip": str(skip)}, token=access
        )
        assert page.data["count"] == 33
        seen += [row["_id"] for row in page.data["locations"] if row["isInstalled"]]
    assert set(seen) == {*made, twin.world.location_id}
    for location, status in ((made[0], 200), (bare, 403)):
        form = {"companyId": twin.world.company_id, "locationId": location}
        assert (await twin.call("POST", "/oauth/locationToken", form=form, token=access)).status == status


async def test_uninstalling_from_one_location_ends_its_tokens_only(twin: Twin) -> None:
    other = await installed(twin, location_id=twin.world.other_location_id)
    own = await installed(twin)
    await twin.control("oauth/uninstall", location_id=twin.world.other_location_id)
    assert await reads_orders(twin, own["access_token"]) == 200
    given = {"grant_type": "refresh_token", "refresh_token": other["refresh_token"]}
    assert (await token(twin, **given)).status == 401
    assert twin.world.other_location_id not in twin.world.installed
    assert (await twin.call("POST", "/_twin/oauth/uninstall", {"location_id": "x"}, token=None)).status == 404


async def test_private_tokens_of_any_place_can_be_made_and_revoked(twin: Twin) -> None:
    own = (await twin.control("oauth/private_token"))["token"]
    other = (await twin.control("oauth/private_token", location_id=twin.world.other_location_id))["token"]
    agency = (await twin.control("oauth/private_token", user_type="Company"))["token"]
    narrow = (await twin.control("oauth/private_token", scopes=["locations.readonly"]))["token"]
    assert [await reads_orders(twin, given) for given in (own, other, agency, narrow)] == [200, 403, 401, 401]
    await twin.control("oauth/revoke", token=own)
    assert await reads_orders(twin, own) == 401
    assert (await twin.call("POST", "/_twin/oauth/revoke", {"token": own}, token=None)).status == 404


async def test_access_can_end_while_refreshing_goes_on(twin: Twin) -> None:
    granted = await installed(twin)
    await twin.control("oauth/end_access")
    assert await reads_orders(twin, granted["access_token"]) == 401
    again = await token(twin, grant_type="refresh_token", refresh_token=granted["refresh_token"])
    assert await reads_orders(twin, again.data["access_token"]) == 200


async def test_a_suspended_location_answers_nobody(twin: Twin) -> None:
    granted = await installed(twin)
    await twin.control("faults", location_suspended=True)
    for given in (twin.world.pit_token, granted["access_token"]):
        reply = await twin.call("GET", ORDERS, query=twin.alt, token=given)
        assert (reply.status, reply.data["message"]) == (400, "Location is not active")
    given = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    assert (await token(twin, **given)).status == 400
    await twin.control("faults", location_suspended=False)
    assert await reads_orders(twin, granted["access_token"]) == 200
    assert (await token(twin, **given)).status == 200


async def test_a_minted_token_may_come_without_a_refresh_token(twin: Twin) -> None:
    await twin.control("faults", minted_refresh_token=False)
    access = (await installed(twin, user_type="Company"))["access_token"]
    form = {"companyId": twin.world.company_id, "locationId": twin.world.location_id}
    minted = await twin.call("POST", "/oauth/locationToken", form=form, token=access)
    assert (minted.status, "refresh_token" in minted.data) == (200, False)


async def test_the_answer_to_a_refresh_can_be_lost_after_the_token_was_used(twin: Twin) -> None:
    refresh = (await installed(twin))["refresh_token"]
    await twin.control("faults", error_500_after_write={"count": 1, "match": "POST /oauth/token"})
    given = {"grant_type": "refresh_token", "refresh_token": refresh}
    assert [(await token(twin, **given)).status for _ in range(2)] == [500, 401]
