"""Records that tests of Act!'s operations begin with."""

from __future__ import annotations

from typing import Any

from support.operations import Operations


async def contact(ops: Operations, name: str = "Ada Sample") -> str:
    """Create a contact; returns its id."""
    return await _made(ops, "contacts", fullName=name, emailAddress=f"{name.split()[0].lower()}@example.test")


async def company(ops: Operations, name: str = "Northwind Ltd") -> str:
    """Create a company; returns its id."""
    return await _made(ops, "companies", name=name)


async def group(ops: Operations, name: str = "Regulars") -> str:
    """Create a group; returns its id."""
    return await _made(ops, "groups", name=name)


async def opportunity(ops: Operations, name: str = "Roof", **more: Any) -> str:
    """Create an opportunity; returns its id."""
    return await _made(ops, "opportunities", name=name, **more)


async def _made(ops: Operations, collection: str, **body: Any) -> str:
    client = await ops.world.application.runtime.act(ops.world.connections["act"])
    answer = await client.request("POST", f"/api/{collection}", body=body)
    return str(answer.body["id"])
