"""Templates over HTTP: what they do, what Act! lacks for them, and enabling them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from orderbridge.flows import templates
from support.asking import Asking, asking
from support.world import ACT, GHL, TEMPLATE, MakeWorld

BETWEEN = {"ghl": GHL, "act": ACT}


@pytest_asyncio.fixture
async def api(make_world: MakeWorld) -> AsyncIterator[Asking]:
    async with make_world(flows=(), custom_tables=False) as world, world.hooks() as url:
        yield await asking(world, url)


async def test_every_template_says_what_it_does_in_which_direction_and_what_its_owner_decides(
    api: Asking,
) -> None:
    rows = await api.ask("GET", "/api/templates")
    assert {row["name"] for row in rows} == set(templates.load_all())
    for row in rows:
        assert row["between"] == []
        assert row["title"]
        assert all({flow["from_system"], flow["to_system"]} == {"ghl", "act"} for flow in row["flows"])
    (orders,) = [row for row in rows if row["name"] == TEMPLATE]
    assert [flow["from_system"] for flow in orders["flows"]] == ["ghl"] * len(orders["flows"])
    shown = await api.ask("GET", f"/api/templates/{TEMPLATE}")
    assert [item["flow"] for item in shown["definitions"]] == [flow["flow"] for flow in shown["flows"]]
    by_name = {item["name"]: item for item in shown["settings"]}
    assert by_name["opportunity_name"]["schema"]["maxLength"] == 250
    assert by_name["opportunity_name"]["required"] is False


async def test_what_act_lacks_is_shown_first_and_created_only_when_it_is_asked_for(api: Asking) -> None:
    path = f"/api/templates/{TEMPLATE}"
    lacking = (await api.ask("GET", f"{path}/missing?ghl={GHL}&act={ACT}"))["missing"]
    assert any(item.startswith("table ") for item in lacking)
    left = await api.ask("POST", f"{path}/enable", BETWEEN | {"create_fields": False})
    assert (left["created"], left["missing"]) == ([], lacking)
    done = await api.ask("POST", f"{path}/enable", BETWEEN | {"create_fields": True})
    assert (done["created"], done["missing"], done["to_go_live"]) == (lacking, [], [])
    assert (await api.ask("GET", f"{path}/missing?ghl={GHL}&act={ACT}"))["missing"] == []


async def test_an_enabled_template_shows_where_it_is_on_and_who_enabled_it(api: Asking) -> None:
    settings = {"opportunity_name": "Sale {event.id}"}
    done = await api.ask("POST", f"/api/templates/{TEMPLATE}/enable", BETWEEN | {"settings": settings})
    (between,) = (await api.ask("GET", f"/api/templates/{TEMPLATE}"))["between"]
    assert (between["highlevel"], between["act"], between["mode"]) == (GHL, ACT, "sandbox")
    assert between["on"] == between["flows"] == len(done["names"])
    assert sorted(between["names"]) == sorted(done["names"])
    # Whoever opens it again finds what was decided, and the rest as it was filled.
    assert between["settings"]["opportunity_name"] == "Sale {event.id}"
    assert between["settings"]["stages"]["refunded"] == "Refunded"
    (version,) = await api.world.rows("SELECT DISTINCT published_by, note FROM flow_versions")
    assert version == {"published_by": "API token pages", "note": f"template {TEMPLATE}"}
    (order,) = (await api.world.sell(1))["orders"]
    await api.world.poll()
    await api.world.work_until_idle()
    deals = (await api.world.act_truth("opportunities"))["opportunities"]
    assert [item["name"] for item in deals if item.get("sourceId") == order] == [f"Sale {order}"]


async def test_what_cannot_be_enabled_is_refused_and_says_why(api: Asking) -> None:
    missing = await api.ask("GET", "/api/templates/no-such", status=404)
    assert missing["cause"] == "flow.unknown_template"
    path = f"/api/templates/{TEMPLATE}/enable"
    swapped = await api.ask("POST", path, {"ghl": ACT, "act": GHL}, status=409)
    assert swapped["cause"] == "connection.wrong_system"
    wrong = await api.ask("POST", path, BETWEEN | {"settings": {"opportunity_name": 7}}, status=422)
    assert "opportunity_name" in wrong["message"]
    unknown = await api.ask("POST", path, BETWEEN | {"settings": {"nothing": 7}}, status=422)
    assert "nothing" in unknown["message"]
    needed = await api.ask("POST", "/api/templates/act-leads-to-invoices/enable", BETWEEN, status=422)
    assert "product" in needed["message"]
    assert await api.world.rows("SELECT 1 FROM flows") == []
