"""Trying, going live and alerts from the command line and over HTTP, as a person or a program would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from orderbridge.core.ids import random_id
from orderbridge.store import api_tokens
from support.shell import Shell
from support.world import ACT, GHL, MakeWorld

ORDERS = "order-to-opportunity (shop to crm)"
STEP = {"id": "company", "action": "act.company.create@1", "with": {"name": {"text": "Of {event.id}"}}}
FLOW: dict[str, Any] = {"flow": "own", "title": "Own", "trigger": "ghl.order.changed@1", "steps": [STEP]}


async def test_a_flow_is_tried_goes_live_and_is_taken_back_from_the_command_line(
    shell: Shell, tmp_path: Path
) -> None:
    await shell.connect()
    await shell.ok("templates", "enable", "orders-to-opportunities", "--ghl", "shop", "--act", "crm")
    sold = (await shell.world.sell(2))["orders"]

    said = (await shell.ok("flows", "test", ORDERS)).out
    assert "creates opportunity (new opportunity) in Act!" in said
    assert said.rstrip().endswith(f"{ORDERS}: 2 done. Nothing was written.")
    found = (await shell.ok("flows", "test", ORDERS, "--record", f"order:{sold[0]}", "--json")).json
    assert [step["path"] for step in found["results"][0]["steps"]] == ["lines", "contact", "opportunity"]
    assert (await shell("flows", "test", ORDERS, "--record", "order")).code == 1

    file = tmp_path / "own.yaml"
    file.write_text(yaml.safe_dump(FLOW), encoding="utf-8")
    assert (await shell("flows", "test", str(file))).code == 1
    said = (await shell.ok("flows", "test", str(file), "--source", "shop", "--target", "crm", "--sample")).out
    assert "creates company (new company) in Act!: name Of" in said
    wrong = FLOW | {"steps": [STEP | {"with": {"nmae": "x"}}]}
    file.write_text(yaml.safe_dump(wrong), encoding="utf-8")
    ran = await shell("flows", "test", str(file), "--source", "shop", "--target", "crm")
    assert ran.code == 1
    assert "nmae" in ran.err

    ran = await shell("flows", "go-live", ORDERS)
    assert ran.code == 1
    assert "is a sandbox connection; a flow goes live between live ones" in ran.err
    ran = await shell("flows", "take-back", ORDERS)
    assert (ran.code, "not live" in ran.err) == (1, True)

    listed = await shell.ok("alerts", "list")
    assert "No alert." in listed.out
    assert "orderbridge alerts use" in listed.err
    assert (await shell("alerts", "use", "nobody")).code == 1
    assert (await shell("alerts", "use")).code == 1
    await shell.ok("alerts", "use", "--none")
    assert (await shell.ok("alerts", "list", "--all", "--json")).json == []


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
                assert answer.status == (409 if draft else 422)
        [tried] = found["results"]
        assert tried["outcome"] == "done"
        assert tried["steps"][-1]["effects"][0]["does"] == "creates"
        [row] = await world.rows("SELECT tried_by FROM tries")
        assert row["tried_by"] == "API token builder"
