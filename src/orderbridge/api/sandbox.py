"""``/api/sandbox``: made-up accounts of both providers, to try everything without real ones."""

from __future__ import annotations

from typing import Any, Protocol

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from orderbridge.api import problems
from orderbridge.api.guard import Guard
from orderbridge.core.errors import SetupError

_WHY_NOT: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 403, 409), problems.RESPONSE)

_NONE = "this process holds no made-up accounts; 'orderbridge serve' does"


class SandboxConnections(BaseModel):
    """The names of a sandbox's two connections."""

    highlevel: str
    act: str


class SandboxShown(BaseModel):
    """How the sandbox is.

    Attributes:
        running: Whether its accounts answer now.
        connections: Of the sandbox that runs, or of the last one; null where there was none.
        ended: Why the last one does not run any more; null while one runs, and where there was none.
        can_start: Whether a new one may be started now; ``why_not`` says why not.
    """

    running: bool
    connections: SandboxConnections | None
    ended: str | None
    can_start: bool
    why_not: str | None


class OrderMade(BaseModel):
    """An order that a made-up customer has placed."""

    order_id: str


class Sandbox(Protocol):
    """Starts and ends the made-up accounts; given to the API, which knows nothing of how they are made."""

    async def state(self) -> SandboxShown:
        """How it is now."""
        ...

    async def start(self) -> SandboxShown:
        """Make both accounts and connect them; where they run already, nothing is done.

        Raises:
            SetupError: A live account is connected.
        """
        ...

    async def order(self) -> str:
        """Let a customer order something in HighLevel; returns the order's id.

        Raises:
            SetupError: It does not run.
        """
        ...

    async def stop(self) -> SandboxShown:
        """End both accounts; their connections stay, paused, and their flows are off."""
        ...


class NoSandbox:
    """Where nobody gave the API a sandbox."""

    async def state(self) -> SandboxShown:
        """It never runs."""
        return SandboxShown(running=False, connections=None, ended=None, can_start=False, why_not=_NONE)

    async def start(self) -> SandboxShown:
        """Refuse."""
        raise SetupError(_NONE, cause="sandbox.none")

    async def order(self) -> str:
        """Refuse."""
        raise SetupError(_NONE, cause="sandbox.none")

    async def stop(self) -> SandboxShown:
        """Nothing to end."""
        return await self.state()


def router(sandbox: Sandbox, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        sandbox: The made-up accounts of this process.
        guard: Asked before anything is shown or done.
    """
    routes = APIRouter(
        prefix="/api/sandbox", dependencies=[Depends(guard)], tags=["sandbox"], responses=_WHY_NOT
    )

    @routes.get("", summary="Whether the sandbox runs, or can be started")
    async def state() -> SandboxShown:
        return await sandbox.state()

    @routes.post(
        "",
        summary="Start made-up accounts of HighLevel and Act! and connect them",
        description="With sixty days of a made-up business. Refused while a live account is connected.",
    )
    async def start() -> SandboxShown:
        return await sandbox.start()

    @routes.post("/order", summary="Order something in the sandbox, as a customer would", status_code=201)
    async def order() -> OrderMade:
        return OrderMade(order_id=await sandbox.order())

    @routes.delete(
        "",
        summary="End the sandbox",
        description="Its connections stay, paused, and their flows are switched off.",
    )
    async def stop() -> SandboxShown:
        return await sandbox.stop()

    return routes
