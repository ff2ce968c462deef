import pytest

from support.operations import PUSHED, Operations

ALL = ("ghl.user.created", "ghl.user.updated", "ghl.user.deleted")


@pytest.mark.covers("ghl.user.created@1", "ghl.user.updated@1", "ghl.user.deleted@1")
@pytest.mark.parametrize("way", PUSHED)
async def test_each_change_of_a_user_fires_once(ops: Operations, way: str) -> None:
    async with ops.listening(*ALL) as fired:
        for event, role in (("Create", "user"), ("Update", "admin"), ("Delete", "admin")):
            async with ops.known(way):
                await ops.told(f"User{event}", {"id": way, "firstName": "Ada", "role": role})
        assert await fired.times() == dict.fromkeys(ALL, 1)
