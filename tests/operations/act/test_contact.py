from typing import Any

import pytest

from support.operations import Operations

SUBJECT = "HighLevel order 1042"


async def contacts(ops: Operations, **values: Any) -> list[Any]:
    rows = (await ops.world.act_truth("contacts"))["contacts"]
    return [row for row in rows if all(row[name] == value for name, value in values.items())]


@pytest.mark.covers("act.contact.find_or_create@1")
async def test_a_customer_is_created_once_and_found_by_link_or_e_mail_afterwards(ops: Operations) -> None:
    person = {"first_name": "Ines", "last_name": "Once", "email": "ines@once.example"}

    made = await ops.run("act.contact.find_or_create", source_id="s1", person=person, subject=SUBJECT)
    linked = await ops.run("act.contact.find_or_create", source_id="s1", person=person, subject=SUBJECT)
    by_mail = await ops.run(
        "act.contact.find_or_create",
        source_id="s2",
        person=person | {"email": "INES@once.example"},
        subject=SUBJECT,
    )

    assert (made["how"], linked["how"], by_mail["how"]) == ("created", "linked", "email")
    assert made["id"] == linked["id"] == by_mail["id"]
    assert len(await contacts(ops, emailAddress="ines@once.example")) == 1


async def test_a_customer_whose_creation_was_answered_with_a_failure_is_found_and_not_made_twice(
    ops: Operations,
) -> None:
    await ops.world.faults("act", error_500_after_write={"count": 1, "match": "POST /api/contacts"})
    person = {"first_name": "Leo", "last_name": "Lost", "email": "leo@lost.example"}

    made = await ops.run("act.contact.find_or_create", source_id="s3", person=person, subject=SUBJECT)

    assert made["verdict"] == "confirmed"
    assert len(await contacts(ops, emailAddress="leo@lost.example")) == 1
