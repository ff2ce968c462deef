"""Calling the Act! twin in-process: the same door as over HTTP, without a socket."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from orderbridge.core.clock import ManualClock
from orderbridge.core.jsonio import decode, encode
from orderbridge.emulators.act.answers import Answer
from orderbridge.emulators.act.routing import Request
from orderbridge.emulators.act.server import Server
from orderbridge.emulators.act.state import ActWorld
from orderbridge.emulators.seeds.act_world import seeded_act_world

START = datetime(2026, 1, 5, 9, 30, 15, 250_000, tzinfo=UTC)


class Twin:
    """A seeded twin and a signed-in caller."""

    def __init__(self, *, custom_tables: bool = False) -> None:
        self.clock = ManualClock(START)
        self.world: ActWorld = seeded_act_world(clock=self.clock, custom_tables=custom_tables)
        self.world.faults.rate_limit_per_minute = 1_000_000
        self.server = Server(self.world)
        self.headers: dict[str, str] = {}
        self.sign_in()

    def basic(self, *, user: str | None = None, password: str | None = None) -> str:
        pair = f"{user or self.world.user}:{password or self.world.password}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"

    def sign_in(self) -> str:
        token = self.send(
            "GET",
            "/authorize",
            headers={"authorization": self.basic(), "act-database-name": self.world.database},
        ).body.decode()
        self.headers = {"authorization": f"Bearer {token}", "act-database-name": self.world.database}
        return token

    def send(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        path, _, query = target.partition("?")
        content = raw if raw is not None else (b"" if body is None else encode(body))
        return self.server.answer(
            Request(method, path, query, self.headers if headers is None else headers, content)
        )

    def ask(self, method: str, target: str, body: Any = None, *, expect: int = 200) -> Any:
        answer = self.send(method, target, body)
        assert answer.status == expect, (method, target, answer.status, answer.body[:400])
        return decode(answer.body) if answer.body else None

    def get(self, target: str) -> Any:
        return self.ask("GET", target)

    def post(self, target: str, body: Any) -> Any:
        return self.ask("POST", target, body, expect=201)

    def put(self, target: str, body: Any = None) -> Any:
        return self.ask("PUT", target, body)

    def patch(self, target: str, body: Any) -> Any:
        return self.ask("PATCH", target, body)

    def delete(self, target: str, body: Any = None) -> Any:
        return self.ask("DELETE", target, body, expect=204)

    def refused(self, method: str, target: str, body: Any = None) -> int:
        answer = self.send(method, target, body)
        assert answer.status >= 400, (method, target, answer.status, answer.body[:400])
        return answer.status

    def where(self, path: str, condition: str, **options: str) -> list[Any]:
        """List with a filter."""
        query = "&".join([f"$filter={quote(condition)}", *(f"${k}={quote(v)}" for k, v in options.items())])
        rows: list[Any] = self.get(f"{path}?{query}")
        return rows

    def contact(self, name: str = "Ada Sample") -> Any:
        return self.where("/api/contacts", f"fullName eq '{name}'")[0]

    def deal(self, **fields: Any) -> Any:
        body = {"name": "Order 1", "source": "HighLevel", "contacts": [{"id": self.contact()["id"]}]}
        return self.post("/api/opportunities", body | fields)

    def line(self, deal: Any, **fields: Any) -> Any:
        body = {"name": "Pro course", "price": 497, "quantity": 1, "type": "Product", "itemNumber": "k-1"}
        return self.post(f"/api/opportunities/{deal['id']}/products", body | fields)
