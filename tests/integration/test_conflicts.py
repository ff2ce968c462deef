"""What a person decides between the two sides: over the command line, and over HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from orderbridge.core import jsonio
from orderbridge.core.ids import random_id
from orderbridge.store import api_tokens
from support.command import orderbridge
from support.operations import Operations
from support.world import MakeWorld, World

FIELDS = [{"field": "email", "rule": "ask"}, {"field": "city", "owner": "ghl"}]


@pytest.fixture
async def ops(make_world: MakeWorld) -> AsyncIterator[Operations]:
    async with make_world(flows={"contacts-two-way": {"fields": FIELDS, "create": "both"}}) as world:
        opened = Operations(world)
        await look(world)
        yield opened


async def look(world: World) -> None:
    await world.poll()
    await world.work_until_idle()


async def in_conflict(ops: Operations) -> tuple[str, str]:
    """A contact whose e-mail address both sides changed; returns both ids."""
    made = await ops.ghl(
        "POST", "/contacts/", {"lastName": "Both", "email": "both@first.example", "locationId": ops.location}
    )
    ghl_id = str(made["contact"]["id"])
    await look(ops.world)
    [link] = await ops.world.rows("SELECT act_id FROM agreements WHERE ghl_id = $1", ghl_id)
    await ops.ghl("PUT", f"/contacts/{ghl_id}", {"email": "both@ghl.example", "city": "Graz"})
    await ops.act("contacts", link["act_id"], fields={"emailAddress": "both@act.example"})
    await look(ops.world)
    return link["act_id"], ghl_id


async def mails(ops: Operations, act_id: str, ghl_id: str) -> tuple[str, str]:
    rows = (await ops.world.act_truth("contacts"))["contacts"]
    there = (await ops.ghl("GET", f"/contacts/{ghl_id}"))["contact"]
    return next(row["emailAddress"] for row in rows if row["id"] == act_id), there["email"]


async def test_from_the_command_line(ops: Operations) -> None:
    async def run(*arguments: str, code: int = 0) -> str:
        ran = await orderbridge(*arguments, environment=ops.world.environment)
        assert ran.code == code, ran
        return ran.out + ran.err

    assert "Nothing waits for a decision." in await run("conflicts", "list")
    act_id, ghl_id = await in_conflict(ops)
    shown = await run("conflicts", "list")
    assert ("both@act.example" in shown.replace("\n", ""), "email" in shown) == (True, True)
    [row] = json.loads(await run("conflicts", "list", "--json"))
    assert (row["act_value"], row["ghl_value"], row["choices"]) == (
        "both@act.example", "both@ghl.example", ["act", "ghl"],
    )  # fmt: skip
    assert "with 'keep'" not in await run("conflicts", "resolve", row["id"], "--take", "ghl")
    assert await mails(ops, act_id, ghl_id) == ("both@ghl.example", "both@ghl.example")
    assert "was resolved already: ghl" in await run(
        "conflicts", "resolve", row["id"], "--take", "act", code=1
    )
    assert "there is no conflict 'nope'" in await run("conflicts", "resolve", "nope", "--take", "act", code=1)
    [done] = json.loads(await run("conflicts", "list", "--resolved", "--json"))
    assert done["resolution"] == "ghl"


async def test_over_http(ops: Operations) -> None:
    world = ops.world
    act_id, ghl_id = await in_conflict(ops)
    async with world.db.begin() as tx:
        token = await api_tokens.create(tx, random_id, name="tray")
    async with world.hooks() as url:

        async def ask(path: str, body: Any = None, *, bearer: str = token) -> tuple[int, Any]:
            method, data = ("GET", None) if body is None else ("POST", jsonio.encode(body))
            headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
            async with world.http.request(method, f"{url}{path}", data=data, headers=headers) as answer:
                return answer.status, jsonio.decode(await answer.read())

        assert (await ask("/api/conflicts", bearer="nobody"))[0] == 401
        status, [row] = await ask("/api/conflicts")
        assert (status, row["field"]) == (200, "email")
        path = f"/api/conflicts/{row['id']}/resolve"
        assert (await ask(path, {}))[0] == 422
        assert (await ask(path, {"take": "keep"}))[0] == 409
        assert (await ask("/api/conflicts/nope/resolve", {"take": "act"}))[0] == 404
        status, done = await ask(path, {"value": "both@new.example"})
        assert (status, done["resolution"]) == (200, "value 'both@new.example'")
    assert await mails(ops, act_id, ghl_id) == ("both@new.example", "both@new.example")
