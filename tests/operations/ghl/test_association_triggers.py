import pytest

from support.operations import PUSHED, Operations

ALL = ("ghl.association.created", "ghl.association.updated", "ghl.association.deleted")
BODY = {"firstObjectKey": "custom_objects.pets", "secondObjectKey": "contact", "key": "owner"}


@pytest.mark.covers("ghl.association.created@1", "ghl.association.updated@1", "ghl.association.deleted@1")
@pytest.mark.parametrize("way", PUSHED)
async def test_each_change_of_an_association_fires_once(ops: Operations, way: str) -> None:
    async with ops.listening(*ALL) as fired:
        for event, label in (("Create", "Owner"), ("Update", "Keeper"), ("Delete", "Keeper")):
            async with ops.known(way):
                await ops.told(f"Association{event}", BODY | {"id": way, "firstObjectLabel": label})
        assert await fired.times() == dict.fromkeys(ALL, 1)
