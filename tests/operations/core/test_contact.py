"""A contact of both sides, kept in agreement by hand: field by field, by direction, owner and rule."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from orderbridge.core.errors import FlowError, SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import tray
from orderbridge.store import conflicts
from support.operations import Operations

TABLE = [
    {"field": "first_name", "owner": "act"},
    {"field": "last_name", "owner": "act"},
    {"field": "email", "rule": "ask"},
    {"field": "phone", "rule": "newest wins"},
    {"field": "city", "owner": "ghl"},
    {"field": "company", "direction": "to_act"},
]
# No two people have the same number.
NAMES = (
    "Carried", "Emptied", "Asked", "Rewritten", "Lost", "Ignored", "Quiet", "Deleted", "Takeact", "Takeghl",
    "Takenew", "Godelete", "Gokeep", "Goagain", "Goboth",
)  # fmt: skip


async def agree(ops: Operations, side: str, record_id: str, **more: Any) -> JsonObject:
    return await ops.run("core.contact.agree", side=side, id=record_id, **({"fields": TABLE} | more))


async def in_ghl(ops: Operations, record_id: str) -> JsonObject:
    return dict((await ops.ghl("GET", f"/contacts/{record_id}"))["contact"])


async def in_act(ops: Operations, record_id: str) -> JsonObject:
    rows = (await ops.world.act_truth("contacts"))["contacts"]
    return next(dict(row) for row in rows if row["id"] == record_id)


async def met(ops: Operations, name: str, **fields: Any) -> tuple[str, str]:
    """A person who is on both sides and agreed upon; returns both ids."""
    made = await ops.ghl(
        "POST", "/contacts/", {"firstName": "Ada", "lastName": name, "email": f"{name.lower()}@two.example"}
        | {"locationId": ops.location, "phone": f"+1201555{NAMES.index(name):04}", "city": "Graz"} | fields,
    )  # fmt: skip
    ghl_id = str(made["contact"]["id"])
    result = await agree(ops, "ghl", ghl_id, create="both")
    assert result["how"] == "created"
    return result["act_id"], ghl_id


@pytest.mark.covers("core.contact.agree@1")
async def test_what_changes_on_one_side_is_carried_to_the_other_once(ops: Operations) -> None:
    act_id, ghl_id = await met(ops, "Carried")
    assert (await in_act(ops, act_id))["businessAddress"]["city"] == "Graz"

    await ops.ghl("PUT", f"/contacts/{ghl_id}", {"city": "Linz"})
    assert (await agree(ops, "ghl", ghl_id))["written"] == {"act": ["city"], "ghl": []}
    # Whichever side is asked next, there is nothing left to do.
    for side, record_id in (("act", act_id), ("ghl", ghl_id)):
        assert (await agree(ops, side, record_id))["written"] == {"act": [], "ghl": []}

    await ops.act("contacts", act_id, fields={"businessPhone": "(201) 555-0177"})
    assert (await agree(ops, "act", act_id))["written"] == {"act": [], "ghl": ["phone"]}
    assert (await in_ghl(ops, ghl_id))["phone"] == "+12015550177"
    # HighLevel writes numbers its own way, and that is no change of the number.
    assert (await agree(ops, "ghl", ghl_id))["written"] == {"act": [], "ghl": []}
    assert (await in_act(ops, act_id))["businessPhone"] == "(201) 555-0177"


async def test_a_value_that_was_emptied_is_emptied_and_one_that_was_never_there_is_filled(
    ops: Operations,
) -> None:
    act_id, ghl_id = await met(ops, "Emptied")
    await ops.act("contacts", act_id, fields={"businessPhone": None, "company": "Only Act Ltd"})
    assert (await agree(ops, "act", act_id))["written"] == {"act": [], "ghl": ["phone"]}
    assert not (await in_ghl(ops, ghl_id)).get("phone")
    # The company's direction is to Act! only.
    assert "companyName" not in await in_ghl(ops, ghl_id)
    assert (await in_act(ops, act_id))["company"] == "Only Act Ltd"


async def test_two_edits_at_once_go_by_the_rule_and_what_is_asked_waits_alone(ops: Operations) -> None:
    act_id, ghl_id = await met(ops, "Asked")
    await ops.act(
        "contacts", act_id,
        fields={"emailAddress": "act@two.example", "firstName": "Adele", "businessAddress": {"city": "Wien"}},
    )  # fmt: skip
    await ops.ghl(
        "PUT", f"/contacts/{ghl_id}", {"email": "ghl@two.example", "firstName": "Adam", "city": "Linz"}
    )

    result = await agree(ops, "act", act_id)

    assert (result["written"], result["asked"]) == ({"act": ["city"], "ghl": ["first_name"]}, ["email"])
    there, here = await in_ghl(ops, ghl_id), await in_act(ops, act_id)
    assert (there["email"], here["emailAddress"]) == ("ghl@two.example", "act@two.example")
    assert (there["firstName"], here["businessAddress"]["city"]) == ("Adele", "Linz")
    # Asked once, and answered by a person who puts one of the two back.
    assert (await agree(ops, "ghl", ghl_id))["asked"] == ["email"]
    await ops.ghl("PUT", f"/contacts/{ghl_id}", {"email": "asked@two.example"})
    assert (await agree(ops, "ghl", ghl_id))["written"] == {"act": [], "ghl": ["email"]}
    assert (await in_ghl(ops, ghl_id))["email"] == "act@two.example"
    open_ones = await ops.world.rows("SELECT 1 FROM conflicts WHERE resolved_at IS NULL")
    assert open_ones == []


async def test_a_side_that_cuts_and_rewrites_what_it_is_given_is_not_argued_with(ops: Operations) -> None:
    act_id, ghl_id = await met(ops, "Rewritten")
    await ops.world.faults("act", rewrite_fields={"lastName": "upper", "firstName": "truncate"})
    try:
        await ops.ghl("PUT", f"/contacts/{ghl_id}", {"lastName": "von Sample", "firstName": "Adelheid-Maria"})
        result = await agree(ops, "ghl", ghl_id)
        assert result["written"]["act"] == ["first_name", "last_name"]
        here = await in_act(ops, act_id)
        assert (here["firstName"], here["lastName"]) == ("Adelheid-M", "VON SAMPLE")
        for side, record_id in (("act", act_id), ("ghl", ghl_id)):
            assert (await agree(ops, side, record_id))["written"] == {"act": [], "ghl": []}
        assert (await in_ghl(ops, ghl_id))["firstName"] == "Adelheid-Maria"
    finally:
        await ops.world.faults("act", rewrite_fields={})


async def test_a_lost_answer_is_looked_up_and_the_write_is_not_repeated(ops: Operations) -> None:
    act_id, ghl_id = await met(ops, "Lost")
    await ops.world.faults("act", error_500_after_write={"count": 1, "match": "PATCH /api/contacts/*"})
    await ops.ghl("PUT", f"/contacts/{ghl_id}", {"city": "Wels"})
    assert (await agree(ops, "ghl", ghl_id))["written"]["act"] == ["city"]
    assert (await in_act(ops, act_id))["businessAddress"]["city"] == "Wels"
    await ops.world.faults("ghl", error_500_after_write=1)
    await ops.act("contacts", act_id, fields={"lastName": "Found"})
    assert (await agree(ops, "act", act_id))["written"]["ghl"] == ["last_name"]
    assert (await in_ghl(ops, ghl_id))["lastName"] == "Found"


async def test_what_a_side_does_not_keep_is_asked_and_not_tried_again(ops: Operations) -> None:
    act_id, ghl_id = await met(ops, "Ignored")
    await ops.world.faults("act", ignore_fields=["lastName"])
    try:
        await ops.ghl("PUT", f"/contacts/{ghl_id}", {"lastName": "Newname", "city": "Enns"})
        result = await agree(ops, "ghl", ghl_id)
        assert (result["written"]["act"], result["asked"]) == (["city"], ["last_name"])
        [row] = await ops.world.rows(
            "SELECT sort, why FROM conflicts WHERE field = 'last_name' AND act_id = $1", act_id
        )
        assert (row["sort"], "shows 'Ignored' as before" in row["why"]) == ("not_taken", True)
        before = len(await ops.world.rows("SELECT 1 FROM receipts WHERE target_id = $1", act_id))
        assert (await agree(ops, "act", act_id))["asked"] == ["last_name"]
        assert len(await ops.world.rows("SELECT 1 FROM receipts WHERE target_id = $1", act_id)) == before
    finally:
        await ops.world.faults("act", ignore_fields=[])


async def test_several_who_match_are_left_to_a_person(ops: Operations) -> None:
    for _ in range(2):
        await ops.act("contacts", fields={"lastName": "Twin", "emailAddress": "twin@two.example"})
    made = await ops.ghl(
        "POST",
        "/contacts/",
        {"lastName": "Twin", "email": "twin@two.example", "locationId": ops.location},
    )
    said = await ops.refused("core.contact.agree", side="ghl", id=made["contact"]["id"], fields=TABLE)
    assert "2 contacts of Act! have its email" in said


async def test_who_is_new_is_created_once_although_two_flows_look_at_the_same_time(ops: Operations) -> None:
    both = {"email": "twice@two.example", "phone": "+12015550444"}
    made = await ops.act(
        "contacts",
        fields={
            "firstName": "Ada",
            "lastName": "Twice",
            "emailAddress": both["email"],
            "businessPhone": both["phone"],
        },
    )
    await ops.world.faults("ghl", slow_s={"value": 0.3, "match": "POST /contacts/"})
    try:
        paired, found = await asyncio.gather(
            agree(ops, "act", made["id"], create="ghl"),
            ops.run("ghl.contact.find_or_create", first_name="Ada", last_name="Twice", **both),
        )
    finally:
        await ops.world.faults("ghl", slow_s=0)
    assert paired["ghl_id"] == found["id"]
    rows = (await ops.world.ghl_truth("contacts"))["contacts"]
    assert [row["email"] for row in rows].count(both["email"]) == 1


async def test_nothing_is_created_where_nobody_asked_for_it(ops: Operations) -> None:
    made = await ops.act("contacts", fields={"lastName": "Alone", "emailAddress": "alone@two.example"})
    result = await agree(ops, "act", made["id"])
    assert (result["ghl_id"], result["how"]) == (
        None, "HighLevel has no such contact, and this flow creates none there",
    )  # fmt: skip
    assert (await agree(ops, "act", made["id"], create="act"))["ghl_id"] is None
    assert (await agree(ops, "act", made["id"], create="ghl"))["how"] == "created"


async def test_a_wish_not_to_be_contacted_is_carried_and_never_lifted(ops: Operations) -> None:
    act_id, ghl_id = await met(ops, "Quiet")
    table = [
        {"field": "dnd", "act": "custom_fields.user1", "ghl": "dnd", "kind": "do_not_contact", "owner": "act"}
    ]
    await ops.act("contacts", act_id, fields={"customFields": {"user1": "Yes"}})
    assert (await agree(ops, "act", act_id, fields=table))["written"]["ghl"] == ["dnd"]
    assert (await in_ghl(ops, ghl_id))["dnd"] is True
    await ops.act("contacts", act_id, fields={"customFields": {"user1": "No"}})
    result = await agree(ops, "act", act_id, fields=table)
    assert (result["written"]["ghl"], result["asked"]) == ([], ["dnd"])
    assert (await in_ghl(ops, ghl_id))["dnd"] is True


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ([{"field": "shoe_size"}], "say where it stands with act and ghl"),
        ([{"field": "phone"}, {"field": "mobile_phone"}], "two rows of the table of fields write ghl phone"),
        ([{"field": "company"}], "its direction has to be to_act"),
        ([{"field": "x", "act": "company", "ghl": "source", "values": {"a": "1", "b": "1"}}], "no way back"),
        ([{"field": "city", "rule": "mine"}], "expected one of owner wins"),
    ],
)
async def test_a_table_that_cannot_work_is_refused(
    ops: Operations, table: list[JsonObject], problem: str
) -> None:
    assert problem in await ops.refused("core.contact.agree", side="act", id="x", fields=table)


async def tray_of(ops: Operations, act_id: str) -> list[JsonObject]:
    async with ops.world.db.begin() as tx:
        return [row for row in await conflicts.listed(tx) if row["act_id"] == act_id]


async def resolve(ops: Operations, row: JsonObject, take: Any, *allowed: str) -> JsonObject:
    return await tray.resolve(ops.world.application.runtime, row["id"][:12], take=take, allowed=allowed)


@pytest.mark.parametrize(
    ("name", "take", "expected"),
    [
        ("Takeact", "act", "act@tray.example"),
        ("Takeghl", "ghl", "ghl@tray.example"),
        ("Takenew", {"value": "new@tray.example"}, "new@tray.example"),
    ],
)
async def test_what_a_person_decides_is_written_to_where_it_is_missing(
    ops: Operations, name: str, take: Any, expected: str
) -> None:
    act_id, ghl_id = await met(ops, name)
    await ops.act("contacts", act_id, fields={"emailAddress": "act@tray.example"})
    await ops.ghl("PUT", f"/contacts/{ghl_id}", {"email": "ghl@tray.example"})
    await agree(ops, "act", act_id)
    [row] = await tray_of(ops, act_id)
    assert (row["field"], row["act_value"], row["ghl_value"]) == (
        "email", "act@tray.example", "ghl@tray.example",
    )  # fmt: skip
    with pytest.raises(SetupError, match="can be resolved with act, ghl, or a value, not with 'nobody'"):
        await resolve(ops, row, "nobody")

    await resolve(ops, row, take)

    assert (await in_act(ops, act_id))["emailAddress"] == expected
    assert (await in_ghl(ops, ghl_id))["email"] == expected
    assert await tray_of(ops, act_id) == []
    assert (await agree(ops, "ghl", ghl_id))["written"] == {"act": [], "ghl": []}
    with pytest.raises(SetupError, match="was resolved already"):
        await resolve(ops, row, take)
    await ops.ghl("PUT", f"/contacts/{ghl_id}", {"email": f"{name}@free.example"})
    await agree(ops, "ghl", ghl_id)


async def gone(ops: Operations, name: str) -> tuple[str, str, JsonObject]:
    act_id, ghl_id = await met(ops, name)
    await ops.ghl("DELETE", f"/contacts/{ghl_id}")
    await ops.run("core.pair.propose_deletion", side="ghl", kind="contact", id=ghl_id)
    [row] = await tray_of(ops, act_id)
    return act_id, ghl_id, row


async def test_a_deletion_is_carried_over_only_with_consent(ops: Operations) -> None:
    act_id, ghl_id, row = await gone(ops, "Godelete")
    with pytest.raises(FlowError, match="allow deletes"):
        await resolve(ops, row, "delete")
    assert (await in_act(ops, act_id))["id"] == act_id
    await resolve(ops, row, "delete", "deletes")
    assert all(item["id"] != act_id for item in (await ops.world.act_truth("contacts"))["contacts"])
    # Its own deletion is no news.
    told = await ops.run("core.pair.propose_deletion", side="act", kind="contact", id=act_id)
    assert (told["partner_id"], await tray_of(ops, act_id)) == (ghl_id, [])


async def test_whoever_is_kept_stays_alone_and_is_not_asked_about_again(ops: Operations) -> None:
    act_id, _, row = await gone(ops, "Gokeep")
    await resolve(ops, row, "keep")
    result = await agree(ops, "act", act_id, create="both")
    assert (result["written"], await tray_of(ops, act_id)) == ({"act": [], "ghl": []}, [])


async def test_whoever_is_made_again_is_a_new_contact(ops: Operations) -> None:
    act_id, ghl_id, row = await gone(ops, "Goagain")
    output = (await resolve(ops, row, "recreate"))["output"]
    assert (output["how"], output["act_id"]) == ("created", act_id)
    assert output["ghl_id"] != ghl_id
    assert (await in_ghl(ops, output["ghl_id"]))["email"] == "goagain@two.example"


async def test_what_is_gone_on_both_sides_needs_nobody(ops: Operations) -> None:
    act_id, _, _ = await gone(ops, "Goboth")
    await ops.act("contacts", act_id, action="delete")
    await ops.run("core.pair.propose_deletion", side="act", kind="contact", id=act_id)
    assert await tray_of(ops, act_id) == []
