"""Planning, running and stopping backfills from the command line and over HTTP, as a person or a program would."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from orderbridge.core.ids import random_id
from orderbridge.engine.runtime import Runtime
from orderbridge.store import api_tokens, backfills
from support.backfilling import begin, present
from support.command import orderbridge, start
from support.commands import Commands
from support.patience import PATIENCE_S
from support.world import GHL, MakeWorld, World, until


async def written(world: World) -> tuple[int, int]:
    """Count what came about on both sides, to see that nothing did."""
    act = await world.act_truth("contacts", "opportunities")
    return len(act["contacts"]), len(act["opportunities"])


async def test_a_plan_counts_what_it_can_samples_the_rest_and_writes_nothing(world: World) -> None:
    run = Commands(world)
    sold = await world.sell(6)
    nobody = await world.raw_order(
        currency="QQQ", amount=5, liveMode=True, items=[], fulfillmentStatus="unfulfilled"
    )
    before = await written(world)
    (plan,) = json.loads(await run.ok("backfill", "plan", "--ghl", GHL, "--sample", "7", "--json"))
    assert await written(world) == before
    assert not await world.rows("SELECT 1 FROM inbox")

    kinds = {item["kind"]: item for item in plan["kinds"]}
    assert kinds["orders"]["records"] == kinds["orders"]["to_do"] == 7
    assert kinds["transactions"]["records"] == len(sold["transactions"])
    assert kinds["orders"]["how"].startswith("counted")
    assert plan["sampled"]["records"] == plan["sampled"]["of"] == 7
    assert plan["sampled"]["outcomes"]["would create"] == 6
    lines = {item["what"]: item for item in plan["ambiguous"]}
    assert lines["orders without a contact"]["count"] == 1
    assert lines["orders in a currency that ISO 4217 does not know"]["example"] == nobody
    assert plan["calls"]["highlevel"] >= 7
    assert plan["calls"]["act"] > 0
    assert plan["minutes"] is not None
    assert any("leaves out tasks" in line for line in plan["notes"])

    said = await run.ok("backfill", "plan", "--ghl", GHL, "--sample", "1")
    assert "Sampled: 1 of 7 records were read and tried without writing" in said
    assert "Nothing was written to either account." in said

    # What was planned is begun by its id, and is then known to the next plan.
    ran = await orderbridge(
        "backfill", "run", "--plan", plan["id"][:12], "--json", environment=world.environment
    )
    assert ran.code == 0, ran
    assert ran.json[0]["state"] == "done"
    (again,) = json.loads(await run.ok("backfill", "plan", "--ghl", GHL, "--json"))
    known = {item["kind"]: item["known"] for item in again["kinds"]}
    # Also the one that is held: it waits for a person, not for another backfill.
    assert known["orders"] == 7
    assert "is done; only one that is planned or paused" in await run.refused(
        "backfill", "resume", plan["id"]
    )


@pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a signal")
async def test_ctrl_c_pauses_it_and_resume_finishes_it(world: World) -> None:
    await world.sell(30)
    process = await start("backfill", "run", "--ghl", GHL, environment=world.environment)

    async def under_way() -> bool:
        return bool(await world.rows("SELECT 1 FROM runs"))

    await until(under_way)
    process.send_signal(signal.SIGINT)
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    assert process.returncode == 130, err
    (found,) = await world.rows("SELECT id, state FROM backfills")
    assert found["state"] == "paused"
    assert f"Go on with: orderbridge backfill resume {found['id'][:12]}" in out.decode()
    ran = await orderbridge("backfill", "resume", found["id"][:8], environment=world.environment)
    assert ran.code == 0, ran
    assert f"Backfill {found['id'][:12]} of {GHL} is done: 30 records handed over" in ran.out
    truth = await world.truth()
    assert not truth.duplicates
    assert truth.totals["ghl"] == truth.totals["act"]


async def test_a_server_goes_on_with_one_that_nobody_drives(world: World) -> None:
    run = Commands(world)
    await world.sell(2)
    assert "'orderbridge serve' goes on with it" in await run.ok("backfill", "run", "--ghl", GHL, "--detach")
    (found,) = json.loads(await run.ok("backfill", "list", "--json"))
    assert (found["state"], found["driven"]) == ("running", False)
    keeping = asyncio.create_task(world.application.keep_backfilling())
    try:
        async with world.working():

            async def ended() -> bool:
                async with world.db.read() as tx:
                    return (await backfills.one(tx, found["id"])).state == backfills.DONE

            await until(ended)
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
    shown = json.loads(await run.ok("backfill", "show", found["id"][:10]))
    assert shown["events"]["done"] >= 2
    assert shown["not_read"] == []


WRONG: list[tuple[tuple[str, ...], str]] = [
    (("run",), "say whose history: --ghl NAME, --location ID, or --all"),
    (("run", "--ghl", "nobody"), "there is no connection named 'nobody'"),
    (("run", "--ghl", "act"), "connection 'act' is an Act! database, and a HighLevel location is needed here"),
    (("run", "--location", "nowhere"), "no connection is to the location 'nowhere'"),
    (("run", "--ghl", GHL, "--act", "nobody"), "there is no connection named 'nobody'"),
    (("plan", "--ghl", GHL, "--kinds", "orders,cows"), "there is no kind 'cows'; there are orders, fulfilments"),
    (("plan", "--ghl", GHL, "--kinds", ","), "--kinds names none"),
    (("plan", "--ghl", GHL, "--since", "2026-02-30"), "--since is '2026-02-30'; write a day"),
    (("run", "--ghl", GHL, "--since", "2026-03-02", "--until", "2026-03-01"), "is after --until 2026-03-01"),
    (("run", "--ghl", GHL, "--since", "2999-01-01"), "is in the future"),
    (("run", "--ghl", GHL, "--ids", "./not-there.txt"), "./not-there.txt cannot be read"),
    (("run", "--ghl", GHL, "--ids", ","), "names no id"),
    (("run", "--ghl", GHL, "--ids", "a,b", "--kinds", "transactions"), "payments, subscriptions and fulfilments come"),
    (("run", "--ghl", GHL, "--ids", "a,b", "--since", "2026-01-01"), "leave --since and --until out"),
    (("run", "--ghl", GHL, "--mode", "test"), "carries live records over and never test ones"),
    (("run", "--ghl", GHL, "--kinds", "products"), "no flow that is switched on listens to products"),
    (("run", "--ghl", GHL, "--plan", "abc"), "give either it or a selection"),
    (("run", "--plan", "abc"), "there is no backfill 'abc'"),
    (("pause", "abc"), "there is no backfill 'abc'"),
]  # fmt: skip


async def test_what_cannot_be_done_is_said_in_one_line(world: World, tmp_path: Path) -> None:
    run = Commands(world)
    for arguments, said in WRONG:
        found = await run.refused("backfill", *arguments)
        assert said in found, (arguments, found)
        assert "\n" not in found
    empty = tmp_path / "ids.txt"
    empty.write_text("# none yet\n\n", encoding="utf-8")
    assert "names no id; write one in a line" in await run.refused(
        "backfill", "run", "--ghl", GHL, "--ids", str(empty)
    )
    begun = await begin(world)
    refused = await run.refused("backfill", "run", "--ghl", GHL, "--detach")
    assert "a backfill of the same selection is under way" in refused
    assert await run.ok("backfill", "cancel", begun.id[:12]) == f"Backfill {begun.id[:12]} is cancelled\n"
    assert (await present(world, begun)).state == backfills.CANCELLED


async def test_ids_come_from_a_file_and_each_unknown_one_is_told(world: World, tmp_path: Path) -> None:
    run = Commands(world)
    sold = (await world.sell(2))["orders"]
    names = tmp_path / "ids.txt"
    names.write_text(f"{sold[0]}\n  {'0' * 24}  # gone\n{sold[0]}\n{'1' * 24}\n", encoding="utf-8")
    (plan,) = json.loads(await run.ok("backfill", "plan", "--ghl", GHL, "--ids", str(names), "--json"))
    assert [item["id"] for item in plan["unknown_ids"]] == ["0" * 24, "1" * 24]
    ran = await orderbridge(
        "backfill", "run", "--ghl", GHL, "--ids", str(names), environment=world.environment
    )
    assert ran.code == 0, ran
    for unknown in ("0" * 24, "1" * 24):
        assert f"order {unknown}: " in ran.out
    assert len((await world.act_truth("opportunities"))["opportunities"]) >= 1


async def test_a_program_begins_watches_and_stops_one_over_http(make_world: MakeWorld) -> None:
    async with make_world() as world, world.hooks() as url:
        runtime: Runtime = world.application.runtime
        async with runtime.db.begin() as tx:
            token = await api_tokens.create(tx, random_id, name="a program")

        async def ask(method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
            headers = {"Authorization": f"Bearer {token}"}
            async with world.http.request(method, f"{url}{path}", json=body, headers=headers) as answer:
                assert answer.status == status, await answer.text()
                return json.loads(await answer.text())

        made = await ask("POST", "/api/backfills", {"ghl": GHL, "kinds": ["orders"], "since": "2026-01-01"})
        assert (made["state"], made["asked_by"]) == ("running", "API token a program")
        again = await ask(
            "POST", "/api/backfills", {"ghl": GHL, "kinds": ["orders"], "since": "2026-01-01"}, status=409
        )
        assert "same selection is under way" in str(again)
        assert (await ask("POST", f"/api/backfills/{made['id']}/pause"))["state"] == "paused"
        assert (await ask("POST", f"/api/backfills/{made['id']}/resume"))["state"] == "running"
        assert (await ask("POST", f"/api/backfills/{made['id']}/cancel"))["state"] == "cancelled"
        (row,) = await ask("GET", "/api/backfills")
        assert (await ask("GET", f"/api/backfills/{row['id']}"))["deliveries"] == {}
        await ask("GET", "/api/backfills/nothing", status=404)
        await ask("POST", "/api/backfills", {"ghl": GHL, "since": "yesterday"}, status=422)
        await ask("POST", "/api/backfills", {"ghl": GHL, "kinds": ["cows"]}, status=422)
        await ask("POST", "/api/backfills", {"ghl": "nobody"}, status=409)
