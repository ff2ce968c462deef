import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderbridge.core.ids import random_id
from orderbridge.emulators.ghl.scopes import ALL_SCOPES, OAUTH_ONLY_SCOPES
from orderbridge.emulators.ghl.tokens import Grant
from orderbridge.engine.queue import announce
from orderbridge.store import lanes
from support.operations import PUSH, WAYS, Operations
from support.world import until

ALL = (
    "ghl.contact.created",
    "ghl.contact.updated",
    "ghl.contact.deleted",
    "ghl.contact.tags_changed",
    "ghl.contact.dnd_changed",
)


async def person(ops: Operations, name: str, **more: object) -> str:
    body = {"locationId": ops.location, "firstName": name, "email": f"{name}@example.com"} | more
    return str((await ops.ghl("POST", "/contacts/", body))["contact"]["id"])


@pytest.mark.covers(
    "ghl.contact.created@1",
    "ghl.contact.updated@1",
    "ghl.contact.deleted@1",
    "ghl.contact.tags_changed@1",
    "ghl.contact.dnd_changed@1",
)
@pytest.mark.parametrize("way", WAYS)
async def test_each_change_of_a_contact_fires_once_however_it_becomes_known(
    ops: Operations, way: str
) -> None:
    old = await person(ops, f"old.{way.replace(' ', '.')}")
    async with ops.listening(*ALL) as fired:
        assert await fired.times() == {}
        async with ops.known(way):
            new = await person(ops, f"new.{way.replace(' ', '.')}", tags=["customer"])
        assert await fired.times() == {"ghl.contact.created": 1}
        async with ops.known(way):
            await ops.ghl("PUT", f"/contacts/{old}", {"city": "Graz"})
        assert await fired.times() == {"ghl.contact.created": 1, "ghl.contact.updated": 1}
        async with ops.known(way):
            await ops.ghl("POST", f"/contacts/{old}/tags", {"tags": ["vip"]})
        async with ops.known(way):
            await ops.ghl("PUT", f"/contacts/{new}", {"dnd": True})
        async with ops.known(way):
            await ops.ghl("DELETE", f"/contacts/{new}")
        # What is known already makes nothing.
        await ops.looked()
        assert await fired.times() == {
            "ghl.contact.created": 1,
            "ghl.contact.updated": 3,
            "ghl.contact.tags_changed": 1,
            "ghl.contact.dnd_changed": 1,
            "ghl.contact.deleted": 1,
        }


@pytest.mark.parametrize("way", WAYS)
async def test_there_and_back_again_are_two_changes(ops: Operations, way: str) -> None:
    contact = await person(ops, f"back.{way.replace(' ', '.')}")
    async with ops.listening("ghl.contact.updated") as fired:
        async with ops.known(way):
            await ops.ghl("PUT", f"/contacts/{contact}", {"city": "Graz"})
        async with ops.known(way):
            await ops.ghl("PUT", f"/contacts/{contact}", {"city": ""})
        assert await fired.times() == {"ghl.contact.updated": 2}


async def test_an_answer_of_404_alone_is_no_deletion(ops: Operations) -> None:
    contact = await person(ops, "gone.quietly")
    async with ops.listening("ghl.contact.deleted", "ghl.contact.updated") as fired:
        await ops.ghl("DELETE", f"/contacts/{contact}")
        async with ops.known(PUSH):
            # A webhook of before the deletion, whose record is not there any more.
            await ops.told("ContactUpdate", {"id": contact})
        assert await fired.times() == {}
        [row] = await ops.world.rows("SELECT outcome, reason FROM inbox WHERE record_id = $1", contact)
        assert (row["outcome"], "not found" in row["reason"]) == ("nothing", True)
        await ops.looked()
        assert await fired.times() == {"ghl.contact.deleted": 1}


async def test_a_late_webhook_brings_nobody_back(ops: Operations) -> None:
    contact = await person(ops, "stays.gone")
    async with ops.listening(*ALL) as fired:
        async with ops.known(PUSH):
            await ops.ghl("DELETE", f"/contacts/{contact}")
        async with ops.known(PUSH):
            await ops.told("ContactUpdate", {"id": contact})
        await ops.looked()
        assert await fired.times() == {"ghl.contact.deleted": 1}


async def test_without_the_scope_the_webhook_waits_and_the_connection_says_so(ops: Operations) -> None:
    contact = await person(ops, "waits")
    ghl, connection = ops.world.sandbox.ghl, ops.world.connections["highlevel"]
    every = frozenset(ALL_SCOPES) - OAUTH_ONLY_SCOPES

    def allow(scopes: frozenset[str]) -> None:
        place = (ghl.company_id, ghl.location_id, ghl.user_id)
        ghl.tokens.add_private(
            ghl.pit_token, Grant("Location", *place, scopes, ghl.pit_token[:12], private=True)
        )

    async def state() -> str:
        [row] = await ops.world.rows("SELECT state FROM connections WHERE id = $1", connection)
        return str(row["state"])

    async def broken() -> bool:
        return await state() == "reconnect"

    async with ops.listening("ghl.contact.updated") as fired:
        await ops.ghl("PUT", f"/contacts/{contact}", {"city": "Graz"})
        allow(every - {"contacts.readonly"})
        async with ops.world.hooks():
            await ops.told("ContactUpdate", {"id": contact})
        await until(broken)
        waiting = "SELECT 1 FROM inbox WHERE record_id = $1 AND outcome = 'waiting'"
        assert await ops.world.rows(waiting, contact)
        allow(every)
        async with ops.world.db.begin() as tx:
            await announce(tx, await lanes.wake_connection(tx, connection))
        assert await fired.times() == {"ghl.contact.updated": 1}
        assert await state() == "ok"


EDIT, LOOK, TOLD_AGAIN = "edit", "look", "told again"


async def test_however_webhooks_and_polls_interleave_nothing_fires_more_often_than_it_happened(
    ops: Operations,
) -> None:
    tried: list[list[str]] = []

    @settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.lists(st.sampled_from([EDIT, LOOK, TOLD_AGAIN]), min_size=1, max_size=6))
    def collect(steps: list[str]) -> None:
        tried.append(steps)

    collect()
    for steps in tried:
        await interleaved(ops, steps)


async def interleaved(ops: Operations, steps: list[str]) -> None:
    """Edit a contact, poll, and let all its webhooks arrive again and again, in this order."""
    async with ops.listening("ghl.contact.created", "ghl.contact.updated") as fired:
        # Nothing arrives by itself: each step says what does.
        await ops.world.faults("ghl", webhook_paused=True)
        async with ops.world.hooks():
            contact = await person(ops, random_id())
            edits = 0
            for number, step in enumerate(steps):
                if step == EDIT:
                    edits += 1
                    await ops.ghl("PUT", f"/contacts/{contact}", {"city": f"City {number}"})
                elif step == LOOK:
                    await ops.looked()
                else:
                    await ops.world.faults("ghl", webhook_paused=False)
                    await ops.world.control("ghl", "webhooks/resend", {})
                    await ops.world.webhooks_arrived()
                    await ops.world.faults("ghl", webhook_paused=True)
            await ops.world.faults("ghl", webhook_paused=False)
            await ops.world.control("ghl", "webhooks/resend", {})
        await ops.looked()
        times = await fired.times()
        assert times["ghl.contact.created"] == 1
        assert times.get("ghl.contact.updated", 0) <= edits
        states = [await fired.states(name) for name in ("ghl.contact.created", "ghl.contact.updated")]
        last = [*states[0], *states[1]][-1]
        assert last.get("city") == next(
            (f"City {number}" for number, step in reversed(list(enumerate(steps))) if step == EDIT), None
        )
