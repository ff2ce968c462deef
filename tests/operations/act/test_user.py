import pytest

from support.operations import Operations


@pytest.mark.covers(
    "act.user.list@1", "act.user.get@1", "act.user.list_permissions@1", "act.user.my_permissions@1"
)
async def test_users_are_read_with_what_they_may_do(ops: Operations) -> None:
    users = (await ops.run("act.user.list"))["rows"]
    standard = next(user for user in users if user["role"] == "Standard")

    assert (await ops.run("act.user.get", user_id=standard["id"]))["username"] == standard["username"]
    theirs = {
        row["name"] for row in (await ops.run("act.user.list_permissions", user_id=standard["id"]))["rows"]
    }
    ours = {row["name"] for row in (await ops.run("act.user.my_permissions"))["rows"]}
    assert "Web API Access" in theirs & ours
    assert "Define Fields" in ours - theirs


async def test_a_user_that_is_not_there_is_said_so(ops: Operations) -> None:
    assert "404" in await ops.refused("act.user.get", user_id="nobody")
