"""Connecting accounts and looking after them over HTTP: as a program and as a person, and what is told to whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from orderbridge.core import jsonio
from orderbridge.core.ids import random_id
from orderbridge.core.serving import free_port
from orderbridge.store import api_tokens
from support.browsers import Browser, bookkeeper, owner
from support.world import ACT, GHL, MakeWorld, World

AT = "/api/connections"


@dataclass
class Office:
    """Twins that nothing is connected to, and whoever asks: a program, the owner."""

    world: World
    program: Browser
    olga: Browser

    @property
    def location(self) -> dict[str, Any]:
        details = self.world.sandbox.details
        return {
            "name": "shop",
            "location_id": details["location_id"],
            "token": details["pit_token"],
            "mode": "sandbox",
            "base_url": details["ghl_url"],
            "webhook_key_pem": details["webhook_public_key_pem"],
        }

    @property
    def database(self) -> dict[str, Any]:
        details = self.world.sandbox.details
        return {
            "name": "office",
            "url": details["act_url"],
            "database": details["act_database"],
            "user": details["act_user"],
            "password": details["act_password"],
            "mode": "sandbox",
            "currency": "usd",
        }

    def untold(self, *answers: Any) -> None:
        """No secret is in what was answered."""
        details = self.world.sandbox.details
        said = jsonio.encode(answers).decode()
        for secret in (details["pit_token"], details["act_password"], "another-secret"):
            assert secret not in said


@pytest_asyncio.fixture
async def office(make_world: MakeWorld) -> AsyncIterator[Office]:
    port = free_port()
    async with make_world(flows=(), public_url=f"http://127.0.0.1:{port}") as world:
        # Another one's accounts: here everything is connected by hand.
        await world.db.pool.execute("DELETE FROM connections")
        async with world.hooks(port=port) as url:
            async with world.db.begin() as tx:
                token = await api_tokens.create(tx, random_id, name="setup")
            program = Browser(world, url, more={"Authorization": f"Bearer {token}"})
            yield Office(world, program, await owner(world, url))


@pytest.mark.parametrize("who", ["program", "olga"])
async def test_both_accounts_are_connected_by_a_program_and_by_a_person(office: Office, who: str) -> None:
    asks: Browser = getattr(office, who)
    assert await asks.ok("GET", AT) == []
    location = await asks.ok("POST", f"{AT}/ghl", office.location)
    assert (asks.status, location["name"]) == (201, "shop")
    assert office.location["location_id"] in location["found"]
    without_path = office.database["url"].removesuffix("/act.web.api")
    database = await asks.ok("POST", f"{AT}/act", office.database | {"url": without_path})
    assert (asks.status, database["name"]) == (201, "office")
    assert "/act.web.api was added" in database["notes"][0]

    listed = await asks.ok("GET", AT)
    one, other = await asks.ok("GET", f"{AT}/shop"), await asks.ok("GET", f"{AT}/office")

    assert [(item["name"], item["state"], item["waiting"]) for item in listed] == [
        ("office", "ok", 0),
        ("shop", "ok", 0),
    ]
    assert one["options"]["location_id"] == office.location["location_id"]
    assert (other["options"]["currency"], other["options"]["region"]) == ("USD", "US")
    assert other["options"]["negative_prices"] is True
    assert other["options"]["processes"]
    office.untold(location, database, listed, one, other)


async def test_what_was_entered_wrong_is_told_with_its_cause_and_nothing_is_stored(office: Office) -> None:
    olga, location, database = office.olga, office.location, office.database
    wrong = [
        ("ghl.unauthorised", 409, "ghl", location | {"token": "another-secret"}),
        ("ghl.wrong_location", 409, "ghl", location | {"token": office.world.sandbox.ghl.other_pit_token}),
        ("setup.option", 422, "ghl", location | {"base_url": "nonsense"}),
        ("setup.option", 422, "ghl", location | {"name": " "}),
        ("setup.option", 422, "ghl", location | {"token": " "}),
        ("ghl.webhook_key", 422, "ghl", location | {"webhook_key_pem": "another-secret"}),
        ("act.wrong_credentials", 409, "act", database | {"password": "another-secret"}),
        ("act.wrong_credentials", 409, "act", database | {"user": "Nobody"}),
        ("act.address", 422, "act", database | {"url": "http://a b"}),
        ("act.address", 422, "act", database | {"url": "https://apimta.act.com/act.web.api"}),
        ("setup.option", 422, "act", database | {"currency": "XXY"}),
        ("setup.option", 422, "act", database | {"region": "ZZ"}),
        ("setup.option", 422, "act", database | {"process": "No such process"}),
        ("request.malformed", 422, "act", database | {"mode": "another-secret"}),
        ("request.malformed", 422, "ghl", location | {"colour": "another-secret"}),
    ]
    for cause, status, system, body in wrong:
        told = await olga.no(cause, "POST", f"{AT}/{system}", body)
        assert olga.status == status, told
        office.untold(told)
    assert await olga.ok("GET", AT) == []

    gone = f"http://127.0.0.1:{free_port()}/act.web.api"
    told = await olga("POST", f"{AT}/act", database | {"url": gone})
    assert olga.status in (409, 503), told
    assert str(urlsplit(gone).port) in told["message"] or "127.0.0.1" in told["message"]
    office.untold(told)


async def test_a_name_and_an_account_are_connected_once(office: Office) -> None:
    await office.olga.ok("POST", f"{AT}/ghl", office.location)
    for body in (office.location, office.location | {"name": "again"}):
        told = await office.olga.no("connection.exists", "POST", f"{AT}/ghl", body)
        assert office.olga.status == 409
        office.untold(told)
    await office.olga.no("connection.exists", "POST", f"{AT}/act", office.database | {"name": "shop"})


async def test_a_bookkeeper_looks_and_changes_nothing_and_a_stranger_sees_nothing(office: Office) -> None:
    await office.olga.ok("POST", f"{AT}/ghl", office.location)
    bert = await bookkeeper(office.olga)
    assert [item["name"] for item in await bert.ok("GET", AT)] == ["shop"]
    for method, path, body in (
        ("POST", "/act", office.database),
        ("POST", "/shop/pause", None),
        ("POST", "/shop/test", None),
        ("POST", "/shop/secret", {"secret": "another-secret"}),
        ("PATCH", "/shop", {"time_zone": "UTC"}),
        ("POST", "/oauth", {"name": "new"}),
    ):
        office.untold(await bert.no("access.role", method, AT + path, body))
        assert bert.status == 403
    await office.olga.another().no("token.missing", "GET", AT)


async def test_an_account_is_tried_check_by_check(office: Office) -> None:
    await office.olga.ok("POST", f"{AT}/ghl", office.location)
    found = await office.olga.ok("POST", f"{AT}/shop/test")
    assert found["ok"]
    assert {item["outcome"] for item in found["checks"]} <= {"ok", "skipped"}
    office.world.sandbox.ghl.tokens.revoke_token(office.location["token"])
    found = await office.olga.ok("POST", f"{AT}/shop/test")
    (wrong,) = (item for item in found["checks"] if item["outcome"] == "problem")
    assert (found["ok"], wrong["cause"]) == (False, "ghl.unauthorised")
    assert wrong["next"]
    office.untold(found)
    await office.olga.no("connection.missing", "POST", f"{AT}/nobody/test")


async def test_a_wrong_new_password_changes_nothing_and_the_right_one_is_taken(office: Office) -> None:
    await office.olga.ok("POST", f"{AT}/act", office.database)
    told = await office.olga.no(
        "act.wrong_credentials", "POST", f"{AT}/office/secret", {"secret": "another-secret"}
    )
    assert "nothing was changed" in told["message"]
    await office.olga.no("setup.option", "POST", f"{AT}/office/secret", {"secret": " "})
    office.world.sandbox.act.password = "another-secret"
    done = await office.olga.ok("POST", f"{AT}/office/secret", {"secret": "another-secret"})
    assert office.database["database"] in done["found"]
    office.untold(told, done)
    assert (await office.olga.ok("POST", f"{AT}/office/test"))["ok"]


async def test_an_account_rests_and_goes_on_and_is_used_as_it_is_told(office: Office) -> None:
    olga = office.olga
    await olga.ok("POST", f"{AT}/act", office.database)
    assert await olga.ok("POST", f"{AT}/office/pause") == {"changed": True}
    assert (await olga.ok("GET", f"{AT}/office"))["state"] == "paused"
    assert await olga.ok("POST", f"{AT}/office/resume") == {"changed": True}
    assert await olga.ok("POST", f"{AT}/office/resume") == {"changed": False}

    given = {"negative_prices": False, "currency": "eur", "region": "at", "time_zone": "Europe/Vienna"}
    await olga.ok("PATCH", f"{AT}/office", given)
    kept = (await olga.ok("GET", f"{AT}/office"))["options"]
    assert (kept["negative_prices"], kept["currency"], kept["region"]) == (False, "EUR", "AT")
    assert (kept["time_zone"], kept["time_zone_from"]) == ("Europe/Vienna", "owner")
    await olga.no("setup.option", "PATCH", f"{AT}/office", {})
    await olga.no("setup.option", "PATCH", f"{AT}/office", {"process": "No such process"})
    await olga.no("setup.option", "PATCH", f"{AT}/office", {"region": ""})
    assert (await olga("PATCH", f"{AT}/office", {"region": "GB", "time_zone": "Nowhere/At_All"}))["cause"]
    await olga.ok("PATCH", f"{AT}/office", {"currency": ""})
    assert (await olga.ok("GET", f"{AT}/office"))["options"]["currency"] is None
    # Half of a change is none.
    assert (await olga.ok("GET", f"{AT}/office"))["options"]["region"] == "AT"


async def test_an_act_database_is_looked_around_in_and_its_webhooks_come_and_go(office: Office) -> None:
    olga = office.olga
    await olga.ok("POST", f"{AT}/act", office.database)
    found = await olga.ok("GET", f"{AT}/office/discover")
    assert found["processes"]
    assert found["permissions"]
    office.untold(found)
    await olga.no("act.no_webhooks", "GET", f"{AT}/office/webhooks")
    await office.world.faults("act", webhooks=True)
    assert (await olga.ok("GET", f"{AT}/office/webhooks"))["ours"] == []
    chosen = {"monitors": ["Contacts"], "triggers": ["Created"]}
    made = await olga.ok("POST", f"{AT}/office/webhooks", chosen)
    assert (made["registered"], [hook["monitor"] for hook in made["ours"]]) == (1, ["Contacts"])
    assert (await olga.ok("GET", f"{AT}/office"))["webhooks"] == {"state": "ok", "says": ""}
    gone = await olga.ok("DELETE", f"{AT}/office/webhooks")
    assert (gone["removed"], gone["ours"]) == (1, [])
    await olga.no("act.webhook_names", "POST", f"{AT}/office/webhooks", {"monitors": ["Cats"]})


async def test_what_a_user_of_act_must_be_allowed_is_told_before_connecting(office: Office) -> None:
    setup = await office.olga.ok("GET", f"{AT}/act/setup")
    assert {"apius.act.com", "apieu.act.com"} <= {item["host"] for item in setup["regions"]}
    rights = {item["permission"]: item for item in setup["permissions"]}
    assert rights["Web API Access"]["needed"] == "always"
    assert all(item["allows"] and item["without"] for item in rights.values())


async def test_a_sign_in_in_a_browser_is_begun_and_what_to_copy_is_told_before(office: Office) -> None:
    olga, url = office.olga, office.world.settings.public_url
    live = await olga.ok("GET", f"{AT}/oauth/setup")
    assert live["redirect_uri"] is None
    assert "must be https" in live["why"]
    assert "ORDERBRIDGE_PUBLIC_URL" in live["advice"]
    setup = await olga.ok("GET", f"{AT}/oauth/setup?mode=sandbox")
    assert (setup["redirect_uri"], setup["why"]) == (f"{url}/connect/ghl/callback", None)
    assert "contacts.readonly" in setup["scopes"]

    ghl = office.world.sandbox.ghl
    asked = {"name": "shop", "mode": "sandbox", "base_url": office.location["base_url"]}
    await olga.no("setup.option", "POST", f"{AT}/oauth", asked)
    app = {"client_id": ghl.oauth_client_id, "client_secret": ghl.oauth_client_secret}
    await olga.no("setup.public_address", "POST", f"{AT}/oauth", {"name": "shop"} | app)
    await olga.no("setup.sandbox_address", "POST", f"{AT}/oauth", {"name": "shop", "mode": "sandbox"} | app)
    begun = await olga.ok("POST", f"{AT}/oauth", asked | app)
    assert ghl.oauth_client_secret not in str(begun)
    assert begun["start_url"].startswith(f"{url}/connect/ghl/start?start=")
    assert begun["redirect_uri"] == setup["redirect_uri"]
    assert begun["scopes"] == setup["scopes"]
    assert olga.headers["Cache-Control"] == "no-store"


async def test_what_waited_for_a_broken_account_is_counted_and_goes_on_with_a_new_token(world: World) -> None:
    sold = await world.sell(3)
    await world.poll()
    world.sandbox.act.password = "another-secret"
    await world.application.runtime.forget(world.connections[ACT])
    async with world.hooks() as url:
        olga = await owner(world, url)

        async def broken() -> bool:
            return bool((await olga.ok("GET", f"{AT}/{ACT}"))["state"] == "reconnect")

        await world.work_until(broken)
        listed = {item["name"]: item for item in await olga.ok("GET", AT)}
        assert listed[ACT]["waiting"] >= len(sold["orders"])
        assert listed[ACT]["waiting"] == listed[GHL]["waiting"]
        await olga.ok("POST", f"{AT}/{ACT}/secret", {"secret": "another-secret"})
        await world.work_until_idle()
        assert {(item["state"], item["waiting"]) for item in await olga.ok("GET", AT)} == {("ok", 0)}
    assert not (await world.truth()).lost
