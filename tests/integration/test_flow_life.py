# ruff: noqa: E501 (a table is easier to read with one case in a line)
"""The life of a flow on the command line: drafts, versions, files in git, all of them or none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml

from orderbridge.automation.publishing import publish
from orderbridge.core.clock import ManualClock
from orderbridge.core.ids import random_id
from orderbridge.engine.inbox import accept_all
from orderbridge.engine.own_events import happened
from orderbridge.flows.model import Flow
from orderbridge.store import flows
from support.command import Ran, orderbridge
from support.world import ACT, GHL, MakeWorld, World

NAME = "by-hand (act to act)"
BY_HAND: dict[str, Any] = {
    "flow": "by-hand",
    "title": "A company by hand",
    "source": ACT,
    "target": ACT,
    "trigger": "core.manual.started@1",
    "steps": [
        {"id": "company", "action": "act.company.create@1", "with": {"name": {"from": "event.input.name"}}}
    ],
}


def named(name: str, **changes: Any) -> dict[str, Any]:
    return BY_HAND | {"flow": name} | changes


def put(folder: Path, *definitions: dict[str, Any]) -> list[str]:
    folder.mkdir(exist_ok=True)
    files = []
    for one in definitions:
        file = folder / f"{one['flow']}.yaml"
        file.write_text(yaml.safe_dump(one, sort_keys=False), encoding="utf-8")
        files.append(str(file))
    return files


@pytest.fixture
async def bare(make_world: MakeWorld) -> Any:
    async with make_world(flows=()) as world:
        yield world


async def run(world: World, *arguments: str, code: int = 0) -> Ran:
    ran = await orderbridge("flows", *arguments, environment=world.environment)
    assert ran.code == code, (arguments, ran)
    if code and arguments[0] not in ("diff", "validate"):
        assert ran.err.count("\n") == 1, ran.err
    return ran


async def versions(world: World) -> list[tuple[str, int, bool]]:
    rows = await world.rows("SELECT name, version, enabled FROM flows ORDER BY name")
    return [(row["name"], row["version"], row["enabled"]) for row in rows]


async def test_a_draft_is_imported_compared_published_taken_back_and_published_again(
    bare: World, tmp_path: Path
) -> None:
    [file] = put(tmp_path / "git", BY_HAND)
    said = await run(bare, "import", file)
    assert f"{NAME} has a draft" in said.out
    assert await versions(bare) == []
    assert (await run(bare, "list", "--json")).json[0]["version"] is None
    assert "somebody else" in (await run(bare, "import", file, code=1)).err
    assert (await run(bare, "diff", NAME, code=1)).out.startswith("--- nothing\n+++ draft of by-hand")
    await run(bare, "publish", NAME, "--note", "the first")
    assert await versions(bare) == [(NAME, 1, True)]
    assert (await run(bare, "diff", file)).out == ""
    changed = named("by-hand", title="Changed")
    put(tmp_path / "git", changed)
    different = await run(bare, "diff", file, code=1)
    assert "-title: A company by hand\n+title: Changed\n" in different.out
    shown = (await run(bare, "diff", file, "--json", code=1)).json
    assert shown["differences"] == [
        {"place": "title", "kind": "changed", "before": "A company by hand", "after": "Changed"}
    ]
    await run(bare, "disable", NAME)
    await run(bare, "import", file)
    said = await run(bare, "publish", NAME, "--note", "the second")
    # A person switched it off: publishing a draft does not switch it on.
    assert "published and off, version 2" in said.out
    await run(bare, "revert", NAME, "1")
    assert "has a draft" in (await run(bare, "revert", NAME, "1", code=1)).err
    assert "-title: Changed\n+title: A company by hand\n" in (await run(bare, "diff", NAME, code=1)).out
    await run(bare, "discard", NAME)
    assert "no draft" in (await run(bare, "discard", NAME, code=1)).err
    assert "no version 7" in (await run(bare, "revert", NAME, "7", code=1)).err
    await run(bare, "revert", NAME, "1")
    await run(bare, "publish", NAME)
    listed = (await run(bare, "versions", NAME, "--json")).json
    assert [(row["version"], row["note"]) for row in listed] == [
        (3, None),
        (2, "the second"),
        (1, "the first"),
    ]
    assert all(row["published_by"] for row in listed)
    first = (await run(bare, "export", NAME, "--version", "1")).out
    assert (await run(bare, "export", NAME)).out == first
    assert yaml.safe_load(first) == BY_HAND


async def test_a_published_version_is_never_changed_not_even_by_hand(bare: World) -> None:
    await publish(bare.application.runtime, _flow(BY_HAND), source=ACT, target=ACT)
    for statement in ("UPDATE flow_versions SET definition = '{}'", "DELETE FROM flow_versions"):
        with pytest.raises(asyncpg.PostgresError, match="is never changed"):
            await bare.db.pool.execute(statement)
    [row] = await bare.rows("SELECT definition, published_by FROM flow_versions")
    assert row["definition"]["title"] == BY_HAND["title"]


async def test_a_run_stays_with_the_version_that_it_began_with(make_world: MakeWorld) -> None:
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    async with make_world(flows=(), clock=clock) as bare:
        await _begun_with_the_old_version(bare, clock)


async def _begun_with_the_old_version(bare: World, clock: ManualClock) -> None:
    waiting = named(
        "by-hand",
        steps=[{"id": "wait", "action": "core.delay.wait@1", "with": {"hours": 2}}, *BY_HAND["steps"]],
    )
    name, _ = await publish(bare.application.runtime, _flow(waiting), source=ACT, target=ACT)
    async with bare.db.begin() as tx:
        stored = await flows.by_name(tx, name)
        await accept_all(tx, [happened(stored, "manual", random_id(), {"input": {"name": "Old Ltd"}})])
    await bare.work_until_idle()
    other = named("by-hand", steps=[{"id": "end", "stop": "nothing more"}])
    _, version = await publish(bare.application.runtime, _flow(other), source=ACT, target=ACT)
    assert version == 2
    clock.advance(7_300)
    assert await bare.dispatcher().sweep_once() == 1
    await bare.work_until_idle()
    [row] = await bare.rows("SELECT flow_version, state FROM runs")
    assert (row["flow_version"], row["state"]) == (1, "done")
    assert "Old Ltd" in [item["name"] for item in (await bare.act_truth("companies"))["companies"]]


async def test_a_folder_is_applied_whole_or_not_at_all(bare: World, tmp_path: Path) -> None:
    folder = tmp_path / "git"
    put(folder, named("one"), named("two"))
    plan = (await run(bare, "apply", str(folder), "--dry-run", "--json")).json
    assert [(row["name"], row["outcome"]) for row in plan["flows"]] == [
        ("one (act to act)", "created"),
        ("two (act to act)", "created"),
    ]
    assert "--yes" in (await run(bare, "apply", str(folder), code=1)).err
    assert await versions(bare) == []
    done = (await run(bare, "apply", str(folder), "--yes", "--note", "from git", "--json")).json
    assert [(row["outcome"], row["version"], row["enabled"]) for row in done["flows"]] == [
        ("created", 1, True)
    ] * 2
    # The same again changes nothing, and leaves off what a person switched off.
    await run(bare, "disable", "one (act to act)")
    assert {row["outcome"] for row in (await run(bare, "apply", str(folder), "--json")).json["flows"]} == {
        "unchanged"
    }
    before = await versions(bare)
    assert before == [("one (act to act)", 1, False), ("two (act to act)", 1, True)]
    wrong = named("zwei", steps=[{"id": "a", "action": "act.company.create@1", "with": {"nme": 1}}])
    put(folder, named("one", title="Changed"), wrong)
    refused = (await run(bare, "apply", str(folder), "--yes", code=1)).err
    assert f"{folder / 'zwei.yaml'}, line " in refused
    assert "steps.a.with.nme: act.company.create@1 has no such field; did you mean name?" in refused
    assert await versions(bare) == before
    (folder / "zwei.yaml").write_text("flow: [", encoding="utf-8")
    assert "not YAML" in (await run(bare, "apply", str(folder), "--yes", code=1)).err
    put(folder, named("zwei", source="nobody"))
    assert (
        "line 3, source: there is no connection 'nobody'"
        in (await run(bare, "apply", str(folder), code=1)).err
    )
    (folder / "zwei.yaml").write_text((folder / "two.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert "is the flow two (act to act) too" in (await run(bare, "apply", str(folder), code=1)).err
    assert await versions(bare) == before


async def test_everything_is_exported_and_applied_again_without_a_change(
    make_world: MakeWorld, tmp_path: Path
) -> None:
    folder = tmp_path / "all"
    async with make_world() as world:
        assert "4 flows are in" in (await run(world, "export", "--all", str(folder))).out
        assert (folder / "flow.schema.json").is_file()
        texts = {file.name: file.read_bytes() for file in folder.iterdir()}
        before = await versions(world)
        done = (await run(world, "apply", str(folder), "--json")).json
        assert {row["outcome"] for row in done["flows"]} == {"unchanged"}
        assert await versions(world) == before
        await run(world, "export", "--all", str(folder))
        assert {file.name: file.read_bytes() for file in folder.iterdir()} == texts
        assert "nothing is wrong" in (await run(world, "validate", str(folder))).out


async def test_validate_names_every_place_and_needs_no_database(tmp_path: Path) -> None:
    [file] = put(
        tmp_path / "git",
        named(
            "x",
            steps=[
                {"id": "a", "action": "act.company.delete@1", "with": {"company_id": {"from": "steps.b.id"}}}
            ],
        ),
    )
    nowhere = {"ORDERBRIDGE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    ran = await orderbridge("flows", "validate", file, environment=nowhere)
    assert ran.code == 1
    assert [line.split(": ")[0] for line in ran.out.splitlines()] == [f"{file}:8", f"{file}:11"]
    assert "allow: [deletes]" in ran.out
    assert "there is no step b" in ran.out
    shown = await orderbridge("flows", "validate", file, "--json", environment=nowhere)
    assert (shown.json["valid"], len(shown.json["problems"])) == (False, 2)
    ran = await orderbridge("flows", "schema", environment=nowhere)
    assert ran.json["properties"]["trigger"]


async def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    with file.open("wb") as opened:
        opened.truncate(100_000_000)
    ran = await orderbridge(
        "flows", "validate", str(file), environment={"ORDERBRIDGE_DATA_DIR": str(tmp_path)}
    )
    assert (ran.code, ran.out) == (1, f"{file}:1: the file: a flow may have 1000000 bytes\n")


UPDATE = "ghl.api.contacts.update_contact@1"


def rewriting(name: str, trigger: str, action: str, *, source: str, target: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        "path": {"object": {"contactId": {"from": "event.id"}}},
        "body": {"from": "event"},
    }
    if action != UPDATE:
        values = {"contact_id": {"from": "event.id"}}
    return named(
        name,
        trigger=trigger,
        source=source,
        target=target,
        steps=[{"id": "write", "action": action, "with": values}],
    )


async def test_a_flow_that_could_start_itself_is_refused_and_a_proved_circle_is_told(
    bare: World, tmp_path: Path
) -> None:
    endless = rewriting("endless", "ghl.contact.updated@1", UPDATE, source=GHL, target=ACT)
    [file] = put(tmp_path / "git", endless)
    refused = (await run(bare, "apply", file, "--yes", code=1)).err
    assert "which is what starts this flow" in refused
    assert "it would never end" in refused
    one = rewriting("there", "act.contact.updated@1", UPDATE, source=ACT, target=GHL)
    two = rewriting("back", "ghl.contact.updated@1", "act.contact.update@1", source=GHL, target=ACT)
    put(tmp_path / "git", one, two)
    Path(file).unlink()
    done = await run(bare, "apply", str(tmp_path / "git"), "--yes")
    assert (
        "back (highlevel to act) changes a contact, then there (act to highlevel) changes a contact"
        in done.err
    )
    assert "it comes to rest" in done.err
    assert len(await versions(bare)) == 2
    # The other half, published while this one was off, closes the circle when it is switched on again.
    await run(bare, "disable", "there (act to highlevel)")
    replace_all = "act.api.contacts.contacts_replace@1"
    raw = rewriting("back", "ghl.contact.updated@1", UPDATE, source=GHL, target=ACT)
    raw["steps"][0]["action"] = replace_all
    put(tmp_path / "git", raw)
    await run(bare, "apply", str(tmp_path / "git" / "back.yaml"), "--yes")
    refused = (await run(bare, "enable", "there (act to highlevel)", code=1)).err
    assert "it would never end" in refused


async def test_a_secret_is_not_even_kept_in_a_draft(bare: World, tmp_path: Path) -> None:
    secret = "pit-0123456789abcdef0123456789abcdef"
    call = {
        "id": "call", "action": "core.http.request@1",
        "with": {"method": "POST", "url": "https://x.example/", "headers": {"object": {"Authorization": f"Bearer {secret}"}}},
    }  # fmt: skip
    [file] = put(tmp_path / "git", named("x", steps=[call]))
    for command in (("import", file), ("apply", file, "--yes"), ("publish", file)):
        ran = await run(bare, *command, code=1)
        assert "steps.call.with.headers.object.Authorization: a secret does not belong into a flow" in ran.err
        assert secret not in ran.err + ran.out
    assert await bare.rows("SELECT * FROM flow_drafts") == []


async def test_publishing_the_same_flow_from_two_sides_at_once_makes_one_version(bare: World) -> None:
    import asyncio

    runtime = bare.application.runtime
    done = await asyncio.gather(*(publish(runtime, _flow(BY_HAND), source=ACT, target=ACT) for _ in range(5)))
    assert set(done) == {(NAME, 1)}


def _flow(definition: dict[str, Any]) -> Flow:
    return Flow.model_validate(
        {key: value for key, value in definition.items() if key not in ("source", "target")}
    )
