"""The statement of completeness as the command line and the HTTP API show it."""

from __future__ import annotations

import pytest

from orderbridge.core.ids import random_id
from orderbridge.store import api_tokens
from support.shell import Shell
from support.world import GHL, World


async def test_the_command_prints_one_line_a_kind_and_ends_with_1_where_something_is_missing(
    shell: Shell,
) -> None:
    await shell.connect()
    done = await shell.ok("connections", "set-timezone", "shop", "Etc/GMT-14")
    assert done.out.strip() == "shop: days are counted in Etc/GMT-14"
    await shell.ok("completeness", "--connection", "shop", "--day", "2026-01-05")
    await shell.world.sell(3, outcome="paid")
    ran = await shell("completeness", "--connection", "shop", "--json")
    [statement] = ran.json
    assert ran.code == 1
    day = statement["day"]
    assert statement["lines"][0] == (
        f"{day} shop: 3 order events: 0 by webhook, 0 recovered by poll, 3 missing"
    )
    assert statement["time_zone"] == "Etc/GMT-14"
    [orders] = [kind for kind in statement["kinds"] if kind["kind"] == "order"]
    assert [gap["next"] for gap in orders["gaps"]] == ["'orderbridge poll --once' fetches it"] * 3

    ran = await shell("completeness", "--since", day, "--until", day, "--connection", "shop")
    assert ran.code == 1
    text = " ".join(ran.out.split())
    assert f"{day} shop: 3 order events: 0 by webhook, 0 recovered by poll, 3 missing" in text
    assert f"{day} shop: 3 transaction events: 0 by webhook, 0 by poll, 3 missing" in text
    assert all(gap["record_id"] in text for gap in orders["gaps"])
    assert "had 6 missing" in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--day", "2.3.2026"), "'2.3.2026' is no day; write it like 2026-03-02"),
        (("--day", "2026-03-02", "--since", "2026-03-01"), "say either --day or --since and --until"),
        (("--until", "2026-03-02"), "--until needs --since"),
        (("--since", "2026-03-02", "--until", "2026-03-01"), "are none, or more than 366"),
        (("--connection", "nobody"), "there is no connection named 'nobody'"),
    ],
)
async def test_what_cannot_be_asked_is_said_in_one_line(
    shell: Shell, given: tuple[str, ...], said: str
) -> None:
    ran = await shell("completeness", *given)
    assert ran.code == 1
    assert said in ran.err
    assert len(ran.err.strip().splitlines()) == 1


async def test_a_time_zone_that_there_is_none_of_is_refused(shell: Shell) -> None:
    await shell.connect()
    ran = await shell("connections", "set-timezone", "shop", "Europe/Wien")
    assert ran.code == 1
    assert "there is no time zone 'Europe/Wien'; names are like Europe/Vienna" in ran.err


async def test_the_api_states_a_day_and_shows_what_was_stated(world: World) -> None:
    await world.sell(1)
    async with world.db.begin() as tx:
        token = await api_tokens.create(tx, random_id, name="test")
    async with world.hooks() as url:
        place, headers = f"{url}/api/completeness", {"Authorization": f"Bearer {token}"}
        async with world.http.get(place) as answer:
            assert answer.status == 401
        asked = {"connection": GHL, "day": "2026-01-05"}
        async with world.http.get(place, headers=headers, params=asked) as answer:
            assert await answer.json() == []
        async with world.http.post(place, headers=headers, params=asked) as answer:
            [made] = await answer.json()
        assert (made["complete"], made["missing"], made["day"]) == (True, 0, "2026-01-05")
        async with world.http.get(place, headers=headers, params=asked) as answer:
            assert await answer.json() == [made]
        async with world.http.post(place, headers=headers, params=asked):
            pass
        async with world.http.get(place, headers=headers, params=asked | {"earlier": "true"}) as answer:
            assert len(await answer.json()) == 2
        async with world.http.get(place, headers=headers, params={"connection": "nobody"}) as answer:
            assert (answer.status, (await answer.json())["cause"]) == (409, "connection.missing")
        async with world.http.get(place, headers=headers, params={"day": "yesterday"}) as answer:
            assert answer.status == 422
