import pytest

from orderbridge.sync import poll
from support.act_changes import LONG_AGO, WAYS, lifecycle
from support.operations import Operations


@pytest.mark.covers(
    "act.contact.created@1", "act.contact.updated@1", "act.contact.field_changed@1", "act.contact.deleted@1"
)
@pytest.mark.parametrize("way", WAYS)
async def test_a_contact_that_is_made_changed_and_deleted_fires_once_each(ops: Operations, way: str) -> None:
    await lifecycle(
        ops,
        "contact",
        "contacts",
        new={"firstName": "Nora", "lastName": "Vale", "emailAddress": "nora@example.com"},
        change={"company": "Vale & Sons"},
        watched={"field": "company", "to": "vale & sons"},
        way=way,
        area="Contacts",
    )


async def test_a_contact_that_only_another_user_may_see_counts_as_deleted(ops: Operations) -> None:
    made = await ops.act("contacts", fields={"firstName": "Hidden"}, created=LONG_AGO, edited=LONG_AGO)
    async with ops.listening("act.contact.deleted") as fired:
        ours = ops.world.sandbox.details["act_user"]
        other = next(row.username for row in ops.world.sandbox.act.users.values() if row.username != ours)
        await ops.act("contacts", made["id"], action="hide", user=other)
        await ops.looked()
        await ops.looked()
        assert await fired.times() == {"act.contact.deleted": 1}


async def test_an_edit_that_a_remote_copy_delivers_late_is_found_by_the_daily_look(ops: Operations) -> None:
    made = await ops.act("contacts", fields={"firstName": "Late"}, created=LONG_AGO, edited=LONG_AGO)
    async with ops.listening("act.contact.updated") as fired:
        await ops.act("contacts", made["id"], fields={"company": "Elsewhere"}, edited="2026-01-06T08:00:00Z")
        await poll.poll_all(ops.world.application.runtime)
        assert await fired.times() == {}
        await ops.looked()
        assert await fired.times() == {"act.contact.updated": 1}


async def test_a_look_at_what_is_recent_finds_new_edits(ops: Operations) -> None:
    made = await ops.act("contacts", fields={"firstName": "Soon"}, created=LONG_AGO, edited=LONG_AGO)
    async with ops.listening("act.contact.updated", "act.contact.created") as fired:
        await ops.act("contacts", made["id"], fields={"company": "Here"})
        await ops.act("contacts", fields={"firstName": "Now"})
        for _ in range(2):
            await poll.poll_all(ops.world.application.runtime)
        assert await fired.times() == {"act.contact.updated": 1, "act.contact.created": 1}


async def test_saving_without_a_change_fires_nothing(ops: Operations) -> None:
    made = await ops.act("contacts", fields={"firstName": "Same"}, created=LONG_AGO, edited=LONG_AGO)
    async with ops.listening("act.contact.updated") as fired:
        await ops.act("contacts", made["id"], fields={"firstName": "Same"})
        await ops.looked()
        assert await fired.times() == {}


async def test_there_and_back_again_are_two_changes(ops: Operations) -> None:
    made = await ops.act(
        "contacts", fields={"firstName": "Back", "company": "A"}, created=LONG_AGO, edited=LONG_AGO
    )
    async with ops.listening("act.contact.updated", "act.contact.field_changed", given=WATCHED) as fired:
        for company in ("B", "A", "B"):
            await ops.act("contacts", made["id"], fields={"company": company})
            await ops.looked()
        assert await fired.times() == {"act.contact.updated": 3, "act.contact.field_changed": 2}


WATCHED = {"act.contact.field_changed": {"field": "company", "from": "A", "to": "B"}}


@pytest.mark.covers("act.contact.became@1")
async def test_a_contact_that_meets_a_rule_fires_when_it_begins_to(ops: Operations) -> None:
    made = await ops.act(
        "contacts", fields={"firstName": "Lea", "idStatus": "Lead"}, created=LONG_AGO, edited=LONG_AGO
    )
    given = {"act.contact.became": {"field": "id_status", "value": "lead"}}
    async with ops.listening("act.contact.became", given=given) as fired:
        await ops.act("contacts", made["id"], fields={"company": "Elsewhere"})
        await ops.looked()
        assert await fired.times() == {}
        await ops.act("contacts", fields={"firstName": "Leo", "idStatus": "Lead"})
        for status in ("Customer", "Lead"):
            await ops.act("contacts", made["id"], fields={"idStatus": status})
            await ops.looked()
        assert await fired.times() == {"act.contact.became": 2}
