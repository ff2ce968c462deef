"""An agency signs in once; its locations are connected, lost and found again without a person."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from orderbridge.accounts import agencies as agency_rooms
from orderbridge.accounts.agencies import free_name
from orderbridge.accounts.installations import UNINSTALLED
from orderbridge.automation.publishing import publish
from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import ReconnectError
from orderbridge.flows.model import Flow
from orderbridge.store import agencies
from orderbridge.sync import poll
from support.browsers import bookkeeper, owner
from support.command import orderbridge
from support.sign_in import AGENCY, Desk, open_desk
from support.world import ACT, GHL, MakeWorld, until

STUDIO = "studio"


@pytest.fixture
async def desk(make_world: MakeWorld) -> AsyncIterator[Desk]:
    async with open_desk(make_world) as opened:
        yield opened


async def deliver(desk: Desk) -> list[dict[str, Any]]:
    """Wait for the twin's webhooks, work, and return what became of those about the app."""
    await desk.world.webhooks_arrived()
    await desk.world.work_until_idle()
    return await desk.world.rows(
        "SELECT type, outcome, reason FROM inbox WHERE kind = 'app' AND type <> 'PLAN_CHANGE' ORDER BY id"
    )


async def listed(desk: Desk) -> dict[str, bool]:
    rows = await desk.world.rows("SELECT location_id, installed FROM installed_locations")
    return {row["location_id"]: row["installed"] for row in rows}


async def test_an_agency_is_its_list_of_locations_over_all_pages(desk: Desk) -> None:
    many = (await desk.world.control("ghl", "oauth/locations", {"count": 230}))["locations"]
    (bare,) = (await desk.world.control("ghl", "oauth/locations", {"installed": False}))["locations"]
    await desk.agency()
    found = await listed(desk)
    assert len(found) == 233
    assert all(found[location] for location in many)
    assert not found[bare]
    assert not found[desk.other_location]
    # What HighLevel no longer lists, or no longer calls installed, is no longer installed here.
    desk.world.sandbox.ghl.installed.discard(many[0])
    ran = await orderbridge("connections", "locations", "--json", environment=desk.world.environment)
    rows = {row["location"]: row for row in ran.json}
    assert (rows[many[0]]["installed"], rows[many[1]]["installed"]) == (False, True)
    assert rows[desk.location]["connection"] == GHL
    assert rows[desk.location]["name"] == "Cedar & Clay Studio"


async def test_one_location_is_connected_and_polled(desk: Desk) -> None:
    await desk.agency()
    location = desk.location_of_agency
    ran = await orderbridge(
        "connect", "ghl", "--agency", AGENCY, "--location", location, "--name", STUDIO, "--json",
        environment=desk.world.environment,
    )  # fmt: skip
    assert (ran.code, ran.json["connected"][0]["ok"]) == (0, True), ran
    connection = await desk.connection(STUDIO)
    assert (connection.mode, connection.account, connection.state) == ("sandbox", location, "ok")
    assert (await poll.poll_connection(desk.runtime, connection)).error is None


async def test_the_page_does_with_an_agency_what_the_command_does(desk: Desk) -> None:
    (bare,) = (await desk.world.control("ghl", "oauth/locations", {"installed": False}))["locations"]
    (branch,) = (await desk.world.control("ghl", "oauth/locations", {"name": "Branch"}))["locations"]
    olga = await owner(desk.world, desk.url)
    setup = await olga.ok("GET", "/api/connections/oauth/setup?mode=sandbox&agency=true")
    assert {"oauth.readonly", "oauth.write"} <= set(setup["scopes"])
    await desk.consent(user_type="Company")
    begun = await olga.ok("POST", "/api/agencies/oauth", {"name": AGENCY, "mode": "sandbox"})
    async with desk.browser() as browser:
        assert (await browser.go(begun["start_url"]))[0] == 200
    (agency,) = await olga.ok("GET", "/api/agencies")
    assert (agency["name"], agency["state"], agency["connect_future"]) == (AGENCY, "ok", False)
    assert {one["location"]: one["installed"] for one in agency["locations"]}[bare] is False

    await olga.no("ghl.wrong_location", "POST", f"/api/agencies/{AGENCY}/connect", {"location": "mistyped"})
    await olga.no("agency.missing", "POST", "/api/agencies/nobody/connect", {})
    assert olga.status == 404
    (told,) = await olga.ok("POST", f"/api/agencies/{AGENCY}/connect", {"location": branch})
    assert (told["name"], told["ok"]) == ("Branch", True)
    assert desk.location_of_agency == desk.other_location
    looked = await olga.ok("POST", f"/api/agencies/{AGENCY}/look")
    connected = {one["location"]: one["connection"] for one in looked["locations"]}
    assert (connected[branch], connected[desk.other_location]) == ("Branch", None)
    (late,) = await olga.ok("POST", f"/api/agencies/{AGENCY}/connect", {})
    assert (late["location"], late["ok"]) == (desk.other_location, True)
    changed = await olga.ok("PATCH", f"/api/agencies/{AGENCY}", {"connect_future": True})
    assert changed["connect_future"] is True
    bert = await bookkeeper(olga)
    assert len(await bert.ok("GET", "/api/agencies")) == 1
    await bert.no("access.role", "POST", f"/api/agencies/{AGENCY}/look")


async def test_hundreds_of_locations_are_connected_within_the_budget(desk: Desk) -> None:
    many = (await desk.world.control("ghl", "oauth/locations", {"count": 199}))["locations"]
    (twin,) = (await desk.world.control("ghl", "oauth/locations", {"name": "Branch 0007"}))["locations"]
    agency = await desk.agency()
    limits = {"calls": 40, "window_s": 0.5}
    async with desk.world.db.begin() as tx:
        await agencies.set_config(tx, agency.id, {"limits": limits})
    await desk.world.faults("ghl", rate_burst=40, rate_window_ms=500)
    ran = await orderbridge(
        "connect", "ghl", "--agency", AGENCY, "--all", "--json", environment=desk.world.environment
    )
    assert ran.code == 0, ran.err
    results = ran.json["connected"]
    assert {row["location"] for row in results} == {*many, twin}
    assert all(row["ok"] for row in results)
    names = [row["name"] for row in results]
    assert len(set(names)) == 200
    assert {"Branch 0007", "Branch 0007 (2)"} <= set(names)
    assert len(await desk.named()) == 201
    requests = (await desk.world.control("ghl", "truth?only=requests"))["requests"]
    assert [label for label, counts in requests.items() if counts.get("429")] == []
    again = await orderbridge(
        "connect", "ghl", "--agency", AGENCY, "--all", environment=desk.world.environment
    )
    assert "Every location that has the app is connected" in again.out


async def test_one_that_cannot_be_connected_does_not_stop_the_others(desk: Desk) -> None:
    many = (await desk.world.control("ghl", "oauth/locations", {"count": 3}))["locations"]
    agency = await desk.agency()
    await desk.world.faults("ghl", html_error={"count": 10, "match": "GET /locations/{locationId}"})
    results = await agency_rooms.connect_all(desk.runtime, agency)
    assert {row["location"] for row in results} == set(many)
    # A call is sent four times at most: ten failures end one of three or two, and not all.
    assert 0 < sum(1 for row in results if not row["ok"]) < 3
    assert await desk.named() == {GHL, *(row["name"] for row in results if row["ok"])}
    # And what was left out is connected with the next try.
    await agency_rooms.connect_all(desk.runtime, agency)
    assert len(await desk.named()) == 4


async def test_a_location_without_the_app_is_refused_in_words(desk: Desk) -> None:
    await desk.agency()
    ran = await orderbridge(
        "connect", "ghl", "--agency", AGENCY, "--location", desk.other_location, "--name", STUDIO,
        environment=desk.world.environment,
    )  # fmt: skip
    assert ran.code == 1
    assert "not installed there" in ran.err
    assert await desk.named() == {GHL}


async def test_a_location_that_is_not_the_agencys_leaves_the_agency_as_it_is(desk: Desk) -> None:
    await desk.agency()
    ran = await orderbridge(
        "connect", "ghl", "--agency", AGENCY, "--location", "mistyped", "--name", STUDIO,
        environment=desk.world.environment,
    )  # fmt: skip
    assert ran.code == 1
    assert "the agency has no location mistyped" in ran.err
    assert (await desk.world.rows("SELECT state FROM agencies"))[0]["state"] == "ok"


async def test_signing_in_as_another_agency_changes_nothing(desk: Desk) -> None:
    await desk.agency()
    world = desk.world.sandbox.ghl
    before = await desk.world.rows("SELECT company_id, secret FROM agencies")
    ours, world.company_id = world.company_id, "somebodyElse"
    await desk.consent(user_type="Company")
    status, text = await desk.sign_in(AGENCY, agency=True)
    assert status == 400
    assert ours in text
    assert "somebodyElse" in text
    assert await desk.world.rows("SELECT company_id, secret FROM agencies") == before


async def test_an_agency_without_the_scopes_for_its_locations_is_not_stored(desk: Desk) -> None:
    await desk.consent(user_type="Company", scopes=["oauth.readonly", "locations.readonly"])
    status, text = await desk.sign_in(AGENCY, agency=True)
    assert (status, "oauth.write" in text) == (400, True)
    assert await desk.world.rows("SELECT * FROM agencies") == []


async def test_uninstalling_and_installing_again_needs_nobody(desk: Desk) -> None:
    agency = await desk.agency()
    connection = await desk.connect(agency, desk.location_of_agency, STUDIO)
    await desk.world.control("ghl", "oauth/uninstall", {"location_id": desk.other_location})
    rows = await deliver(desk)
    assert [(row["type"], row["outcome"]) for row in rows[-1:]] == [("UNINSTALL", "done")]
    assert STUDIO in rows[-1]["reason"]
    assert not (await listed(desk))[desk.other_location]
    connection = await desk.connection(STUDIO)
    assert (connection.state, connection.state_reason) == ("reconnect", UNINSTALLED)
    # The poll meets a dead pair and an agency that may make no other; the reason stays a person's.
    assert (await poll.poll_connection(desk.runtime, connection)).error
    assert (await desk.connection(STUDIO)).state == "reconnect"

    await desk.world.control("ghl", "oauth/install", {"location_id": desk.other_location})
    rows = await deliver(desk)
    assert rows[-1]["reason"] == f"location {desk.other_location} has the app again; {STUDIO} works again"
    assert (await listed(desk))[desk.other_location]
    assert (await desk.connection(STUDIO)).state == "ok"
    assert (await poll.poll_connection(desk.runtime, connection)).error is None


async def test_an_agency_that_leaves_takes_its_locations_along_and_nobody_elses(desk: Desk) -> None:
    agency = await desk.agency()
    await desk.connect(agency, desk.location_of_agency, STUDIO)
    await desk.world.control("ghl", "oauth/uninstall", {"user_type": "Company"})
    rows = await deliver(desk)
    assert (rows[-1]["type"], rows[-1]["outcome"]) == ("UNINSTALL", "done")
    assert set((await listed(desk)).values()) == {False}
    (row,) = await desk.world.rows("SELECT state, state_reason FROM agencies")
    assert (row["state"], row["state_reason"]) == ("reconnect", UNINSTALLED)
    assert (await desk.connection(STUDIO)).state == "reconnect"
    assert (await desk.connection(GHL)).state == "ok"


@pytest.mark.parametrize("connect_future", [True, False])
@pytest.mark.parametrize("keep", [["locationId", "companyId"], ["locationId"]])
async def test_a_location_that_installs_the_app_later_is_listed_and_connected_if_that_was_chosen(
    desk: Desk, connect_future: bool, keep: list[str]
) -> None:
    await desk.agency(connect_future=connect_future)
    (later,) = (
        await desk.world.control("ghl", "oauth/locations", {"installed": False, "name": "Late Lane"})
    )["locations"]
    await desk.world.control("ghl", "oauth/install", {"location_id": later, "keep": keep})
    rows = await deliver(desk)
    assert rows[-1]["outcome"] == "done", rows
    assert (await listed(desk))[later]
    assert await desk.named() == ({GHL, "Late Lane"} if connect_future else {GHL})


async def test_a_location_of_somebody_elses_agency_is_neither_listed_nor_does_it_break_ours(
    desk: Desk,
) -> None:
    # Whoever installs a public app makes HighLevel sign such news, and it may leave the agency out.
    await desk.agency(connect_future=True)
    before = await listed(desk)
    assert await send(desk, type="INSTALL", webhookId="w", locationId="ofSomebodyElse", companyId=None) == 202
    rows = await deliver(desk)
    assert rows[-1]["outcome"] == "nothing"
    assert rows[-1]["reason"].startswith("location ofSomebodyElse is not one of agency umbrella's")
    assert await listed(desk) == before
    assert await desk.named() == {GHL}
    (agency,) = await desk.world.rows("SELECT state FROM agencies")
    assert agency["state"] == agencies.OK


async def test_asking_for_somebody_elses_location_does_not_break_the_agency(desk: Desk) -> None:
    agency = await desk.agency()
    with pytest.raises(ReconnectError, match="has no location ofSomebodyElse"):
        await desk.connect(agency, "ofSomebodyElse", STUDIO)
    (stored,) = await desk.world.rows("SELECT state FROM agencies")
    assert stored["state"] == agencies.OK


async def test_the_choice_for_later_locations_can_be_changed(desk: Desk) -> None:
    await desk.agency()
    ran = await orderbridge(
        "connect", "ghl", "--agency", AGENCY, "--connect-future", environment=desk.world.environment
    )
    assert "connected by themselves" in ran.out
    (row,) = await desk.world.rows("SELECT config FROM agencies")
    assert row["config"]["connect_future"] is True


async def send(desk: Desk, **body: Any) -> int:
    """Send a webhook about the app, signed by the twin."""
    event = {"type": "UNINSTALL", "appId": desk.app.app_id, "locationId": desk.other_location} | body
    sent = await desk.world.control(
        "ghl", "webhooks/send", {"body": event, "signature": body.pop("signature", "good")}
    )
    return int(sent["status"])


async def test_news_that_is_older_than_the_sign_in_changes_nothing(desk: Desk) -> None:
    agency = await desk.agency()
    await desk.connect(agency, desk.location_of_agency, STUDIO)
    an_hour_ago = (desk.runtime.clock.now() - timedelta(hours=1)).isoformat()
    assert await send(desk, webhookId="late", timestamp=an_hour_ago) == 202
    assert await send(desk, webhookId="late too", timestamp=an_hour_ago, locationId=None,
                      companyId=agency.company_id) == 202  # fmt: skip
    rows = await deliver(desk)
    assert [row["outcome"] for row in rows[-2:]] == ["nothing", "nothing"]
    assert (await desk.connection(STUDIO)).state == "ok"


async def test_only_signed_news_about_our_own_app_counts(desk: Desk) -> None:
    agency = await desk.agency()
    await desk.connect(agency, desk.location_of_agency, STUDIO)

    async def known() -> bool:
        # A new connection is known to the door within two seconds; until then it is a stranger's.
        assert await send(desk, webhookId="theirs", appId="somebodyElses") == 202
        return bool(await desk.world.rows("SELECT 1 FROM inbox WHERE delivery_id = 'theirs'"))

    await until(known)
    assert await send(desk, webhookId="nobodys", appId=None) == 202
    body = {"type": "UNINSTALL", "appId": desk.app.app_id, "locationId": desk.other_location}
    forged = await desk.world.control("ghl", "webhooks/send", {"body": body, "signature": "wrong"})
    assert forged["status"] == 401
    await deliver(desk)
    assert (await desk.connection(STUDIO)).state == "ok"
    rows = await desk.world.rows("SELECT delivery_id, outcome, reason FROM inbox WHERE type = 'UNINSTALL'")
    assert {row["delivery_id"]: row["outcome"] for row in rows} == {"theirs": "nothing", "nobodys": "nothing"}


async def test_news_is_kept_until_a_worker_comes_and_counts_once(desk: Desk) -> None:
    agency = await desk.agency()
    await desk.connect(agency, desk.location_of_agency, STUDIO)
    assert await send(desk, webhookId="once") == 202
    assert await send(desk, webhookId="once") == 202
    (row,) = await desk.world.rows("SELECT outcome, reason FROM inbox WHERE delivery_id = 'once'")
    assert row["outcome"] == "pending"
    await deliver(desk)
    (row,) = await desk.world.rows("SELECT outcome, reason FROM inbox WHERE delivery_id = 'once'")
    assert row["outcome"] == "done"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"type": "INSTALL", "companyId": "unknown", "locationId": None}, "agency unknown installed the app"),
        (
            {"type": "INSTALL", "companyId": "unknown", "locationId": "unknown"},
            "location unknown has the app",
        ),
        ({"type": "UNINSTALL", "locationId": "unknown"}, "location unknown is not connected"),
        ({"type": "UNINSTALL", "locationId": None}, "UNINSTALL that names neither"),
        ({"type": "PLAN_CHANGE"}, "nothing here depends on PLAN_CHANGE"),
    ],
)
async def test_news_that_changes_nothing_says_why(desk: Desk, body: dict[str, Any], reason: str) -> None:
    assert await send(desk, webhookId="w", **body) == 202
    await deliver(desk)
    (row,) = await desk.world.rows("SELECT outcome, reason FROM inbox WHERE delivery_id = 'w'")
    assert row["outcome"] == "nothing"
    assert row["reason"].startswith(reason)


async def test_an_agencys_own_tokens_show_nowhere(desk: Desk) -> None:
    agency = await desk.agency()
    await desk.connect(agency, desk.location_of_agency, STUDIO)
    environment = desk.world.environment
    said = [
        await orderbridge(
            "connections", *arguments, environment=environment | {"ORDERBRIDGE_LOG_LEVEL": "debug"}
        )
        for arguments in (("list", "--json"), ("locations", "--json"), ("test", "--json"))
    ]
    async with desk.world.http.get(f"{desk.url}/api/status") as answer:
        shown = await answer.text() + json.dumps([ran.out + ran.err for ran in said])
    tokens = desk.world.sandbox.ghl.tokens
    assert [secret for secret in (*tokens._grants, *tokens._refreshes) if secret in shown] == []


def test_names_are_made_free() -> None:
    taken = {"Shop", "Shop (2)"}
    assert [free_name("Shop", taken), free_name(" Shop ", taken), free_name("Other", taken)] == [
        "Shop (3)",
        "Shop (4)",
        "Other",
    ]


async def test_a_flow_hears_that_the_app_left_its_location_and_came_back(desk: Desk) -> None:
    agency = await desk.agency()
    await desk.connect(agency, desk.location_of_agency, STUDIO)
    for trigger in ("installed", "uninstalled"):
        step = {"id": "case", "action": "core.text.case@1", "with": operation("core.text.case@1").example}
        flow = {"flow": trigger, "title": trigger, "trigger": f"ghl.app.{trigger}@1", "steps": [step]}
        await publish(desk.world.application.runtime, Flow.model_validate(flow), source=STUDIO, target=ACT)
    for change in ("uninstall", "install", "uninstall"):
        await desk.world.control("ghl", f"oauth/{change}", {"location_id": desk.other_location})
        await deliver(desk)
    rows = await desk.world.rows(
        "SELECT f.name, count(*) AS n FROM runs r JOIN flows f ON f.id = r.flow_id WHERE r.state = 'done'"
        " GROUP BY f.name ORDER BY f.name"
    )
    assert [row["n"] for row in rows] == [1, 2]
