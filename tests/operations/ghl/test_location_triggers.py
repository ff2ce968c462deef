import pytest

from support.operations import PUSHED, Operations

ALL = ("ghl.location.created", "ghl.location.updated")


@pytest.mark.covers("ghl.location.created@1", "ghl.location.updated@1")
@pytest.mark.parametrize("way", PUSHED)
async def test_a_location_that_is_made_and_changed_fires_once_each(ops: Operations, way: str) -> None:
    async with ops.listening(*ALL) as fired:
        for event in ("Create", "Update"):
            async with ops.known(way):
                # The body's id is the location's own, and there are two of them here only because ways differ.
                await ops.told(f"Location{event}", {"id": f"{ops.location}{way}", "name": f"Studio {event}"})
        assert await fired.times() == dict.fromkeys(ALL, 1)
