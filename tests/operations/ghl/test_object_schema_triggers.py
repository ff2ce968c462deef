import pytest

from support.operations import PUSHED, Operations

ALL = ("ghl.object_schema.created", "ghl.object_schema.updated")


@pytest.mark.covers("ghl.object_schema.created@1", "ghl.object_schema.updated@1")
@pytest.mark.parametrize("way", PUSHED)
async def test_a_custom_object_that_is_made_and_changed_fires_once_each(ops: Operations, way: str) -> None:
    async with ops.listening(*ALL) as fired:
        for event, name in (("Create", "pet"), ("Update", "animal")):
            async with ops.known(way):
                body = {"id": way, "key": "custom_objects.pets", "labels": {"singular": name}}
                await ops.told(f"ObjectSchema{event}", body)
        assert await fired.times() == dict.fromkeys(ALL, 1)
