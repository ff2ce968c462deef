# ruff: noqa: E501 (a table is easier to read with one case in a line)
"""The HTTP API of flows: what the web app does, and what it is told when it cannot be done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from orderbridge.api import flow_models as models
from orderbridge.core import jsonio
from orderbridge.core.ids import random_id
from orderbridge.store import api_tokens, hook_paths, migrate
from support.postgres import ScratchPostgres
from support.world import ACT, World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
DEFINITION: dict[str, Any] = {
    "flow": "by-hand",
    "title": "A company by hand",
    "trigger": "core.manual.started@1",
    "when": [{"from": "event.input.amount", "above": 0.10, "reason": "it is nothing"}],
    "steps": [
        {"id": "company", "action": "act.company.create@1", "with": {"name": {"from": "event.input.name"}}}
    ],
}


def named(name: str, **changes: Any) -> dict[str, Any]:
    return DEFINITION | {"flow": name} | changes


@dataclass
class Api:
    world: World
    url: str
    token: str

    async def __call__(
        self, method: str, path: str, body: Any = None, *, raw: Any = None, token: str | None = None
    ) -> Any:
        headers = {"Authorization": f"Bearer {token or self.token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = raw if raw is not None else None if body is None else jsonio.encode(body)
        async with self.world.http.request(method, f"{self.url}{path}", data=data, headers=headers) as answer:
            text = await answer.read()
            self.status = answer.status
            return jsonio.decode(text) if text and "json" in answer.headers["Content-Type"] else text.decode()

    async def ok(self, method: str, path: str, body: Any = None, *, raw: Any = None) -> Any:
        answer = await self(method, path, body, raw=raw)
        assert self.status < 300, (method, path, self.status, answer)
        return answer

    async def no(self, status: int, method: str, path: str, body: Any = None, *, raw: Any = None) -> Any:
        answer = await self(method, path, body, raw=raw)
        assert self.status == status, (method, path, self.status, answer)
        assert "\n" not in answer["message"]
        return answer

    async def begun(self, name: str, **changes: Any) -> Any:
        return await self.ok(
            "POST", "/api/flows", {"definition": named(name, **changes), "source": ACT, "target": ACT}
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(
    scratch_postgres: ScratchPostgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Api]:
    url = await scratch_postgres.fresh_database(migrate.upgrade)
    async with (
        open_world(url, tmp_path_factory.mktemp("api") / "data", flows=()) as world,
        world.hooks() as served,
    ):
        async with world.db.begin() as tx:
            token = await api_tokens.create(tx, random_id, name="canvas")
        yield Api(world, served, token)
    await scratch_postgres.drop(url)


async def test_nothing_is_shown_or_done_without_a_token(api: Api) -> None:
    for method, path in (
        ("GET", ""),
        ("POST", ""),
        ("GET", "/x"),
        ("POST", "/x/publish"),
        ("GET", "/schema"),
    ):
        await api(method, f"/api/flows{path}", None, token="obt_wrong")
        assert api.status == 401


async def test_a_flow_is_drawn_published_and_drawn_again(api: Api) -> None:
    draft = await api.begun("drawn")
    models.DraftShown.model_validate(draft)
    flow = f"/api/flows/{draft['flow_id']}"
    edited = await api.ok(
        "POST",
        f"{flow}/edits",
        {"seen": draft["revision"], "edits": [
            {"edit": "rename", "title": "Drawn"},
            {"edit": "add_step", "step": {"id": "end", "stop": "{steps.nowhere.id}"}},
        ]},
    )  # fmt: skip
    models.EditsShown.model_validate(edited)
    assert [item["place"] for item in edited["problems"]] == ["steps.end.stop"]
    refused = await api.no(422, "POST", f"{flow}/publish", {"seen": edited["draft"]["revision"]})
    assert refused["problems"][0]["place"] == "steps.end.stop"
    assert "steps.end.stop: there is no step nowhere" in refused["message"]
    # Somebody else saw the draft of before.
    stale = await api.no(409, "POST", f"{flow}/edits", {"seen": draft["revision"], "edits": []})
    assert stale["cause"] == "flow.draft_changed"
    await api.no(409, "PUT", f"{flow}/draft", {"seen": None, "definition": named("drawn")})
    undone = await api.ok(
        "POST", f"{flow}/edits", {"seen": edited["draft"]["revision"], "edits": edited["undo"]}
    )
    assert (await api.ok("GET", f"{flow}/draft"))["definition"] == draft["definition"]
    await api.no(409, "POST", f"{flow}/publish", {"seen": draft["revision"]})
    done = await api.ok("POST", f"{flow}/publish", {"seen": undone["draft"]["revision"], "note": "first"})
    models.PublishedShown.model_validate(done)
    assert (done["outcome"], done["version"], done["enabled"]) == ("created", 1, True)
    await api.no(404, "GET", f"{flow}/draft")
    shown = await api.ok("GET", flow)
    models.FlowShown.model_validate(shown)
    assert (shown["version"], shown["draft"], shown["source"]) == (1, None, ACT)
    # What the browser sent with two digits is still exactly that.
    assert str(shown["definition"]["when"][0]["above"]) == "0.1"
    # The first edit of what is published begins a draft.
    again = await api.ok(
        "POST", f"{flow}/edits", {"seen": None, "edits": [{"edit": "rename", "title": "New"}]}
    )
    assert again["draft"]["based_on"] == 1
    compared = await api.ok("GET", f"{flow}/diff")
    models.DifferencesShown.model_validate(compared)
    assert [item["place"] for item in compared["differences"]] == ["title"]
    assert "+title: New" in compared["lines"]
    await api.ok("DELETE", f"{flow}/draft")
    [version] = await api.ok("GET", f"{flow}/versions")
    assert (version["published_by"], version["note"]) == ("API token canvas", "first")
    assert (await api.ok("GET", f"{flow}/versions/1"))["definition"] == shown["definition"]
    assert (await api.ok("POST", f"{flow}/revert", {"version": 1}))["based_on"] == 1
    await api.no(404, "GET", f"{flow}/versions/9")
    assert await api.ok("POST", f"{flow}/disable") == {"name": "drawn (act to act)", "enabled": False}
    assert await api.ok("POST", f"{flow}/enable") == {"name": "drawn (act to act)", "enabled": True}
    rows = await api.ok("GET", "/api/flows")
    assert "drawn (act to act)" in [models.FlowRow.model_validate(row).name for row in rows]
    # By its name it is found too.
    assert (await api.ok("GET", "/api/flows/drawn%20(act%20to%20act)"))["id"] == draft["flow_id"]


async def test_two_people_edit_at_once_and_one_is_told(api: Api) -> None:
    draft = await api.begun("contested")
    path, one = f"/api/flows/{draft['flow_id']}/edits", {"seen": draft["revision"]}
    answers = await asyncio.gather(
        *(_edit(api, path, one | {"edits": [{"edit": "rename", "title": f"By {who}"}]}) for who in range(6))
    )
    assert sorted(answers) == [200, 409, 409, 409, 409, 409]


async def _edit(api: Api, path: str, body: Any) -> int:
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"}
    async with api.world.http.post(f"{api.url}{path}", data=jsonio.encode(body), headers=headers) as answer:
        return answer.status


async def test_files_go_in_and_out(api: Api) -> None:
    draft = await api.begun("filed")
    flow = f"/api/flows/{draft['flow_id']}"
    await api.ok("POST", f"{flow}/publish", {})
    text = await api.ok("GET", f"{flow}/export")
    assert text.startswith("# yaml-language-server:")
    assert (await api.ok("POST", "/api/flows/diff", raw=text.encode()))["same"] is True
    changed = text.replace("A company by hand", "Changed")
    shown = await api.ok("POST", "/api/flows/diff", raw=changed.encode())
    assert [item["place"] for item in shown["differences"]] == ["title"]
    imported = await api.ok("POST", "/api/flows/import", raw=changed.encode())
    assert (imported["draft"]["flow_id"], imported["draft"]["based_on"]) == (draft["flow_id"], 1)
    assert "title: Changed" in await api.ok("GET", f"{flow}/export?draft=true")
    assert await api.ok("GET", f"{flow}/export?version=1") == text
    for raw, said in (
        (b"flow: [", "line 2, the file: this is not YAML"),
        (b"\xff", "UTF-8"),
        (b"", "is empty"),
    ):
        refused = await api.no(422, "POST", "/api/flows/import", raw=raw)
        assert said in refused["message"]
        assert refused["problems"][0]["line"]
    refused = await api.no(
        422,
        "POST",
        "/api/flows/import?replace=true",
        raw=text.replace("source: act", "source: nobody").encode(),
    )
    assert refused["problems"] == [
        {"place": "source", "message": "there is no connection 'nobody'; there are act, highlevel", "line": 4, "warning": False}
    ]  # fmt: skip


async def test_a_flow_can_be_looked_at_without_keeping_it(api: Api) -> None:
    wrong = named(
        "looked", steps=[{"id": "a", "action": "ghl.contact.delete@1", "with": {"contact_id": "1"}}]
    )
    alone = await api.ok("POST", "/api/flows/validate", {"definition": wrong})
    models.Validated.model_validate(alone)
    assert [item["place"] for item in alone["problems"]] == ["steps.a.action"]
    there = await api.ok("POST", "/api/flows/validate", {"definition": wrong, "source": ACT, "target": ACT})
    assert "neither act nor act is a connection of it" in there["problems"][-1]["message"]
    await api.no(422, "POST", "/api/flows/validate", {"definition": {"flow": 1}})
    await api.no(409, "POST", "/api/flows/validate", {"definition": wrong, "source": "nobody", "target": ACT})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"definition": DEFINITION}, "source"),
        ({"definition": 5, "source": ACT, "target": ACT}, "definition"),
        ({"definition": {}, "source": ACT, "target": ACT}, "flow: this is missing"),
        ({"definition": named("other", steps=[1]), "source": ACT, "target": ACT}, "steps.0"),
        ([], "body"),
    ],
)
async def test_a_wrong_body_is_refused_in_one_line(api: Api, body: Any, said: str) -> None:
    assert said in (await api.no(422, "POST", "/api/flows", body))["message"]


async def test_another_name_is_another_flow_and_edits_are_all_or_none(api: Api) -> None:
    draft = await api.begun("whole")
    flow = f"/api/flows/{draft['flow_id']}"
    other = await api.no(
        422, "PUT", f"{flow}/draft", {"seen": draft["revision"], "definition": named("changed")}
    )
    assert "another flow" in other["message"]
    edits = [{"edit": "rename", "title": "Half"}, {"edit": "remove_step", "step": "nowhere"}]
    refused = await api.no(422, "POST", f"{flow}/edits", {"seen": draft["revision"], "edits": edits})
    assert refused["problems"][0]["place"] == "steps.nowhere"
    assert await api.ok("GET", f"{flow}/draft") == draft
    await api.no(404, "GET", "/api/flows/nobody")


@pytest.mark.parametrize(
    "path",
    [
        "/api/flows/import",
        "/api/flows",
        "/api/operations/core.text.case/call",
        "/hooks/ghl",
        "/hooks/in/address",
    ],
)
async def test_a_hundred_megabytes_are_refused_without_being_read(api: Api, path: str) -> None:
    sent = 0
    if path.endswith("/address"):
        draft = await api.begun("called", trigger="core.webhook.received@1", when=[])
        await api.ok("POST", f"/api/flows/{draft['flow_id']}/publish", {})
        async with api.world.db.begin() as tx:
            await hook_paths.keep(tx, draft["flow_id"], "address")

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1_000_000
            yield b"x" * 1_000_000

    refused = None
    while refused is None:
        sent = 0
        # Whoever is still sending when the server hangs up may learn of that before it has read the answer.
        with suppress(aiohttp.ClientOSError):
            refused = await api("POST", path, raw=endless())
    assert api.status == 413
    assert "bytes" in refused["message"]
    # What stands in the buffers on the way is a few megabytes.
    assert sent < 60_000_000


async def test_the_description_of_the_api_names_its_models(api: Api) -> None:
    described = await api.ok("GET", "/openapi.json")
    assert {"EditsGiven", "FlowShown", "DraftShown", "Flow", "ActionStep", "RenameStep"} <= set(
        described["components"]["schemas"]
    )
    paths = [path for path in described["paths"] if path.startswith("/api/flows")]
    assert len(paths) >= 14
