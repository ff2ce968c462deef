"""The HTTP API as a program with a token asks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orderbridge.core import jsonio
from orderbridge.core.ids import random_id
from orderbridge.store import api_tokens
from support.world import World


@dataclass
class Asking:
    """The API of a world."""

    world: World
    url: str
    token: str

    async def ask(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """Ask and return the answer, which has to have ``status``."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else jsonio.encode(body)
        async with self.world.http.request(method, f"{self.url}{path}", data=data, headers=headers) as answer:
            raw = await answer.read()
            assert answer.status == status, (answer.status, raw)
            return jsonio.decode(raw)


async def asking(world: World, url: str) -> Asking:
    """Make a token and ask with it."""
    async with world.db.begin() as tx:
        token = await api_tokens.create(tx, random_id, name="pages")
    return Asking(world, url, token)
