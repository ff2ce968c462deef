import pytest

from support.operations import WAYS, Operations

ALL = (
    "ghl.contact.created",
    "ghl.contact.updated",
    "ghl.contact.deleted",
    "ghl.contact.tags_changed",
    "ghl.contact.dnd_changed",
)


async def person(ops: Operations, name: str, **more: object) -> str:
    body = {"locationId": ops.location, "firstName": name, "email": f"{name}@example.com"} | more
    return str((await ops.ghl("POST", "/contacts/", body))["contact"]["id"])


@pytest.mark.covers(
    "ghl.contact.created@1",
    "ghl.contact.updated@1",
    "ghl.contact.deleted@1",
    "ghl.contact.tags_changed@1",
    "ghl.contact.dnd_changed@1",
)
@pytest.mark.parametrize("way", WAYS)
async def test_each_change_of_a_contact_fires_once_however_it_becomes_known(
    ops: Operations, way: str
) -> None:
    old = await person(ops, f"old.{way.replace(' ', '.')}")
    async with ops.listening(*ALL) as fired:
        assert await fired.times() == {}
        async with ops.known(way):
            new = await person(ops, f"new.{way.replace(' ', '.')}", tags=["customer"])
        assert await fired.times() == {"ghl.contact.created": 1}
        async with ops.known(way):
            await ops.ghl("PUT", f"/contacts/{old}", {"city": "Graz"})
        assert await fired.times() == {"ghl.contact.created": 1, "ghl.contact.updated": 1}
        async with ops.known(way):
            await ops.ghl("POST", f"/contacts/{old}/tags", {"tags": ["vip"]})
        async with ops.known(way):
            await ops.ghl("PUT", f"/contacts/{new}", {"dnd": True})
        async with ops.known(way):
            await ops.ghl("DELETE", f"/contacts/{new}")
        # What is known already makes nothing.
        await ops.looked()
        assert await fired.times() == {
            "ghl.contact.created": 1,
            "ghl.contact.updated": 3,
            "ghl.contact.tags_changed": 1,
            "ghl.contact.dnd_changed": 1,
            "ghl.contact.deleted": 1,
        }


@pytest.mark.parametrize("way", WAYS)
async def test_there_and_back_again_are_two_changes(ops: Operations, way: str) -> None:
    contact = await person(ops, f"back.{way.replace(' ', '.')}")
    async with ops.listening("ghl.contact.updated") as fired:
        async with ops.known(way):
            await ops.ghl("PUT", f"/contacts/{contact}", {"city": "Graz"})
        async with ops.known(way):
            await ops.ghl("PUT", f"/contacts/{contact}", {"city": ""})
        assert await fired.times() == {"ghl.contact.updated": 2}
