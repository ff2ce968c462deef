import pytest

from support.operations import PUSHED, Operations

ALL = ("ghl.relation.created", "ghl.relation.deleted")
BODY = {
    "firstObjectKey": "custom_objects.pets",
    "firstRecordId": "a",
    "secondObjectKey": "contact",
    "secondRecordId": "b",
}


@pytest.mark.covers("ghl.relation.created@1", "ghl.relation.deleted@1")
@pytest.mark.parametrize("way", PUSHED)
async def test_a_relation_that_is_made_and_ended_fires_once_each(ops: Operations, way: str) -> None:
    async with ops.listening(*ALL) as fired:
        for event in ("RelationCreate", "RelationDelete"):
            async with ops.known(way):
                await ops.told(event, BODY | {"id": way})
        assert await fired.times() == dict.fromkeys(ALL, 1)
        assert (await fired.states(ALL[0]))[0]["second_record_id"] == "b"
