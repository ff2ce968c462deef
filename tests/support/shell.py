"""The command line on a database of its own, beside a sandbox that it can connect to: the fixture ``shell``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from orderbridge.store import migrate
from support.command import Ran, orderbridge
from support.postgres import ScratchPostgres
from support.world import MakeWorld, World


@dataclass
class Shell:
    """Commands on a database of their own, and the sandbox that they connect to.

    Attributes:
        fork: As for ``orderbridge``.
    """

    world: World
    environment: dict[str, str]
    fork: bool = True
    said: list[str] = field(default_factory=list)

    async def __call__(self, *arguments: str, stdin: str | None = None) -> Ran:
        ran = await orderbridge(*arguments, environment=self.environment, stdin=stdin, fork=self.fork)
        self.said += [ran.out, ran.err]
        return ran

    async def ok(self, *arguments: str, stdin: str | None = None) -> Ran:
        ran = await self(*arguments, stdin=stdin)
        assert ran.code == 0, (arguments, ran)
        return ran

    @property
    def secrets(self) -> list[str]:
        details = self.world.sandbox.details
        return [details["pit_token"], details["act_password"], details["oauth_client_secret"]]

    async def connect(self) -> tuple[Any, Any]:
        """Connect both sides of the sandbox."""
        details, folder = self.world.sandbox.details, Path(self.environment["ORDERBRIDGE_DATA_DIR"])
        key = folder.parent / "webhook.pem"
        key.write_text(details["webhook_public_key_pem"], encoding="utf-8")
        one = await self.ok(
            "connect", "ghl", "--name", "shop", "--location", details["location_id"], "--token-stdin",
            "--base-url", details["ghl_url"], "--webhook-key-file", str(key), "--mode", "sandbox", "--json",
            stdin=details["pit_token"] + "\n",
        )  # fmt: skip
        other = await self.ok(
            "connect", "act", "--name", "crm", "--url", details["act_url"], "--database", details["act_database"],
            "--user", details["act_user"], "--password-stdin", "--mode", "sandbox", "--json",
            stdin=details["act_password"] + "\n",
        )  # fmt: skip
        return one.json, other.json


@pytest.fixture
async def shell(
    make_world: MakeWorld, scratch_postgres: ScratchPostgres, tmp_path: Path
) -> AsyncIterator[Shell]:
    url = await scratch_postgres.fresh_database(migrate.upgrade)
    async with make_world(flows=()) as world:
        yield Shell(world, {"ORDERBRIDGE_DATABASE_URL": url, "ORDERBRIDGE_DATA_DIR": str(tmp_path / "cli")})
    await scratch_postgres.drop(url)
