import pytest

from support.operations import PUSHED, Operations

ALL = ("ghl.note.created", "ghl.note.updated", "ghl.note.deleted")


@pytest.mark.covers("ghl.note.created@1", "ghl.note.updated@1", "ghl.note.deleted@1")
@pytest.mark.parametrize("way", PUSHED)
async def test_each_change_of_a_note_fires_once(ops: Operations, way: str) -> None:
    contact = (await ops.world.ghl_truth("contacts"))["contacts"][0]["id"]
    old = (await ops.ghl("POST", f"/contacts/{contact}/notes", {"body": "before"}))["note"]["id"]
    async with ops.listening(*ALL) as fired:
        async with ops.known(way):
            await ops.ghl("POST", f"/contacts/{contact}/notes", {"body": "called"})
        async with ops.known(way):
            await ops.ghl("PUT", f"/contacts/{contact}/notes/{old}", {"body": "after"})
        async with ops.known(way):
            await ops.ghl("DELETE", f"/contacts/{contact}/notes/{old}")
        await ops.looked()
        assert await fired.times() == dict.fromkeys(ALL, 1)
