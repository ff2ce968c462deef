"""Mappings between real accounts (the twins): what is written, left alone, cleared, held, and refused in time."""

from __future__ import annotations

from typing import Any

import pytest

from orderbridge.accounts import pausing
from orderbridge.automation import account_fields
from orderbridge.automation.publishing import publish
from orderbridge.core.errors import FlowError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.inbox import accept_all
from orderbridge.engine.own_events import happened
from orderbridge.flows.model import Flow
from orderbridge.store import flows
from support.world import ACT, GHL, MakeWorld, World


@pytest.fixture
async def world(make_world: MakeWorld) -> Any:
    async with make_world(flows=()) as opened:
        yield opened


def flow_of(fields: JsonObject, action: str, **step: Any) -> Flow:
    return Flow.model_validate(
        {
            "flow": "people",
            "title": "People",
            "trigger": "core.manual.started@1",
            "steps": [{"id": "person", "action": action, "with": fields} | step],
        }
    )


async def published(
    world: World, fields: JsonObject, *, action: str = "act.contact.update@1", target: str = ACT, **step: Any
) -> str:
    name, _ = await publish(
        world.application.runtime, flow_of(fields, action, **step), source=target, target=target
    )
    return name


async def run(world: World, name: str, **given: Any) -> JsonObject:
    async with world.db.begin() as tx:
        stored = await flows.by_name(tx, name)
        await accept_all(tx, [happened(stored, "manual", random_id(), {"input": given})])
    await world.work_until_idle()
    [row] = await world.rows("SELECT state, reason, cause FROM runs ORDER BY started_at DESC LIMIT 1")
    return dict(row)


async def person(world: World) -> JsonObject:
    fields = {"fullName": "Ada Lovelace", "jobTitle": "Analyst", "idStatus": "Friend"}
    made: JsonObject = await world.control("act", "edit", {"entity": "contacts", "fields": fields})
    return await again(world, made["id"])


async def again(world: World, contact_id: str) -> JsonObject:
    rows: list[JsonObject] = (await world.act_truth("contacts"))["contacts"]
    return next(row for row in rows if row["id"] == contact_id)


async def items(world: World, name: str) -> list[str]:
    client = await world.application.runtime.act(world.connections[ACT])
    lists = {row["name"]: row["id"] async for row in client.rows("/api/metadata/drop-down/lists")}
    return await client.drop_down_values(lists[name])


def given(path: str, **rules: Any) -> JsonObject:
    return {"from": f"event.input.{path}"} | rules


async def test_what_is_missing_or_null_stays_and_what_is_to_be_cleared_goes(world: World) -> None:
    before = await person(world)
    name = await published(
        world,
        {
            "contact_id": given("id"),
            "job_title": given("title"),
            "department": given("department"),
            "first_name": given("first"),
            "salutation": given("salutation", if_null="clear"),
            "custom_fields": {"object": {"user1": given("colour"), "user2": given("size", if_null="clear")}},
        },
    )
    await run(world, name, id=before["id"], department="Sales", salutation="Dear", colour="red", size="L")
    filled = await again(world, before["id"])
    assert (filled["jobTitle"], filled["department"], filled["salutation"]) == (
        before["jobTitle"],
        "Sales",
        "Dear",
    )
    nothing = {"title": None, "department": None, "salutation": None, "colour": None, "size": None}
    ended = await run(world, name, id=before["id"], **nothing)
    after = await again(world, before["id"])
    assert ended["state"] == "done"
    assert (after["jobTitle"], after["department"], after["salutation"]) == (before["jobTitle"], "Sales", "")
    assert (after["customFields"]["user1"], after["customFields"]["user2"]) == ("red", None)


async def test_a_required_value_that_is_missing_waits_for_a_person_and_nothing_is_written(
    world: World,
) -> None:
    before = (await world.act_truth("companies"))["companies"]
    name = await published(world, {"name": given("company")}, action="act.company.create@1")
    ended = await run(world, name, company=None)
    assert (ended["state"], ended["cause"]) == ("dead", "mapping.missing.event.input.company")
    assert "step 'person', field name" in ended["reason"]
    assert "event.input.company is null" in ended["reason"]
    empty = await run(world, name, company="")
    assert (empty["state"], empty["cause"]) == ("dead", "mapping.missing.event.input.company")
    assert (await world.act_truth("companies"))["companies"] == before


async def test_conversions_and_maps_write_what_the_target_wants(world: World) -> None:
    contact = await person(world)
    name = await published(
        world,
        {
            "contact_id": given("id"),
            "mobile_phone": given("phone", convert={"phone": {"region": "US", "style": "e164"}}),
            "birthday": given("born", convert={"date": {"read_as": "%d.%m.%Y"}}),
            "id_status": given("state", map={"paid": "Customer"}, unmapped="skip"),
            "business_address": {
                "object": {
                    "country": given("country", convert={"country": {"to": "name"}}),
                    "state": given("state_name", convert={"state": {"country": given("country")}}),
                }
            },
        },
    )
    told = {"phone": "(201) 555-0123", "born": "31.01.1980", "country": "us", "state_name": "California"}
    ended = await run(world, name, id=contact["id"], state="open", **told)
    after = await again(world, contact["id"])
    assert ended["state"] == "done", ended
    assert after["mobilePhone"] == "+12015550123"
    assert after["birthday"].startswith("1980-01-31")
    assert after["idStatus"] == contact["idStatus"]
    assert (after["businessAddress"]["country"], after["businessAddress"]["state"]) == ("United States", "CA")
    wrong = await run(world, name, id=contact["id"], **(told | {"phone": "555"}))
    assert (wrong["state"], wrong["cause"]) == ("dead", "mapping.convert.phone")


GROWING: JsonObject = {
    "contact_id": given("id"),
    "id_status": given("state", map={"paid": "Customer"}, unmapped="add", drop_down="ID/Status"),
}


async def test_a_drop_down_list_grows_by_a_proved_write_before_the_record_is_written(world: World) -> None:
    contact = await person(world)
    name = await published(world, GROWING, allow=["adds_choices"])
    before = await items(world, "ID/Status")
    for _ in range(2):
        assert (await run(world, name, id=contact["id"], state="Patron"))["state"] == "done"
    await run(world, name, id=contact["id"], state="paid")
    assert await items(world, "ID/Status") == [*before, "Patron"]
    assert (await again(world, contact["id"]))["idStatus"] == "Customer"
    receipts = await world.rows(
        "SELECT verdict FROM receipts WHERE kind LIKE '%drop_down%' ORDER BY settled_at"
    )
    assert [row["verdict"] for row in receipts] == ["confirmed", "unchanged"]
    [step] = await world.rows("SELECT DISTINCT action FROM steps WHERE path LIKE 'person.choices.%'")
    assert step["action"] == "act.drop_down.update@1"


async def test_a_list_that_is_not_there_or_not_allowed_does_not_grow(world: World) -> None:
    with pytest.raises(
        FlowError, match=r"steps\.person\.with\.id_status\.unmapped: .*must allow adds_choices"
    ):
        await published(world, GROWING)
    contact = await person(world)
    other = GROWING["id_status"] | {"drop_down": "Moods"}
    name = await published(world, GROWING | {"id_status": other}, allow=["adds_choices"])
    ended = await run(world, name, id=contact["id"], state="Patron")
    assert (ended["state"], ended["cause"]) == ("dead", "flow.no_such_list")
    assert "'Moods', which is not there" in ended["reason"]
    assert (await again(world, contact["id"]))["idStatus"] == contact["idStatus"]


async def define(world: World, **order: Any) -> JsonObject:
    found: JsonObject = await world.control("act", "fields", {"record_type": "contact"} | order)
    return found


@pytest.mark.parametrize(
    ("change", "value", "said"),
    [
        ({"removed": True}, "red", "Act! has no field custom_fields.user3: it was removed there"),
        ({"read_only": True}, "red", "Act! fills custom_fields.user3 (User 3) itself: it is read-only there"),
        ({"length": 2}, "red", "3 characters do not fit: custom_fields.user3 takes 2"),
        (
            {"drop_down": "Referred By", "list_only": True},
            "red",
            "'red' is none of what custom_fields.user3 takes",
        ),
    ],
)
async def test_a_flow_that_does_not_fit_the_account_is_refused_with_its_place(
    world: World, change: JsonObject, value: str, said: str
) -> None:
    fields = {"contact_id": given("id"), "custom_fields": {"object": {"user3": value}}}
    await published(world, fields)
    await define(world, key="user3", **change)
    with pytest.raises(FlowError) as refused:
        await published(world, fields)
    assert f"flow people, steps.person.with.custom_fields.user3: {said}" in str(refused.value)
    assert refused.value.cause == "flow.invalid"


async def test_a_table_and_a_stage_that_are_not_there_are_refused(world: World) -> None:
    with pytest.raises(
        FlowError, match=r"steps\.person\.with\.table: .*no kind of record 'Orders'.*Payments"
    ):
        await published(
            world, {"table": "Orders", "fields": {"value": {}}}, action="act.custom_record.create@1"
        )
    with pytest.raises(FlowError, match=r"steps\.person\.with\.stage: 'Payed' is none of .*Paid"):
        await published(
            world, {"opportunity_id": "o1", "stage": "Payed"}, action="act.opportunity.set_stage@1"
        )


async def test_highlevel_fields_go_by_their_ids_and_their_options(world: World) -> None:
    client = await world.application.runtime.ghl(world.connections[GHL])
    path = f"/locations/{client.location_id}/customFields"
    body = {
        "name": "Plan",
        "dataType": "SINGLE_OPTIONS",
        "model": "contact",
        "textBoxListOptions": ["Basic", "Pro"],
    }
    made = (await client.request("POST", path, body=body)).body["customField"]
    found = await account_fields.fields_of(world.application.runtime, world.connections[GHL], "contact")
    plan = next(item for item in found if item.label == "Plan")
    assert (plan.name, plan.choices, plan.closed) == (f"custom_fields.{made['id']}", ("Basic", "Pro"), True)
    for key, value, said in (
        ("plan", "Pro", f"did you mean {plan.name}?"),
        (made["id"], "Max", "'Max' is none of"),
    ):
        fields = {"contact_id": "c1", "custom_fields": {"object": {key: value}}}
        with pytest.raises(FlowError) as refused:
            await published(world, fields, action="ghl.contact.update@1", target=GHL)
        assert said in str(refused.value)


@pytest.mark.parametrize("change", [{"removed": True}, {"read_only": True}])
async def test_a_field_that_the_account_ignores_meanwhile_is_named_with_what_to_do(
    world: World, change: JsonObject
) -> None:
    contact = await person(world)
    fields = {
        "contact_id": given("id"),
        "job_title": "Owner",
        "custom_fields": {"object": {"user3": given("colour")}},
    }
    name = await published(world, fields)
    await define(world, key="user3", **change)
    ended = await run(world, name, id=contact["id"], colour="red")
    assert ended["state"] == "done"
    assert ended["reason"] == (
        f"step person: Act! took the contact {contact['id']} and kept custom_fields.user3 as it was: there it is "
        "read-only, or was removed. 'orderbridge flows fields' shows what the account has; change the mapping or the "
        "field, and replay"
    )
    [receipt] = await world.rows("SELECT verdict, differences FROM receipts")
    assert receipt["verdict"] == "ignored"
    assert (await again(world, contact["id"]))["jobTitle"] == "Owner"


@pytest.mark.parametrize(
    ("change", "switch", "said"),
    [
        ({"removed": True}, "unknown_custom_field", "'user3' does not exist"),
        ({"read_only": True}, "read_only_field", "'user3' is read-only"),
    ],
)
async def test_a_field_that_the_account_refuses_meanwhile_is_named(
    world: World, change: JsonObject, switch: str, said: str
) -> None:
    contact = await person(world)
    name = await published(world, {"contact_id": given("id"), "custom_fields": {"object": {"user3": "red"}}})
    await define(world, key="user3", **change)
    await world.faults("act", **{switch: "400"})
    ended = await run(world, name, id=contact["id"])
    assert ended["state"] == "dead"
    assert said in ended["reason"]


async def test_an_account_that_cannot_be_read_is_a_warning(world: World) -> None:
    async with world.db.begin() as tx:
        await pausing.pause(tx, ACT)
    world.application.runtime.look_again(world.connections[ACT])
    flow = flow_of({"contact_id": "c1", "first_name": "Ada"}, "act.contact.update@1")
    act = world.connections[ACT]
    [found] = await account_fields.problems(world.application.runtime, flow, act, act)
    assert found.warning
    assert "the fields of contact in Act! could not be read" in found.message
