"""The template contacts-two-way on both stand-ins, with people editing on both sides and everything going wrong."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from typing import Any

import pytest

from orderbridge.core.jsonio import JsonObject
from support.operations import Operations
from support.world import GHL, MakeWorld, World

TEMPLATE = "contacts-two-way"
TABLE = [
    {"field": "first_name", "owner": "act"},
    {"field": "last_name", "rule": "newest wins", "owner": "ghl"},
    {"field": "email", "rule": "ask"},
    {"field": "phone", "rule": "newest wins", "owner": "act"},
    {"field": "city", "owner": "ghl"},
]
SETTINGS = {TEMPLATE: {"fields": TABLE, "create": "both"}}


@pytest.fixture
async def world(make_world: MakeWorld) -> AsyncIterator[World]:
    async with make_world(flows=SETTINGS) as opened:
        await looked(opened)
        yield opened


@pytest.fixture
def ops(world: World) -> Operations:
    return Operations(world)


async def looked(world: World) -> None:
    errors = [item.error for item in await world.poll() if item.error]
    assert not errors, errors
    await world.work_until_idle()


async def until_rest(world: World, *, most: int = 6) -> int:
    """Look again until nothing is written any more; returns how many looks wrote something."""
    for rounds in range(most):
        before = await written(world)
        await looked(world)
        if await written(world) == before and rounds:
            return rounds
    raise AssertionError(f"still writing after {most} looks")


async def written(world: World) -> int:
    rows = await world.rows(
        "SELECT count(*) AS n FROM receipts WHERE verdict NOT IN ('unchanged', 'refused')"
    )
    return int(rows[0]["n"])


async def runs(world: World, state: str) -> list[JsonObject]:
    return await world.rows("SELECT reason, cause FROM runs WHERE state = $1", state)


async def person_in_ghl(ops: Operations, number: int, **fields: Any) -> str:
    body = {
        "firstName": "Ada", "lastName": f"Sample{number}", "email": f"ada{number}@both.example",
        "phone": f"+1201555{number:04}", "city": "Graz", "locationId": ops.location,
    }  # fmt: skip
    return str((await ops.ghl("POST", "/contacts/", body | fields))["contact"]["id"])


async def both(world: World, number: int) -> tuple[JsonObject, JsonObject]:
    """The person on both sides, who is there once each."""
    mail = f"ada{number}@both.example"
    act = [row for row in (await world.act_truth("contacts"))["contacts"] if row["emailAddress"] == mail]
    ghl = [row for row in (await world.ghl_truth("contacts"))["contacts"] if row.get("email") == mail]
    assert (len(act), len(ghl)) == (1, 1)
    client = await world.application.runtime.ghl(world.connections[GHL])
    # The summary of the stand-in leaves most fields out.
    return act[0], (await client.request("GET", f"/contacts/{ghl[0]['id']}")).body["contact"]


async def test_a_contact_is_made_on_the_other_side_once_and_our_own_write_starts_nothing(
    world: World, ops: Operations
) -> None:
    await person_in_ghl(ops, 1)
    await ops.act(
        "contacts", fields={"lastName": "Act", "emailAddress": "ada2@both.example", "firstName": "Bea"}
    )
    await until_rest(world)
    act, _ = await both(world, 1)
    assert (act["firstName"], act["businessAddress"]["city"], act["businessPhone"]) == (
        "Ada",
        "Graz",
        "+12015550001",
    )
    _, ghl = await both(world, 2)
    assert (ghl["firstName"], ghl["lastName"]) == ("Bea", "Act")
    echoes = await world.rows("SELECT kind, outcome FROM events WHERE reason = 'our own write'")
    assert [(row["kind"], row["outcome"]) for row in echoes] == [("contact", "nothing")] * 2
    # One run each: that of the side where a person made the contact.
    assert len(await runs(world, "done")) == 2
    assert await runs(world, "dead") == []


async def test_an_edit_is_carried_over_and_comes_back_as_nothing(world: World, ops: Operations) -> None:
    ghl_id = await person_in_ghl(ops, 1)
    await until_rest(world)
    act, _ = await both(world, 1)
    done = len(await runs(world, "done"))
    for city, last_name in (("Linz", "Vale"), ("Graz", "Sample1")):
        await ops.ghl("PUT", f"/contacts/{ghl_id}", {"city": city})
        await ops.act("contacts", act["id"], fields={"lastName": last_name})
        # One look carries both over, and the next has nothing to do.
        assert await until_rest(world) == 1
        act, ghl = await both(world, 1)
        assert (act["businessAddress"]["city"], ghl["lastName"]) == (city, last_name)
    # Four edits; where two met, one run found that the other had carried both.
    assert len(await runs(world, "done")) - done <= 4
    assert await runs(world, "dead") == []


async def test_a_persons_edit_that_meets_our_write_before_the_next_look_is_not_taken_for_ours(
    world: World, ops: Operations
) -> None:
    ghl_id = await person_in_ghl(ops, 1)
    await until_rest(world)
    act, _ = await both(world, 1)
    await ops.ghl("PUT", f"/contacts/{ghl_id}", {"city": "Linz"})
    async with world.hooks():
        await ops.told("ContactUpdate", {"id": ghl_id, "locationId": ops.location})
    await world.work_until_idle()
    # Written by us and not looked at yet; now a person edits another field, and one puts our value back.
    await ops.act("contacts", act["id"], fields={"firstName": "Adele", "businessAddress": {"city": "Graz"}})
    await until_rest(world)
    act, ghl = await both(world, 1)
    assert (act["firstName"], ghl["firstName"]) == ("Adele", "Adele")
    assert (act["businessAddress"]["city"], ghl["city"]) == ("Graz", "Graz")


async def test_a_deletion_waits_for_a_person_and_nobody_is_made_again(world: World, ops: Operations) -> None:
    ghl_id = await person_in_ghl(ops, 1)
    await until_rest(world)
    act, _ = await both(world, 1)
    await ops.ghl("DELETE", f"/contacts/{ghl_id}")
    await until_rest(world)
    await ops.act("contacts", act["id"], fields={"firstName": "Still"})
    await until_rest(world)
    [row] = await world.rows("SELECT sort, why FROM conflicts WHERE resolved_at IS NULL")
    assert row["sort"] == "deleted"
    mails = [row.get("email") for row in (await world.ghl_truth("contacts"))["contacts"]]
    assert "ada1@both.example" not in mails
    assert any(row["id"] == act["id"] for row in (await world.act_truth("contacts"))["contacts"])


FAULTS: tuple[tuple[str, JsonObject], ...] = (
    ("ghl", {"error_500_after_write": 1}),
    ("ghl", {"drop_after_write": 1}),
    ("ghl", {"webhook_lose": 2}),
    ("ghl", {"webhook_duplicate": 3}),
    ("ghl", {"throttle_429": 1}),
    ("act", {"error_500_after_write": {"count": 1, "match": "PATCH /api/contacts/*"}}),
    ("act", {"error_500_after_write": {"count": 1, "match": "POST /api/contacts"}}),
    ("act", {"drop_after_write": {"count": 1, "match": "PATCH /api/contacts/*"}}),
    ("act", {"error_500_before": 1}),
)


@pytest.mark.parametrize("seed", range(4))
async def test_people_edit_both_sides_while_everything_goes_wrong_and_it_comes_to_rest(
    world: World, ops: Operations, seed: int
) -> None:
    chance = random.Random(seed)
    people = {number: await person_in_ghl(ops, number) for number in range(1, 5)}
    await until_rest(world)
    ids = {number: (await both(world, number))[0]["id"] for number in people}
    edits = 0
    async with world.hooks():
        for _ in range(14):
            number = chance.choice(list(people))
            edits += 1
            word = f"{chance.choice(['Graz', 'Linz', 'Wels', 'Enns'])}{edits}"
            if chance.random() < 0.5:
                field = chance.choice(["firstName", "lastName", "city"])
                await world.faults("ghl", error_500_after_write=0, drop_after_write=0, throttle_429=0)
                await ops.ghl("PUT", f"/contacts/{people[number]}", {field: word})
            else:
                field = chance.choice(
                    [{"firstName": word}, {"lastName": word}, {"businessAddress": {"city": word}}]
                )
                await ops.act("contacts", ids[number], fields=field)
            # What goes wrong meets us and not the people.
            if chance.random() < 0.5:
                side, switches = chance.choice(FAULTS)
                await world.faults(side, **switches)
            if chance.random() < 0.4:
                await world.work_until_idle()
            if chance.random() < 0.3:
                await looked(world)
    await until_rest(world)
    assert await runs(world, "dead") == []
    for number in people:
        act, ghl = await both(world, number)
        assert (act["firstName"], act["lastName"]) == (ghl["firstName"], ghl["lastName"])
        assert act["businessAddress"]["city"] == ghl["city"]
    # Each edit was written at most twice, and a look after that writes nothing.
    changes = await world.rows("SELECT count(*) AS n FROM receipts WHERE verdict = 'confirmed'")
    assert changes[0]["n"] <= 2 * edits + len(people)
