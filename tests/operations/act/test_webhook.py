import pytest

from support.operations import Operations


@pytest.mark.covers(
    "act.webhook.create@1",
    "act.webhook.get@1",
    "act.webhook.list@1",
    "act.webhook.update@1",
    "act.webhook.suspend@1",
    "act.webhook.resume@1",
    "act.webhook.delete@1",
)
async def test_a_webhook_is_made_changed_suspended_resumed_and_deleted(ops: Operations) -> None:
    await ops.world.faults("act", webhooks=True)
    made = await ops.run(
        "act.webhook.create",
        monitor="Contacts",
        trigger_event="Updated",
        callback_url="http://127.0.0.1:9/changes",
        callback_token="open-sesame",
    )
    key = {"webhook_id": made["id"]}
    changed = await ops.run("act.webhook.update", **key, description="For the shop")
    stopped = await ops.run("act.webhook.suspend", **key)
    twice = await ops.run("act.webhook.suspend", **key)
    resumed = await ops.run("act.webhook.resume", **key)
    got = await ops.run("act.webhook.get", **key)
    listed = await ops.run("act.webhook.list")
    gone = await ops.run("act.webhook.delete", **key)

    assert [item["verdict"] for item in (made, changed, stopped, twice, resumed, gone)] == [
        "confirmed", "confirmed", "confirmed", "unchanged", "confirmed", "confirmed",
    ]  # fmt: skip
    assert (got["description"], got["suspended"]) == ("For the shop", None)
    assert [row["id"] for row in listed["rows"]] == [made["id"]]
    # The token is the caller's secret and stands nowhere in the journal.
    for kept in ("steps", "intents", "receipts"):
        rows = await ops.world.rows(f"SELECT row_to_json(t)::text AS row FROM {kept} AS t")
        assert rows
        assert "open-sesame" not in str(rows)


async def test_a_hosted_act_has_no_webhooks_and_says_so(ops: Operations) -> None:
    await ops.world.faults("act", webhooks=False)

    refused = await ops.refused("act.webhook.list")

    assert "404" in refused
