"""What is found out about an Act! database: at connecting, on demand, and kept with the connection."""

from __future__ import annotations

from typing import Any

import pytest

from orderbridge.accounts.connecting import add_connection
from orderbridge.accounts.discovery import discover
from orderbridge.core.errors import ReconnectError, SetupError
from orderbridge.store import connections
from support.command import orderbridge
from support.world import ACT, GHL, MakeWorld, World


async def stored(world: World) -> Any:
    async with world.db.read() as tx:
        item = await connections.by_id(tx, world.connections[ACT])
    return item.config["discovered"]


async def discovered(world: World, name: str = ACT) -> Any:
    async with world.db.read() as tx:
        item = await connections.by_id(tx, world.connections[name])
    return await discover(world.application.runtime, item)


async def test_connecting_keeps_what_the_database_has(world: World) -> None:
    found = await stored(world)
    truth = await world.act_truth("fields", "custom_tables")

    assert found["address"]["deployment"] == "self_hosted"
    assert found["system"]["culture"] == "en-US"
    assert found["user"] == found["users"][0] | {"role": "Manager"}
    assert {item["name"] for item in found["tables"]} == set(truth["custom_tables"])
    for kind, columns in truth["fields"].items():
        if kind in found["fields"]:
            assert {item["label"]: item["key"] for item in found["fields"][kind]} == columns
    assert all(item["stages"] for item in found["processes"])
    assert {"Call Attempted", "To-do Done"} <= {item["name"] for item in found["history_types"]}
    assert found["task_types"]
    assert found["missing"] == []
    assert found["notes"] == []


@pytest.mark.parametrize(
    ("switches", "batch"),
    [
        ({"batch_counts_parts": True}, {"works": True, "counted": "each"}),
        ({"batch_counts_parts": False}, {"works": True, "counted": "one"}),
        ({"rate_limit_headers": False}, {"works": True, "counted": None}),
        ({"batch": "404"}, {"works": False, "counted": None}),
    ],
)
async def test_it_is_found_out_whether_batches_work_and_what_they_cost(
    world: World, switches: dict[str, Any], batch: dict[str, Any]
) -> None:
    await world.faults("act", **switches)

    assert (await discovered(world))["batch"] == batch


async def test_webhooks_are_offered_where_the_server_knows_them(world: World) -> None:
    assert not (await stored(world))["webhooks"]["offered"]
    await world.faults("act", webhooks=True)

    assert (await discovered(world))["webhooks"] == {"offered": True, "why": None}


async def test_what_cannot_be_read_is_a_note_and_hides_nothing_else(world: World) -> None:
    await world.faults("act", no_custom_tables=True)
    found = await discovered(world)

    assert found["tables"] == []
    assert "custom tables" in found["notes"][0]
    assert found["users"]


async def test_record_types_without_fields_are_no_error_in_either_answer(world: World) -> None:
    await world.faults("act", metadata_without_fields="404")

    assert set((await discovered(world))["fields"]) == {
        "contact",
        "company",
        "group",
        "opportunity",
        "product",
    }


async def test_missing_permissions_are_told_at_connecting_and_in_the_report(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        lost = "Manage Other Users' Opportunities"
        await world.faults("act", permissions_removed=[lost])
        details = world.sandbox.details
        shown = await add_connection(
            world.application.runtime,
            name="second",
            system="act",
            mode="sandbox",
            account="another",
            config={
                "base_url": details["act_url"],
                "database": details["act_database"],
                "user": details["act_user"],
            },
            secret={"password": details["act_password"]},
        )
        assert f"lacks '{lost}'" in shown["found"]

        ran = await orderbridge("connections", "discover", "second", environment=world.environment)
        assert ran.code == 0, ran.err
        assert "MISSING: payments, refunds and fulfilments do not reach" in ran.out
        ran = await orderbridge("connections", "discover", "second", "--json", environment=world.environment)
        assert ran.json["missing"] == [lost]
        assert details["act_password"] not in ran.out


async def test_an_account_that_lets_nobody_in_is_not_discovered_and_keeps_its_findings(world: World) -> None:
    before = await stored(world)
    world.sandbox.act.password = "another"
    world.sandbox.act.sessions.clear()
    await world.application.runtime.forget(world.connections[ACT])

    with pytest.raises(ReconnectError):
        await discovered(world)
    assert await stored(world) == before


async def test_a_highlevel_location_is_told_where_its_diagnosis_is(world: World) -> None:
    with pytest.raises(SetupError, match="connections test"):
        await discovered(world, GHL)


async def test_a_pasted_address_is_made_the_right_one_and_it_is_said_how(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world:
        await world.db.pool.execute("DELETE FROM connections WHERE system = 'act'")
        details = world.sandbox.details
        pasted = f"{details['act_url']}/api/contacts"
        ran = await orderbridge(
            "connect", "act", "--name", "books", "--url", pasted, "--database", details["act_database"],
            "--user", details["act_user"], "--password-stdin", "--mode", "sandbox",
            environment=world.environment, stdin=details["act_password"],
        )  # fmt: skip
        assert ran.code == 0, ran.err
        assert ran.out.startswith("Connected books")
        assert f"The Web API is at {details['act_url']}: /api/contacts was cut off the end" in ran.err
