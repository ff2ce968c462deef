"""Dead letters by their cause, and a replay that answers for everything that it took up."""

from __future__ import annotations

import tracemalloc
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from orderbridge.automation import dead_letters, replaying
from orderbridge.core.ids import random_id
from orderbridge.store import api_tokens
from orderbridge.store.database import Database
from support.command import Ran, orderbridge
from support.world import World

STOPPED = """
INSERT INTO flows (id, name, template, version, enabled, source_connection, target_connection)
VALUES ('f', 'orders', 't', 1, true, 'a', 'b'), ('g', 'more', 't', 1, true, 'a', 'b');
"""


async def stop(
    world: World,
    cause: str | None,
    record: str,
    amount: str | None = None,
    currency: str | None = None,
    *,
    revision: int = 1,
    flow: str = "f",
    kind: str = "order",
) -> None:
    """Put a run that stopped into the tables."""
    event = f"{kind}-{record}-{revision}"
    async with world.db.begin() as tx:
        await tx.execute(
            "INSERT INTO events (id, connection_id, type, kind, record_id, revision, lane, source, state, outcome)"
            " VALUES ($1, 'a', 'x', $2, $3, $4, 'a/' || $2 || '/' || $3, 'poll', '{}', 'dead') ON CONFLICT DO NOTHING",
            event,
            kind,
            record,
            revision,
        )
        await tx.execute(
            "INSERT INTO runs (id, event_id, flow_id, flow_version, lane, state, reason, cause, held_amount,"
            " held_currency, finished_at) VALUES ($1, $2, $3, 1, $4, 'dead', $5, $6, $7, $8, now())",
            random_id(),
            event,
            flow,
            f"a/{kind}/{record}",
            f"{record} stopped",
            cause,
            Decimal(amount) if amount else None,
            currency,
        )


async def unread(world: World, record: str, cause: str | None) -> None:
    """Put a delivery that could not be read into the tables."""
    async with world.db.begin() as tx:
        await tx.execute(
            "INSERT INTO inbox (connection_id, delivery_id, source, type, kind, record_id, lane, outcome, reason,"
            " cause) VALUES ('a', $1, 'poll', 'x', 'order', $1, 'a/order/' || $1, 'dead', $1 || ' is unreadable', $2)",
            record,
            cause,
        )


@pytest.fixture
async def stopped(world: World) -> World:
    async with world.db.begin() as tx:
        await tx.execute("DELETE FROM flows")
        await tx.execute(STOPPED)
    return world


async def test_groups_stand_in_the_order_of_the_money_that_they_hold(stopped: World) -> None:
    await stop(stopped, "contact.several_matches", "1", "100.10", "USD")
    await stop(stopped, "contact.several_matches", "2", "0.90", "USD")
    await stop(stopped, "contact.several_matches", "3", "700", "JPY")
    await stop(stopped, "order.negative_item", "4", "500.00", "EUR")
    await stop(stopped, "order.negative_item", "5", "650.00", "USD")
    await stop(stopped, "mapping.missing.email", "6", kind="contact")
    await stop(stopped, "mapping.missing.email", "7", kind="contact")
    await unread(stopped, "8", "record.missing.id")
    await unread(stopped, "9", None)

    found = await dead_letters.groups(stopped.db)

    assert [(item.cause, item.money, item.records, item.without_amount) for item in found] == [
        # By the largest amount in any one currency, not by a sum of several.
        ("contact.several_matches", {"USD": Decimal("101.00"), "JPY": Decimal(700)}, 3, 0),
        ("order.negative_item", {"EUR": Decimal("500.00"), "USD": Decimal("650.00")}, 2, 0),
        ("mapping.missing.email", {}, 2, 2),
        ("record.missing.id", {}, 1, 1),
        ("unknown", {}, 1, 1),
    ]
    assert [(item.runs, item.deliveries) for item in found] == [(3, 0), (2, 0), (2, 0), (0, 1), (0, 1)]
    assert [item.command for item in found][0::4] == [
        "orderbridge dead-letters replay --cause contact.several_matches",
        "orderbridge dead-letters replay",
    ]
    assert all(item.since is not None and item.latest is not None for item in found)
    assert [example["record"] for example in found[0].examples] == ["order 1", "order 2", "order 3"]


async def test_a_record_of_which_several_states_and_flows_stopped_holds_its_money_once(
    stopped: World,
) -> None:
    await stop(stopped, "flow.held", "1", "10.00", "USD")
    await stop(stopped, "flow.held", "1", "12.00", "USD", revision=2)
    await stop(stopped, "flow.held", "1", "12.00", "USD", revision=2, flow="g")

    (found,) = await dead_letters.groups(stopped.db)

    assert (found.runs, found.records, found.money) == (3, 1, {"USD": Decimal("12.00")})


async def test_runs_and_deliveries_of_one_cause_are_one_group(stopped: World) -> None:
    await stop(stopped, "money.unknown_currency", "1", "10.00", "XQX")
    await unread(stopped, "2", "money.unknown_currency")

    (found,) = await dead_letters.groups(stopped.db)

    assert (found.runs, found.deliveries, found.records, found.without_amount) == (1, 1, 2, 1)
    assert [sorted(item)[0] for item in found.examples] == ["flow", "delivery"]


async def command(world: World, *arguments: str, **more: Any) -> Ran:
    return await orderbridge("dead-letters", *arguments, environment=world.environment, **more)


async def test_the_commands_say_what_happened_and_what_to_do(stopped: World) -> None:
    await stop(stopped, "contact.several_matches", "1", "100.10", "USD")
    await stop(stopped, "contact.several_matches", "2")
    await unread(stopped, "3", "record.missing.id")

    listed = await command(stopped, "list", "--by-cause")
    causes = (await command(stopped, "list", "--by-cause", "--json")).json["causes"]
    shown = await command(stopped, "show", "contact.several_matches")
    one = (await command(stopped, "show", "contact.several_matches", "--json")).json
    none = await command(stopped, "show", "no.such")

    for said in (listed.out, shown.out):
        assert "contact.several_matches: 2 runs of 2 records, since " in said
        assert "which one is meant is not guessed" in said
        assert "Holds 100.10 USD and 1 of which no amount is known." in said
        assert "Then: orderbridge dead-letters replay --cause contact.several_matches" in said
    assert "record.missing.id: 1 delivery of 1 record" in listed.out
    assert "record.missing.id" not in shown.out
    assert "no exchange rate" in listed.err
    assert [item["cause"] for item in causes] == ["contact.several_matches", "record.missing.id"]
    assert (one["money"], one["without_amount"]) == ({"USD": "100.10"}, 1)
    assert (none.code, none.err.count("\n")) == (1, 1)


async def twice_there(world: World) -> tuple[list[str], str]:
    """Let three orders of a customer stop whom Act! has twice; returns them, and one of the two contacts."""
    fields = {"firstName": "Twice", "lastName": "There", "emailAddress": "twice@customers.test"}
    await world.control("act", "edit", {"entity": "contacts", "fields": fields})
    other = await world.control("act", "edit", {"entity": "contacts", "fields": fields})
    contact = {"id": "twice", "email": "twice@customers.test", "firstName": "Twice", "lastName": "There"}
    orders = []
    for number, (currency, amount) in enumerate([("USD", "20.00"), ("USD", "30.00"), ("EUR", "40.00")]):
        name = f"Item {number}"
        item = {"name": name, "qty": 1, "price": {"_id": name, "amount": Decimal(amount), "type": "one_time"}}
        orders.append(
            await world.raw_order(
                contactId="twice", contactSnapshot=contact, currency=currency, amount=Decimal(amount),
                liveMode=True, items=[item], amountSummary={"subtotal": Decimal(amount), "discount": 0},
            )
        )  # fmt: skip
    await world.poll()
    await world.work_until_idle()
    (group,) = await dead_letters.groups(world.db)
    assert (group.cause, group.runs) == ("contact.several_matches", 3)
    return orders, other["id"]


async def merge(world: World, contact: str) -> None:
    await world.control("act", "edit", {"entity": "contacts", "id": contact, "action": "delete"})


async def opportunities(world: World) -> list[str]:
    rows = (await world.act_truth("opportunities"))["opportunities"]
    # Act! has some of its own.
    return sorted(row["sourceId"] for row in rows if row["sourceId"])


async def test_a_group_is_repaired_and_proved(world: World) -> None:
    orders, contact = await twice_there(world)
    await merge(world, contact)

    async with world.working():
        ran = await command(world, "replay", "--cause", "contact.several_matches", "--json")

    assert ran.code == 0, ran
    told = ran.json
    assert (told["taken"], told["proved"], told["stopped"], told["open"]) == (3, 3, 0, 0)
    assert told["released"] == {"EUR": "40.00", "USD": "50.00"}
    assert told["held"] == {}
    assert await opportunities(world) == sorted(orders)
    assert await dead_letters.groups(world.db) == []
    again = await command(world, "replay", "--cause", "contact.several_matches")
    assert (again.code, again.out) == (0, "Nothing waits for contact.several_matches.\n")


async def test_differences_are_grouped_with_the_command_that_repairs_them(world: World) -> None:
    await twice_there(world)

    people = await orderbridge("reconcile", "--by-reason", environment=world.environment)
    (told,) = (await orderbridge("reconcile", "--by-reason", "--json", environment=world.environment)).json

    (reason,) = told["reasons"]
    assert people.code == 1
    assert "held:contact.several_matches: 3 sales, " in people.out
    assert "Then: orderbridge dead-letters replay --cause contact.several_matches" in people.out
    assert (reason["reason"], reason["sales"]) == ("held:contact.several_matches", 3)
    assert {"measure": "ordered", "currency": "USD", "amount": "50.00"} in reason["money"]


async def test_what_stops_again_is_said_with_its_money_and_fails_the_command(world: World) -> None:
    _, contact = await twice_there(world)

    async with world.working():
        ran = await command(world, "replay", "--cause", "contact.several_matches")

        assert ran.code == 1
        assert "3 stopped again, contact.several_matches, for example" in ran.out
        assert "Released: no money" in ran.out
        assert "Still held: 40.00 EUR and 50.00 USD" in ran.out
        # Corrected by now, the same command repairs them.
        await merge(world, contact)
        ran = await command(world, "replay", "--cause", "contact.several_matches")

    assert (ran.code, ran.out.splitlines()) == (
        0,
        ["3 done, and every write was read back as it was sent", "Released: 40.00 EUR and 50.00 USD"],
    )


async def test_without_a_worker_the_command_says_so_and_goes_on_the_next_time(world: World) -> None:
    orders, contact = await twice_there(world)
    await merge(world, contact)

    begun = await command(world, "replay", "--no-wait")
    alone = await command(world, "replay", "--patience", "1")
    ((replay,),) = [tuple(row.values()) for row in await world.rows("SELECT id FROM replays")]
    async with world.working():
        ran = await command(world, "replay")

    assert (begun.code, begun.out) == (0, "3 are tried again; 'orderbridge serve' works on them\n")
    assert alone.code == 1
    assert "3 have not ended: see that 'orderbridge serve' runs" in alone.out
    assert ran.code == 0
    # They may have ended before the command looked; then it has nothing to report, and the first replay's says it.
    ended = await replaying.shown(world.application.runtime, replay)
    assert (ended["taken"], ended["proved"]) == (3, 3)
    assert await opportunities(world) == sorted(orders)


async def test_what_waits_for_an_account_is_not_waited_for(world: World) -> None:
    _, contact = await twice_there(world)
    await merge(world, contact)
    paused = await orderbridge("connections", "pause", "act", environment=world.environment)
    assert paused.code == 0, paused

    async with world.working():
        ran = await command(world, "replay", "--json")

    assert (ran.code, ran.json["waits"], ran.json["proved"]) == (0, 3, 0)
    assert ran.json["held"] == {"EUR": "40.00", "USD": "50.00"}


async def test_a_replay_that_was_killed_goes_on_and_answers_for_everything(world: World) -> None:
    orders, contact = await twice_there(world)
    await merge(world, contact)
    environment = world.environment | {"ORDERBRIDGE_FAULT": "replay.taken_up:1"}

    killed = await orderbridge("dead-letters", "replay", environment=environment)
    async with world.working():
        ran = await command(world, "replay", "--json")

    assert killed.code != 0
    assert (ran.code, ran.json["taken"], ran.json["proved"]) == (0, 3, 3)
    assert await opportunities(world) == sorted(orders)
    assert len(await world.rows("SELECT 1 FROM replays")) == 1


async def test_a_delivery_that_could_not_be_read_keeps_its_cause_and_is_repaired_with_it(
    world: World,
) -> None:
    order_id = await world.raw_order(
        currency=None, amount=5, liveMode=True, contactId="c",
        contactSnapshot={"id": "c", "email": "x@customers.test", "firstName": "X"},
        items=[{"name": "One", "qty": 1, "price": {"_id": "one", "amount": 5, "type": "one_time"}}],
        amountSummary={"subtotal": 5, "discount": 0},
    )  # fmt: skip
    await world.poll()
    await world.work_until_idle()
    (group,) = await dead_letters.groups(world.db)
    await world.control("ghl", f"orders/{order_id}/edit", {"currency": "USD"})

    async with world.working():
        ran = await command(world, "replay", "--cause", group.cause, "--json")

    assert (group.cause, group.runs, group.deliveries) == ("record.missing.currency", 0, 1)
    assert (group.money, group.without_amount) == ({}, 1)
    assert (ran.code, ran.json["taken"], ran.json["proved"]) == (0, 1, 1), ran
    assert await opportunities(world) == [order_id]


async def test_the_api_groups_replays_and_reports(world: World) -> None:
    orders, contact = await twice_there(world)
    await merge(world, contact)
    async with world.db.begin() as tx:
        token = await api_tokens.create(tx, random_id, name="robot")
    headers = {"Authorization": f"Bearer {token}"}

    async with world.hooks() as url, aiohttp.ClientSession(headers=headers) as http:

        async def call(method: str, path: str, body: Any = None) -> tuple[int, Any]:
            async with http.request(method, f"{url}/api/dead-letters{path}", json=body) as answer:
                return answer.status, await answer.json(content_type=None)

        (group,) = (await call("GET", "/groups"))[1]["causes"]
        one = await call("GET", f"/groups/{group['cause']}")
        missing = await call("GET", "/groups/no.such")
        begun = (await call("POST", "/replay", group["request"]["body"]))[1]
        before = (await call("GET", f"/replays/{begun['replay']}"))[1]
        await world.work_until_idle()
        after = (await call("GET", f"/replays/{begun['replay']}"))[1]
        nothing = await call("GET", "/replays/none")

    assert (group["records"], group["money"]) == (3, {"EUR": "40.00", "USD": "50.00"})
    assert (one[0], one[1]["cause"], missing[0], nothing[0]) == (200, group["cause"], 404, 404)
    assert (begun["records"], before["open"], before["ended"]) == (3, 3, False)
    assert (after["proved"], after["ended"], after["released"]) == (3, True, group["money"])
    assert await opportunities(world) == sorted(orders)


MANY = """
INSERT INTO events (id, connection_id, type, kind, record_id, revision, lane, source, state, outcome)
SELECT 'e' || n, 'a', 'x', 'order', 'r' || n, 1, 'a/order/r' || n, 'poll', '{}', 'dead'
FROM generate_series(1, 10000) n;
INSERT INTO runs (id, event_id, flow_id, flow_version, lane, state, reason, cause, held_amount, held_currency,
                  finished_at)
SELECT 'u' || n, 'e' || n, 'f', 1, 'a/order/r' || n, 'dead', repeat('a long reason ', 100), 'cause.' || n % 20, n,
       CASE n % 3 WHEN 0 THEN 'USD' WHEN 1 THEN 'EUR' ELSE 'JPY' END, now()
FROM generate_series(1, 10000) n;
INSERT INTO inbox (connection_id, delivery_id, source, type, kind, record_id, lane, outcome, reason, cause)
SELECT 'a', 'd' || n, 'poll', 'x', 'order', 'r' || n, 'a/order/r' || n, 'dead', repeat('a long reason ', 100),
       'cause.' || n % 20 FROM generate_series(1, 10000) n;
INSERT INTO lanes (key, connection_id, kind, record_id, queued)
SELECT 'a/order/r' || n, 'a', 'order', 'r' || n, false FROM generate_series(1, 10000) n;
ANALYZE;
"""


class Counted:
    """A database that counts what it is asked."""

    def __init__(self, db: Database) -> None:
        self._db, self.statements = db, 0

    def read(self) -> Any:
        outer = self

        class Reading:
            async def __aenter__(self) -> Any:
                self._context = outer._db.read()
                tx = await self._context.__aenter__()

                class Tx:
                    async def fetch(self, *given: Any) -> Any:
                        outer.statements += 1
                        return await tx.fetch(*given)

                return Tx()

            async def __aexit__(self, *error: Any) -> None:
                await self._context.__aexit__(*error)

        return Reading()


async def test_ten_thousand_dead_letters_are_grouped_by_one_statement_each_and_little_memory(
    stopped: World,
) -> None:
    async with stopped.db.begin() as tx:
        await tx.execute(MANY)
    counted = Counted(stopped.db)

    tracemalloc.start()
    found = await dead_letters.groups(counted)  # type: ignore[arg-type]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert counted.statements == 2
    # The reasons alone are 28 megabytes.
    assert most < 2_000_000
    assert len(found) == 20
    assert sum(item.runs for item in found) == sum(item.deliveries for item in found) == 10_000
    assert sum(sum(item.money.values()) for item in found) == 10_000 * 10_001 // 2


async def test_ten_thousand_are_taken_up_once_and_accounted_for(stopped: World) -> None:
    async with stopped.db.begin() as tx:
        await tx.execute(MANY)
    told: list[int] = []

    runtime = stopped.application.runtime
    begun = await replaying.start(runtime, cause="cause.7", by="me", on_batch=told.append)
    found = await replaying.report(runtime, begun)

    assert told[-1] == found.taken == 1000
    assert (found.count(replaying.OPEN), found.ended) == (1000, False)
    assert sum(found.held.values()) == sum(range(7, 10_000, 20))
    again = await replaying.start(runtime, cause="cause.7", by="me")
    assert again.id == begun.id
    assert len(await dead_letters.groups(stopped.db)) == 19
