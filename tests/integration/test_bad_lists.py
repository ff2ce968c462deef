"""Lists that misbehave: clocks that differ, the same page for ever, rows that vanish and come back, hidden rows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from orderbridge.accounts import health
from orderbridge.core import jsonio
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.store import api_tokens
from orderbridge.sync import poll, promises
from support.act_changes import LONG_AGO
from support.operations import Operations
from support.rounds import MovedClock, a_round, deliveries, looked_at, overview, settled
from support.world import ACT, GHL, MakeWorld


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def ops(make_world: MakeWorld, clock: MovedClock) -> AsyncIterator[Operations]:
    async with make_world(clock=clock, flows=()) as opened:
        yield Operations(opened)


async def contact(ops: Operations, **order: Any) -> str:
    given = {"fields": {"firstName": "Ada"}, "created": LONG_AGO, "edited": LONG_AGO} | order
    return str((await ops.act("contacts", **given))["id"])


# Clocks


@pytest.mark.parametrize("minutes", [-25, -5, 5, 25])
async def test_edits_are_found_although_the_clocks_are_minutes_apart(
    make_world: MakeWorld, minutes: int
) -> None:
    clock = MovedClock(ahead=timedelta(minutes=minutes))
    async with make_world(clock=clock, flows=()) as world:
        ops = Operations(world)
        old = await contact(ops)
        async with ops.listening("act.contact.updated") as fired:
            await settled(world)
            for number in range(3):
                await ops.act("contacts", old, fields={"company": f"Company {number}"})
                clock.advance(60)
                await looked_at(world)
                assert await fired.times() == {"act.contact.updated": number + 1}
            notes = (await overview(world, ACT)).notes
            way = "behind" if minutes > 0 else "ahead of"
            assert any(f"{way} ours (poll.clock_skew)" in note for note in notes)


@pytest.mark.parametrize("minutes", [-25, 25])
async def test_sales_are_found_although_the_clocks_are_minutes_apart(
    make_world: MakeWorld, minutes: int
) -> None:
    clock = MovedClock(ahead=timedelta(minutes=minutes))
    async with make_world(clock=clock) as world:
        await settled(world)
        [order_id] = (await world.sell(1))["orders"]
        clock.advance(60)
        await looked_at(world)
        assert await deliveries(world, order_id) == 1


async def test_a_record_dated_in_the_future_is_read_and_does_not_hide_what_comes_after_it(
    ops: Operations, clock: MovedClock
) -> None:
    old = await contact(ops)
    async with ops.listening("act.contact.updated", "act.contact.created") as fired:
        await settled(ops.world)
        await contact(ops, created="2099-01-01T00:00:00Z", edited="2099-01-01T00:00:00Z")
        clock.advance(60)
        await looked_at(ops.world)
        assert await fired.times() == {"act.contact.created": 1}
        [row] = await ops.world.rows(
            "SELECT cursor FROM checkpoints WHERE stream = 'contacts' AND cursor ? 'edited'"
        )
        assert row["cursor"]["edited"] <= clock.now().isoformat()
        await ops.act("contacts", old, fields={"company": "Now"})
        clock.advance(60)
        await looked_at(ops.world)
        assert await fired.times() == {"act.contact.created": 1, "act.contact.updated": 1}


# The same page for ever


async def test_a_highlevel_list_that_gives_the_same_page_for_ever_is_told_and_the_others_are_read(
    make_world: MakeWorld, clock: MovedClock
) -> None:
    async with make_world(clock=clock) as world:
        await settled(world)
        sold = await world.sell(130)
        await world.faults("ghl", same_page=True)
        before = await world.rows("SELECT stream, cursor->'ages' AS ages FROM checkpoints ORDER BY stream")
        clock.advance(60)
        [result] = [item for item in await a_round(world) if item.connection == GHL]
        assert result.error is not None
        assert "highlevel, list 'orders'" in result.error
        assert "the same page comes for ever" in result.error
        # It is the fault of that list, and not of the account.
        assert "subscriptions" in {part.stream for part in result.streams}
        after = await world.rows("SELECT stream, cursor->'ages' AS ages FROM checkpoints ORDER BY stream")
        stuck = {"orders", "transactions"}
        assert [row for row in before if row["stream"] in stuck] == [
            row for row in after if row["stream"] in stuck
        ]
        [note] = [
            item for item in (await overview(world)).notes if item.startswith("orders could not be read")
        ]
        assert "(poll.same_page)" in note
        await world.faults("ghl", same_page=False)
        clock.advance(60)
        await looked_at(world)
        assert [await deliveries(world, order_id) for order_id in sold["orders"]] == [1] * 130
        assert (await overview(world)).notes == ()


async def test_an_act_list_that_gives_the_same_page_for_ever_loses_nothing(
    ops: Operations, clock: MovedClock
) -> None:
    async with ops.listening("act.contact.created") as fired:
        await settled(ops.world)
        for number in range(250):
            await ops.act("contacts", fields={"firstName": f"C{number}"})
        await ops.world.faults("act", same_page=True)
        clock.advance(60)
        [result] = [item for item in await a_round(ops.world) if item.connection == ACT]
        assert result.error is not None
        assert "act, list 'contacts'" in result.error
        await ops.world.faults("act", same_page=False)
        clock.advance(60)
        await looked_at(ops.world)
        assert await fired.times() == {"act.contact.created": 250}


# Rows that vanish and come back


async def test_a_row_that_a_list_does_not_show_for_a_while_is_no_deletion(
    make_world: MakeWorld, clock: MovedClock
) -> None:
    async with make_world(clock=clock, flows=()) as world:
        ops = Operations(world)
        made = await ops.ghl("POST", "/contacts/", {"locationId": ops.location, "firstName": "Vera"})
        contact_id = made["contact"]["id"]
        async with ops.listening("ghl.contact.deleted", "ghl.contact.updated") as fired:
            await settled(world)
            rows, row = world.sandbox.ghl.contacts, world.sandbox.ghl.contacts.get(contact_id)
            listed = rows.page
            rows.page = lambda **given: listed(  # type: ignore[method-assign]
                **given
                | {"keep": lambda one: one is not row and (given.get("keep") or (lambda _: True))(one)}
            )
            [gone] = [
                part
                for item in await poll.poll_all(world.application.runtime, everything=True)
                for part in item.streams
                if part.missing
            ]
            assert (gone.stream, gone.missing) == ("contacts", 1)
            assert await fired.times() == {}
            del rows.page  # type: ignore[misc]
            await ops.looked()
            assert await fired.times() == {}


async def test_a_record_that_comes_back_after_a_deletion_is_one_event_of_the_same_record(
    ops: Operations, clock: MovedClock
) -> None:
    made = await contact(ops)
    table = ops.world.sandbox.act.table("contact")
    async with ops.listening("act.contact.deleted", "act.contact.created", "act.contact.updated") as fired:
        await settled(ops.world)
        record = table.get(made)
        assert record is not None
        await ops.act("contacts", made, action="delete")
        await ops.looked()
        assert await fired.times() == {"act.contact.deleted": 1}
        # Somebody restored it from a backup: nothing of it moved, not even the time of its last edit.
        table.put(record)
        clock.advance(60)
        await looked_at(ops.world)
        await ops.looked()
        await ops.looked()
        assert await fired.times() == {"act.contact.deleted": 1, "act.contact.updated": 1}
        events = await ops.world.rows(
            "SELECT revision FROM events WHERE kind = 'contact' AND record_id = $1 ORDER BY seq", made
        )
        assert len(events) == 2


async def test_a_record_that_comes_back_is_not_made_a_second_time_on_the_other_side(
    make_world: MakeWorld, clock: MovedClock
) -> None:
    settings = {"contacts-two-way": {"fields": [{"field": "first_name", "owner": "act"}], "create": "both"}}
    async with make_world(clock=clock, flows=settings) as world:
        ops = Operations(world)

        async def looks() -> None:
            for _ in range(2):
                await poll.poll_all(world.application.runtime, everything=True)
                await world.work_until_idle()

        await looks()
        given = {"firstName": "Rita", "lastName": "Turn", "emailAddress": "rita@example.com"}
        made = str((await ops.act("contacts", fields=given))["id"])
        await looks()
        table = world.sandbox.act.table("contact")
        record = table.get(made)
        assert record is not None

        async def in_highlevel() -> int:
            rows = (await world.ghl_truth("contacts"))["contacts"]
            return sum(row.get("email") == "rita@example.com" for row in rows)

        assert await in_highlevel() == 1
        await ops.act("contacts", made, action="delete")
        await looks()
        table.put(record)
        await looks()
        assert await in_highlevel() == 1


# A user who may not see everything


async def hide(ops: Operations, record_id: str) -> None:
    ours = ops.world.sandbox.details["act_user"]
    other = next(row.username for row in ops.world.sandbox.act.users.values() if row.username != ours)
    await ops.act("contacts", record_id, action="hide", user=other)


@pytest.mark.parametrize("answer", [404, 403])
async def test_rows_that_our_user_may_not_see_any_more_are_no_mass_deletion(
    ops: Operations, clock: MovedClock, answer: int
) -> None:
    made = [await contact(ops) for _ in range(60)]
    async with ops.listening("act.contact.deleted") as fired:
        await settled(ops.world)
        await ops.world.faults("act", hidden_rows=answer)
        for record_id in made[:20]:
            await hide(ops, record_id)
        await ops.looked()
        assert await fired.times() == {}
        [note] = (await overview(ops.world, ACT)).notes
        assert "contacts: 20 of " in note
        assert "(poll.rows_hidden)" in note
        async with ops.world.db.begin() as tx:
            said = await health.of(tx, ACT, now=clock.now())
        assert "contacts are not shown to our user any more" in (said.advice or "")
        assert said.as_object()["hidden"][0]["missing"] == 20


async def test_a_single_record_that_is_refused_with_403_is_not_deleted_and_needs_nobody(
    ops: Operations, clock: MovedClock
) -> None:
    made = [await contact(ops) for _ in range(3)]
    async with ops.listening("act.contact.deleted") as fired:
        await settled(ops.world)
        await ops.world.faults("act", hidden_rows=403)
        await hide(ops, made[0])
        await ops.looked()
        assert await fired.times() == {}
        assert await ops.world.rows("SELECT 1 FROM inbox WHERE outcome = 'dead'") == []
        # A real deletion beside it is one.
        await ops.act("contacts", made[1], action="delete")
        await ops.looked()
        assert await fired.times() == {"act.contact.deleted": 1}


async def test_a_person_who_says_that_they_were_deleted_is_believed(
    ops: Operations, clock: MovedClock
) -> None:
    made = [await contact(ops) for _ in range(60)]
    async with ops.listening("act.contact.deleted") as fired:
        await settled(ops.world)
        for record_id in made[:20]:
            await ops.act("contacts", record_id, action="delete")
        await ops.looked()
        assert await fired.times() == {}
        async with ops.world.db.begin() as tx:
            missing = await promises.confirm_deleted(tx, ops.world.application.runtime, ACT, "contacts")
        assert missing == 20
        clock.advance(60)
        await looked_at(ops.world)
        assert await fired.times() == {"act.contact.deleted": 20}
        assert (await overview(ops.world, ACT)).notes == ()


async def test_a_person_says_so_over_http_too_and_only_of_a_list_from_which_so_much_vanished(
    ops: Operations, clock: MovedClock
) -> None:
    made = [await contact(ops) for _ in range(60)]
    async with ops.world.db.begin() as tx:
        token = await api_tokens.create(tx, random_id, name="tests")
    async with ops.world.hooks() as url, ops.listening("act.contact.deleted") as fired:

        async def confirm(body: JsonObject, *, key: str | None = token) -> tuple[int, Any]:
            headers = {"Content-Type": "application/json"}
            headers |= {"Authorization": f"Bearer {key}"} if key else {}
            data = jsonio.encode(body)
            async with ops.world.http.post(
                f"{url}/api/polling/confirm", data=data, headers=headers
            ) as answer:
                return answer.status, jsonio.decode(await answer.read())

        await settled(ops.world)
        for record_id in made[:20]:
            await ops.act("contacts", record_id, action="delete")
        await ops.looked()
        assert (await confirm({"connection": ACT, "list": "contacts"}, key=None))[0] == 401
        assert (await confirm({"connection": ACT}))[0] == 422
        status, problem = await confirm({"connection": ACT, "list": "companies"})
        assert status == 422
        assert "no list 'companies' from which so much vanished" in problem["message"]
        assert await fired.times() == {}
        said = await confirm({"connection": ACT, "list": "contacts"})
        assert said == (200, {"connection": ACT, "list": "contacts", "missing": 20})
        clock.advance(60)
        await looked_at(ops.world)
        assert await fired.times() == {"act.contact.deleted": 20}
