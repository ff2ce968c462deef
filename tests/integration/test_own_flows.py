"""Flows of one's own: from either side to either side, started by a change, a person, a program or the clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
import yaml

from orderbridge.app import open_application
from orderbridge.automation.publishing import publish
from orderbridge.core.errors import FlowError
from orderbridge.flows.model import Flow
from orderbridge.sync import poll
from support.browsers import owner
from support.command import orderbridge
from support.world import ACT, GHL, MakeWorld, World

PRODUCT_TO_COUPON: dict[str, Any] = {
    "flow": "product-to-coupon",
    "title": "A coupon for each new product",
    "trigger": "act.product.created@1",
    "steps": [
        {
            "id": "coupon",
            "action": "ghl.coupon.create@1",
            "with": {
                "name": {"text": "{event.name}"},
                "code": {"text": "{event.item_number}"},
                "discount_type": "percentage",
                "discount_value": 10,
                "start_date": "2026-03-01T00:00:00Z",
            },
        }
    ],
}
CONTACT_TO_COMPANY: dict[str, Any] = {
    "flow": "contact-to-company",
    "title": "A company for each new contact",
    "trigger": "act.contact.created@1",
    "steps": [
        {
            "id": "company",
            "action": "act.company.create@1",
            "with": {"name": {"text": "{event.full_name} Ltd"}},
        }
    ],
}
BY_HAND: dict[str, Any] = {
    "flow": "by-hand",
    "title": "A company by hand",
    "trigger": "core.manual.started@1",
    "steps": [
        {"id": "company", "action": "act.company.create@1", "with": {"name": {"from": "event.input.name"}}}
    ],
}
CALLED: dict[str, Any] = BY_HAND | {
    "flow": "called",
    "trigger": "core.webhook.received@1",
    "steps": [
        {"id": "company", "action": "act.company.create@1", "with": {"name": {"from": "event.body.name"}}}
    ],
}


@pytest.fixture
async def bare(make_world: MakeWorld) -> Any:
    async with make_world(flows=()) as world:
        yield world


async def add(world: World, definition: dict[str, Any], *, source: str, target: str) -> str:
    name, _ = await publish(
        world.application.runtime, Flow.model_validate(definition), source=source, target=target
    )
    return name


async def in_act(world: World, entity: str, **fields: Any) -> None:
    await world.control("act", "edit", {"entity": entity, "fields": fields})


async def companies(world: World) -> list[str]:
    return [row["name"] for row in (await world.act_truth("companies"))["companies"]]


async def looked(world: World) -> None:
    await world.poll()
    await world.work_until_idle()


async def test_what_is_new_in_act_is_made_in_highlevel_once(bare: World) -> None:
    await in_act(bare, "products", name="Old", itemNumber="OLD")
    await looked(bare)
    await add(bare, PRODUCT_TO_COUPON, source=ACT, target=GHL)
    await looked(bare)
    await in_act(bare, "products", name="Mug", itemNumber="MUG10")
    # The answer is lost, and what was made is found and not made again.
    await bare.faults("ghl", error_500_after_write={"count": 1, "match": "POST /payments/coupon"})
    for _ in range(2):
        await looked(bare)
    client = await bare.application.runtime.ghl(bare.connections[GHL])
    codes = [coupon.code async for coupon in client.coupons()]
    assert codes.count("MUG10") == 1


async def test_a_flow_may_stay_on_one_side(bare: World) -> None:
    await add(bare, CONTACT_TO_COMPANY, source=ACT, target=ACT)
    await looked(bare)
    await in_act(bare, "contacts", firstName="Nora", lastName="Vale", fullName="Nora Vale")
    await looked(bare)
    assert (await companies(bare)).count("Nora Vale Ltd") == 1


async def test_after_a_restart_nothing_is_done_again(bare: World) -> None:
    await add(bare, CONTACT_TO_COMPANY, source=ACT, target=ACT)
    await in_act(bare, "contacts", firstName="Ida", lastName="Rowe", fullName="Ida Rowe")
    await looked(bare)
    async with open_application(bare.settings) as another:
        results = await poll.poll_all(another.runtime, everything=True)
        assert [item.error for item in results if item.error] == []
    await bare.work_until_idle()
    assert (await companies(bare)).count("Ida Rowe Ltd") == 1


async def test_nothing_is_polled_of_act_that_no_flow_listens_to(bare: World) -> None:
    assert [item.connection for item in await bare.poll()] == [GHL]
    await add(bare, PRODUCT_TO_COUPON, source=ACT, target=GHL)
    [act] = [item for item in await bare.poll() if item.connection == ACT]
    assert [part.stream for part in act.streams] == ["products"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"trigger": "ghl.contact.created@1"}, "listens to ghl, and the source act is a connection of act"),
        ({"trigger": "act.company.create@1"}, "is an action"),
        ({"trigger": "act.contact.field_changed@1"}, "'field' is missing"),
        ({"trigger": "core.schedule.due@1", "trigger_with": {"cron": "x x x x x"}}, "cannot be read"),
        ({"trigger": "act.contact.appeared@1"}, "there is no operation"),
        ({"trigger": "act.contact.craeted@1"}, "did you mean act.contact.created@1"),
        (
            {"steps": [{"id": "a", "action": "act.company.create@1", "with": {"nme": "x"}}]},
            "steps.a.with.nme: act.company.create@1 has no such field; did you mean name?",
        ),
        ({"steps": [{"id": "a", "action": "act.contact.created@1", "with": {}}]}, "cannot be a step"),
    ],
)
async def test_a_flow_that_cannot_work_is_not_published(
    bare: World, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(FlowError, match=message):
        await add(bare, CONTACT_TO_COMPANY | change, source=ACT, target=ACT)


async def test_a_person_and_a_program_start_flows_from_the_command_line(bare: World, tmp_path: Path) -> None:
    async def run(*arguments: str, code: int = 0) -> str:
        ran = await orderbridge(*arguments, environment=bare.environment)
        assert ran.code == code, ran
        return ran.out + ran.err

    for definition in (BY_HAND, CALLED):
        file = tmp_path / f"{definition['flow']}.yaml"
        file.write_text(yaml.safe_dump(definition), encoding="utf-8")
        said = await run("flows", "publish", str(file), "--source", ACT, "--target", ACT)
        assert "is on, version 1" in said
    for text, problem in (
        ("flow: [", "line 2, the file: this is not YAML"),
        ("flow: x\n", "title: this is missing"),
    ):
        (tmp_path / "broken.yaml").write_text(text, encoding="utf-8")
        said = await run(
            "flows", "publish", str(tmp_path / "broken.yaml"), "--source", ACT, "--target", ACT, code=1
        )
        assert (problem in said, said.count("\n")) == (True, 1)
    await run("flows", "start", "by-hand (act to act)", "--input", '{"name": "Started Ltd"}')
    assert "is not JSON" in await run("flows", "start", "by-hand (act to act)", "--input", "{", code=1)
    assert "cannot read" in await run("flows", "start", "by-hand (act to act)", "--input", "@nowhere", code=1)
    assert "not to core.webhook.received@1" in await run("flows", "hook", "by-hand (act to act)", code=1)
    address = (await run("flows", "hook", "called (act to act)")).split("/hooks/in/")[1].strip().split()[0]
    assert "--replace makes another one" in await run("flows", "hook", "called (act to act)", code=1)
    async with bare.hooks() as root, aiohttp.ClientSession() as http:
        async with http.post(f"{root}/hooks/in/{address}", json={"name": "Called Ltd"}) as answer:
            assert answer.status == 202
        # The page does both too; the address before is not answered any more then.
        olga = await owner(bare, root)
        by_hand, called = (
            f"/api/flows/{quote(name)}" for name in ("by-hand (act to act)", "called (act to act)")
        )
        await olga.ok("POST", f"{by_hand}/start", {"input": {"name": "Clicked Ltd"}})
        await olga.no("flow.other_trigger", "POST", f"{called}/start", {})
        assert await olga.ok("GET", f"{called}/hook") == {"exists": True}
        await olga.no("flow.hook_exists", "POST", f"{called}/hook", {})
        made = await olga.ok("POST", f"{called}/hook", {"replace": True})
        async with http.post(f"{root}/hooks/in/{address}", json={"name": "Late Ltd"}) as answer:
            assert answer.status == 404
        async with http.post(made["url"], json={"name": "Replaced Ltd"}) as answer:
            assert answer.status == 202
    await bare.work_until_idle()
    found = await companies(bare)
    names = ("Started Ltd", "Called Ltd", "Clicked Ltd", "Replaced Ltd", "Late Ltd")
    assert [found.count(name) for name in names] == [1, 1, 1, 1, 0]


async def test_a_list_that_cannot_be_read_hides_no_other(bare: World) -> None:
    of_table: dict[str, Any] = CONTACT_TO_COMPANY | {
        "flow": "of-a-table",
        "trigger": "act.custom_record.created@1",
        "trigger_with": {"table": "NoSuchTable"},
    }
    await add(bare, of_table, source=ACT, target=ACT)
    await add(bare, CONTACT_TO_COMPANY, source=ACT, target=ACT)
    await looked(bare)
    await in_act(bare, "contacts", firstName="Una", lastName="Moss", fullName="Una Moss")
    [act] = [item for item in await bare.poll() if item.connection == ACT]
    assert "'NoSuchTable'" in str(act.error)
    await bare.work_until_idle()
    assert (await companies(bare)).count("Una Moss Ltd") == 1
