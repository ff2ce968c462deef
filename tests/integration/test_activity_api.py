"""What the pages of the activity ask: runs by kind, several repaired at once, and what came in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from orderbridge.api.deliveries import SHOWN_CHARACTERS
from orderbridge.automation.publishing import publish
from orderbridge.core import jsonio
from orderbridge.core.ids import random_id
from orderbridge.flows.model import Flow
from orderbridge.store import api_tokens, exchanges
from support.raw_orders import item, order
from support.world import ACT, GHL, World


@dataclass
class Api:
    world: World
    url: str
    token: str

    async def __call__(self, path: str, body: Any = None, *, status: int = 200) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        method, data = ("GET", None) if body is None else ("POST", jsonio.encode(body))
        async with self.world.http.request(method, self.url + path, data=data, headers=headers) as answer:
            raw = await answer.read()
            assert answer.status == status, (answer.status, raw[:400])
            self.headers = answer.headers
            return jsonio.decode(raw) if answer.content_type.endswith("json") else raw.decode()


@pytest_asyncio.fixture
async def api(world: World) -> AsyncIterator[Api]:
    async with world.db.begin() as tx:
        token = await api_tokens.create(tx, random_id, name="pages")
    async with world.hooks() as url:
        yield Api(world, url, token)


async def carry(world: World, count: int) -> list[str]:
    sold = await world.sell(count)
    await world.poll()
    await world.work_until_idle()
    return list(sold["orders"])


async def test_runs_are_found_by_the_kind_of_their_record(api: Api) -> None:
    await carry(api.world, 1)
    kinds = {run["kind"] for run in (await api("/api/runs"))["runs"]}
    assert "order" in kinds
    assert {run["kind"] for run in (await api("/api/runs?kind=order"))["runs"]} == {"order"}
    assert (await api("/api/runs?kind=nothing"))["runs"] == []


async def test_several_runs_are_done_once_more_and_what_is_impossible_for_one_keeps_no_other(
    api: Api,
) -> None:
    await carry(api.world, 3)
    ids = [run["id"] for run in (await api("/api/runs?kind=order&state=done"))["runs"]]
    assert len(ids) == 3
    report = await api("/api/runs/bulk", {"action": "replay", "runs": [*ids, ids[0], "no-such-run"]})
    assert (len(report["done"]), report["already"]) == (3, [])
    assert [(item["run"], item["cause"]) for item in report["refused"]] == [("no-such-run", "run.missing")]
    # They are open now: nothing is added a second time.
    again = await api("/api/runs/bulk", {"action": "replay", "runs": ids})
    assert (again["done"], sorted(again["already"])) == ([], sorted(report["done"]))
    await api.world.work_until_idle()
    states = {run["state"] for run in (await api("/api/runs?kind=order"))["runs"]}
    assert states <= {"done", "nothing"}
    truth = await api.world.truth()
    assert truth.agrees, (truth.lost, truth.duplicates)


async def test_stopped_runs_go_on_or_are_ended_together(api: Api) -> None:
    await api.world.faults("act", refuse_negative_price=True)
    for _ in range(2):
        await order(api.world, amount=Decimal("15.00"), amountSummary={"subtotal": 20, "discount": 5})
    await api.world.poll()
    await api.world.work_until_idle()
    dead = [run["id"] for run in (await api("/api/runs?state=dead"))["runs"]]
    assert len(dead) == 2
    ended = await api("/api/runs/bulk", {"action": "cancel", "runs": dead[:1], "reason": "by hand"})
    assert ended["done"] == dead[:1]
    resumed = await api("/api/runs/bulk", {"action": "resume", "runs": dead})
    assert resumed["done"] == dead[1:]
    assert [item["cause"] for item in resumed["refused"]] == ["run.not_resumable"]


async def test_what_is_no_bulk_request_is_refused(api: Api) -> None:
    for body in (
        {},
        {"action": "replay"},
        {"action": "delete", "runs": ["a"]},
        {"action": "replay", "runs": []},
    ):
        assert (await api("/api/runs/bulk", body, status=422))["cause"] == "flow.input_refused"
    many = {"action": "replay", "runs": [str(number) for number in range(501)]}
    await api("/api/runs/bulk", many, status=422)


async def test_what_came_shows_its_way_its_outcome_and_what_it_led_to(api: Api) -> None:
    (order_id,) = await carry(api.world, 1)
    page = await api(f"/api/deliveries?record={order_id}&kind=order")
    assert page["deliveries"], page
    row = page["deliveries"][-1]
    assert (row["record"], row["kind"], row["outcome"]) == (order_id, "order", "done")
    assert {item["source"] for item in page["deliveries"]} <= {"poll", "webhook"}
    shown = await api(f"/api/deliveries/{row['id']}")
    assert any(run["state"] == "done" for change in shown["changes"] for run in change["runs"])
    assert (await api("/api/deliveries?outcome=dead"))["deliveries"] == []
    first = await api("/api/deliveries?limit=1")
    second = await api(f"/api/deliveries?limit=1&after={first['after']}")
    assert second["deliveries"][0]["id"] < first["deliveries"][0]["id"]
    assert (await api("/api/deliveries/999999999", status=404))["cause"] == "delivery.unknown"
    await api("/api/deliveries?outcome=else", status=422)


async def stored(world: World, body: bytes) -> int:
    (row,) = await world.rows(
        "INSERT INTO inbox (connection_id, delivery_id, source, type, kind, record_id, body, outcome)"
        " SELECT id, 'large', 'webhook', 'OrderCreate', 'order', 'r1', $1, 'nothing' FROM connections"
        " WHERE system = 'ghl' LIMIT 1 RETURNING id",
        body,
    )
    return int(row["id"])


async def test_five_megabytes_are_shown_cut_and_downloaded_whole_without_their_secrets(api: Api) -> None:
    rows = [{"n": number, "price": 1.10, "text": "x" * 90} for number in range(45_000)]
    body = jsonio.encode({"api_key": "very-secret", "rows": rows})
    assert len(body) > 5_000_000
    number = await stored(api.world, body)
    shown = await api(f"/api/deliveries/{number}")
    assert (shown["size"], shown["cut"], len(shown["body"])) == (len(body), True, SHOWN_CHARACTERS)
    whole = await api(f"/api/deliveries/{number}/body")
    assert "attachment" in api.headers["Content-Disposition"]
    assert jsonio.decode(whole)["rows"][-1]["n"] == 44_999
    for text in (shown["body"], whole):
        assert "very-secret" not in text
        assert '"price": 1.1' in text


async def test_what_is_no_json_is_shown_as_text(api: Api) -> None:
    number = await stored(api.world, b"hello \xff Bearer abcdefghijklmnop")
    shown = await api(f"/api/deliveries/{number}")
    assert shown["body"].startswith("hello ")
    assert "abcdefghijklmnop" not in shown["body"]


async def test_an_order_that_could_not_be_read_stands_in_the_list_and_says_so(api: Api) -> None:
    async with api.world.db.begin() as tx:
        await tx.execute(
            "INSERT INTO inbox"
            " (connection_id, delivery_id, source, type, kind, record_id, lane, outcome, reason, cause)"
            " SELECT id, 'd', 'poll', 'x', 'order', 'lost1', id || '/order/lost1', 'dead', 'it has no currency', 'c'"
            " FROM connections WHERE system = 'ghl'"
        )
        await tx.execute(
            "INSERT INTO lanes (key, connection_id, kind, record_id, queued, priority)"
            " SELECT id || '/order/lost1', id, 'order', 'lost1', false, 0 FROM connections WHERE system = 'ghl'"
        )
    (row,) = (await api("/api/orders"))["unread"]
    assert (row["id"], row["reason"], row["cause"]) == ("lost1", "it has no currency", "c")
    assert [item["id"] for item in (await api("/api/orders?q=lost1"))["unread"]] == ["lost1"]
    assert (await api("/api/orders?q=else"))["unread"] == []


async def test_an_order_says_where_each_field_came_from(api: Api) -> None:
    (order_id,) = await carry(api.world, 1)
    found = (await api(f"/api/orders/{order_id}"))["origins"]
    (currency,) = [item for item in found if (item["step"], item["field"]) == ("opportunity", "currency")]
    assert currency["sources"] == ["event.currency"]
    assert currency["value"] in ("USD", "EUR")
    assert currency["action"] == "act.opportunity.upsert_by_order@1"
    assert (await api(f"/api/runs/{currency['run']}"))["flow_version"] == currency["version"]
    # What is fixed comes from nowhere.
    (source,) = [item for item in found if (item["step"], item["field"]) == ("opportunity", "source")]
    assert (source["sources"], source["value"]) == ([], "HighLevel")


@pytest.mark.parametrize("path", ["/api/deliveries", "/api/deliveries/1", "/api/deliveries/1/body"])
async def test_nobody_reads_what_came_without_being_let_in(api: Api, path: str) -> None:
    async with api.world.http.get(api.url + path) as answer:
        assert answer.status == 401


async def test_what_a_run_said_to_the_accounts_is_shown_without_secrets_and_not_for_ever(api: Api) -> None:
    world = api.world
    await world.faults("act", refuse_negative_price=True)
    failing = await order(world, amount=Decimal("15.00"), amountSummary={"subtotal": 20, "discount": 5})
    await world.poll()
    await world.work_until_idle()
    (run,) = (await api(f"/api/runs?q={failing}&state=dead"))["runs"]
    attempt = (await api(f"/api/runs/{run['id']}/exchanges"))["attempts"][-1]
    # A batch is accepted as a whole, whatever becomes of its parts.
    (refused,) = [call for call in attempt["calls"] if call["refused_parts"]]
    assert (refused["method"], refused["tries"][-1]["status"]) == ("POST", 200)
    assert refused["url"].startswith(world.act_url)
    parts = zip(refused["request"]["body"], refused["answer"]["body"], strict=True)
    ((asked, told),) = [(one, other) for one, other in parts if " 400 " in other["call"]]
    assert asked["body"]["price"] == -5
    assert "rice" in jsonio.encode(told["body"]).decode()
    # What only read is a line; nothing that lets anybody in is kept.
    assert {call["request"] for call in attempt["calls"] if call["method"] == "GET"} == {None}
    stored = "".join(str(row["calls"]) for row in await world.rows("SELECT calls FROM exchanges"))
    assert "Bearer" not in stored
    assert "eyJ" not in stored
    assert str(world.sandbox.details["act_password"]) not in stored
    async with world.db.begin() as tx:
        await exchanges.forget(tx, older_than_days=1)
        assert await exchanges.of_run(tx, run["id"])
        await tx.execute("UPDATE exchanges SET kept_at = kept_at - interval '2 days'")
        await exchanges.forget(tx, older_than_days=1)
        assert await exchanges.of_run(tx, run["id"]) == []
    # Large values are cut where that is asked for; the run's own record says when it came in.
    shown = await api(f"/api/runs/{run['id']}?most=50")
    assert (shown["event"]["state"]["cut"], len(shown["event"]["state"]["beginning"])) == (True, 50)
    assert shown["event"]["delivery"]["received_at"] <= shown["event"]["accepted_at"]


async def test_what_came_is_found_by_what_a_person_has_in_hand(api: Api) -> None:
    (order_id, other) = await carry(api.world, 2)
    (row,) = [item for item in (await api("/api/orders"))["orders"] if item["id"] == order_id]
    for words in (order_id, row["email"], row["highlevel"][0]["ordered"]):
        found = (await api(f"/api/deliveries?q={words}"))["deliveries"]
        assert order_id in {item["record"] for item in found}, words
    assert other not in {
        item["record"] for item in (await api(f"/api/deliveries?q={order_id}"))["deliveries"]
    }
    # What set nothing off is still found by the whole id of its record.
    await stored(api.world, b"{}")
    assert [item["record"] for item in (await api("/api/deliveries?q=r1"))["deliveries"]] == ["r1"]


NESTED: dict[str, Any] = {
    "flow": "nested",
    "title": "Branches and lists",
    "trigger": "ghl.order.changed@1",
    "steps": [
        {
            "id": "paid",
            "choose": [
                {
                    "when": [{"from": "event.id", "present": True}],
                    "steps": [
                        {
                            "id": "each",
                            "for_each": {"from": "event.items"},
                            "steps": [
                                {
                                    "id": "made",
                                    "action": "act.company.create@1",
                                    "with": {"name": {"text": "{item.name} {number} of {event.id}"}},
                                }
                            ],
                        }
                    ],
                }
            ],
        },
        {
            "id": "more",
            "for_each": {"from": "event.items"},
            "action": "act.company.create@1",
            "with": {"name": {"expression": "'x' & event.id & item.name"}},
        },
    ],
}


async def test_fields_within_branches_and_lists_say_where_they_came_from(api: Api) -> None:
    await publish(api.world.application.runtime, Flow.model_validate(NESTED), source=GHL, target=ACT)
    made = await order(api.world, items=[item("Pen"), item("Ink")])
    await api.world.poll()
    await api.world.work_until_idle()
    every = (await api(f"/api/orders/{made}"))["origins"]
    found = [field for field in every if field["flow"].startswith("nested")]
    assert [(field["step"], field["items"], field["sources"], field["computed"]) for field in found] == [
        ("each.1.made", [1], ["event.items[].name", "number", "event.id"], False),
        ("each.2.made", [2], ["event.items[].name", "number", "event.id"], False),
        ("more.1", [1], ["event.id", "event.items[].name"], True),
        ("more.2", [2], ["event.id", "event.items[].name"], True),
    ]
    assert found[1]["value"] == f"Ink 2 of {made}"
