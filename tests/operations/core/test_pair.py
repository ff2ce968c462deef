"""Two records that belong together: what becomes of the one when the other is gone."""

from __future__ import annotations

import pytest

from support.operations import Operations


@pytest.mark.covers("core.pair.propose_deletion@1")
async def test_a_deletion_is_proposed_and_nothing_is_deleted_or_made_again(ops: Operations) -> None:
    table = [{"field": "last_name"}, {"field": "email"}]
    made = await ops.ghl(
        "POST", "/contacts/", {"lastName": "Gone", "email": "gone@pair.example", "locationId": ops.location}
    )
    ghl_id = made["contact"]["id"]
    given = {"fields": table, "create": "both"}
    act_id = (await ops.run("core.contact.agree", side="ghl", id=ghl_id, **given))["act_id"]
    await ops.ghl("DELETE", f"/contacts/{ghl_id}")

    told = await ops.run("core.pair.propose_deletion", side="ghl", kind="contact", id=ghl_id, name="Ada")

    assert told["partner_id"] == act_id
    result = await ops.run("core.contact.agree", side="act", id=act_id, **given)
    assert result["written"] == {"act": [], "ghl": []}
    rows = await ops.world.rows("SELECT sort FROM conflicts WHERE ghl_id = $1", ghl_id)
    assert [row["sort"] for row in rows] == ["deleted"]
    there = (await ops.world.act_truth("contacts"))["contacts"]
    assert [row["lastName"] for row in there if row["id"] == act_id] == ["Gone"]
    # Of somebody whom the other side never knew nothing is asked.
    alone = await ops.run("core.pair.propose_deletion", side="act", kind="contact", id="nobody")
    assert alone == {"conflict_id": None, "partner_id": None}
