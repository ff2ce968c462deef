"""``orderbridge polling`` and ``/api/polling``: the promise, its cost, and changing both."""

from __future__ import annotations

import json
from typing import Any

from orderbridge.core import jsonio
from orderbridge.core.ids import random_id
from orderbridge.store import api_tokens
from support.command import orderbridge
from support.world import GHL, World


async def asked(world: World, url: str, token: str, body: Any = None) -> tuple[int, Any]:
    method, data = ("GET", None) if body is None else ("PATCH", jsonio.encode(body))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with world.http.request(method, f"{url}/api/polling", data=data, headers=headers) as answer:
        return answer.status, json.loads(await answer.read())


async def test_the_command_line_and_http_show_the_same_and_change_the_same(world: World) -> None:
    await world.sell(3)
    await world.poll()
    environment = world.environment
    async with world.db.begin() as tx:
        token = await api_tokens.create(tx, random_id, name="tests")
    async with world.hooks() as url:
        shown = await orderbridge("polling", "show", GHL, "--json", environment=environment)
        status, every = await asked(world, url, token)
        assert status == 200
        assert shown.json == [item for item in every if item["connection"] == GHL]
        orders = {row["age"]: row for row in shown.json[0]["promises"] if row["stream"] == "orders"}
        assert [(age, row["interval_s"], row["rows"]) for age, row in orders.items()] == [
            ("recent", 60, 3),
            ("month", 3600, 3),
            ("older", 86_400, 3),
        ]
        assert orders["recent"]["promise"] == "a change of a record of the last 2 days: within 1 minute"
        assert orders["recent"]["calls_per_day"] == 1440

        done = await orderbridge(
            "polling", "set", GHL, "--recent", "30", "--share", "60", "--json", environment=environment
        )
        assert done.code == 0, done.err
        assert (done.json["settings"]["recent_s"], done.json["settings"]["share"]) == (30, 0.6)
        status, changed = await asked(world, url, token, {"connection": GHL, "older_s": 43_200})
        assert status == 200
        assert (changed["settings"]["recent_s"], changed["settings"]["older_s"]) == (30, 43_200)

        assert (await asked(world, url, ""))[0] == 401
        for wrong in ({"connection": GHL, "recent_s": 1}, {"connection": GHL, "often": 5}, {"share": 0.5}):
            status, problem = await asked(world, url, token, wrong)
            assert status == 422, problem
        assert (await asked(world, url, token, {"connection": GHL}))[0] == 422

    people = await orderbridge("polling", "show", environment=environment)
    assert people.code == 0
    assert "calls a day" in people.out
    assert "within 30 seconds" in people.out


async def test_what_cannot_be_kept_is_refused_in_one_line_and_changes_nothing(world: World) -> None:
    for given, said in (
        (("--recent", "1"), "it must be from 5 seconds to 30 days"),
        (("--older", "9999999"), "every record is looked at at least once a month"),
        (("--share", "0"), "it must be from 1 to 100 percent"),
        ((), "nothing to change was given"),
    ):
        ran = await orderbridge("polling", "set", GHL, *given, environment=world.environment)
        assert ran.code == 1
        assert said in ran.err
        assert len(ran.err.strip().splitlines()) == 1
    ran = await orderbridge("polling", "set", "nobody", "--recent", "60", environment=world.environment)
    assert (ran.code, "there is no connection named 'nobody'" in ran.err) == (1, True)
    ran = await orderbridge("polling", "confirm", GHL, "orders", environment=world.environment)
    assert (ran.code, "no list 'orders' from which so much vanished" in ran.err) == (1, True)
    [shown] = (await orderbridge("polling", "show", GHL, "--json", environment=world.environment)).json
    assert (shown["settings"]["recent_s"], shown["settings"]["share"]) == (60, 0.4)
