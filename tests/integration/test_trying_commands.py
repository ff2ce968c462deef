"""Trying, going live and alerts from the command line and over HTTP, as a person or a program would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from orderbridge.core.ids import random_id
from orderbridge.store import api_tokens
from support.commands import Commands
from support.world import ACT, GHL, MakeWorld

ORDERS = f"order-to-opportunity ({GHL} to {ACT})"
STEP = {"id": "company", "action": "act.company.create@1", "with": {"name": {"text": "Of {event.id}"}}}
FLOW: dict[str, Any] = {"flow": "own", "title": "Own", "trigger": "ghl.order.changed@1", "steps": [STEP]}


async def test_a_flow_is_tried_goes_live_and_is_taken_back_from_the_command_line(
    make_world: MakeWorld, tmp_path: Path
) -> None:
    async with make_world() as world:
        run = Commands(world)
        sold = (await world.sell(2))["orders"]
        said = await run.ok("flows", "test", ORDERS)
        assert "creates opportunity (new opportunity) in Act!" in said
        assert said.rstrip().endswith(f"{ORDERS}: 2 done. Nothing was written.")
        found = json.loads(await run.ok("flows", "test", ORDERS, "--record", f"order:{sold[0]}", "--json"))
        assert [step["path"] for step in found["results"][0]["steps"]] == ["lines", "contact", "opportunity"]
        assert "write it like order:" in await run.refused("flows", "test", ORDERS, "--record", "order")

        file, pair = tmp_path / "own.yaml", ("--source", GHL, "--target", ACT)
        file.write_text(yaml.safe_dump(FLOW), encoding="utf-8")
        assert "--source and --target" in await run.refused("flows", "test", str(file))
        said = await run.ok("flows", "test", str(file), *pair, "--sample")
        assert "creates company (new company) in Act!: name Of" in said
        file.write_text(yaml.safe_dump(FLOW | {"steps": [STEP | {"with": {"nmae": "x"}}]}), encoding="utf-8")
        assert "nmae" in await run.refused("flows", "test", str(file), *pair)

        said = await run.refused("flows", "go-live", ORDERS)
        assert "is a sandbox connection; a flow goes live between live ones" in said
        assert "not live" in await run.refused("flows", "take-back", ORDERS)

        assert "No alert." in await run.ok("alerts", "list")
        assert "no channel named 'nobody'" in await run.refused("alerts", "use", "nobody")
        assert "say --none" in await run.refused("alerts", "use")
        await run.ok("alerts", "use", "--none")
        assert json.loads(await run.ok("alerts", "list", "--all", "--json")) == []

        # The same accounts as live ones: every check is shown, and what passes them is switched on.
        await world.db.pool.execute("UPDATE connections SET mode = 'live'")
        for connection_id in world.connections.values():
            await world.application.runtime.forget(connection_id)
        assert "go-live" in await run.refused("flows", "enable", ORDERS)
        assert "checks did not pass" not in await run.ok("flows", "go-live", ORDERS, "--check")
        assert f"{ORDERS} is live" in await run.ok("flows", "go-live", ORDERS)
        assert "Nothing was written meanwhile." in await run.ok("flows", "take-back", ORDERS)
        await world.db.pool.execute("DELETE FROM tries")
        said = await run.refused("flows", "go-live", ORDERS)
        assert "1 of 7 checks did not pass; nothing was switched on" in said


@pytest.mark.parametrize("draft", [False, True])
async def test_a_flow_is_tried_over_http(make_world: MakeWorld, draft: bool) -> None:
    async with make_world() as world:
        await world.sell(1)
        async with world.db.begin() as tx:
            token = await api_tokens.create(tx, random_id, name="builder")
        name = "own" if draft else f"order-to-opportunity ({GHL} to {ACT})"
        body = {"sample": True} | ({"definition": FLOW, "source": GHL, "target": ACT} if draft else {})
        async with world.hooks() as url:
            headers = {"Authorization": f"Bearer {token}"}
            address = f"{url}/api/flows/{name}/try"
            async with world.http.post(address, json=body) as answer:
                assert answer.status == 401
            async with world.http.post(address, json={"nothing": 1}, headers=headers) as answer:
                assert answer.status == 422
            async with world.http.post(address, json=body, headers=headers) as answer:
                assert answer.status == 200
                found = await answer.json()
            async with world.http.post(f"{url}/api/flows/{name}/go-live", json={}, headers=headers) as answer:
                assert answer.status == (404 if draft else 422)
        [tried] = found["results"]
        assert tried["outcome"] == "done"
        assert tried["steps"][-1]["effects"][0]["does"] == "creates"
        [row] = await world.rows("SELECT tried_by FROM tries")
        assert row["tried_by"] == "API token builder"
