"""Why Act! does not show an opportunity that we know: deleted, hidden, or our user lacks a permission."""

from __future__ import annotations

from dataclasses import dataclass, field

from orderbridge.core.errors import NotFoundError, OrderBridgeError, ReconnectError, RejectedError
from orderbridge.engine.runtime import Runtime
from orderbridge.proof import codes
from orderbridge.store.connections import Connection

SEE_ALL = "Access All Non-Private Data"
# A reason, and its evidence.
Why = tuple[str, str]


@dataclass(slots=True)
class Sight:
    """Asks once for each opportunity, and once what our user may see."""

    runtime: Runtime
    target: Connection
    _sees_all: bool | None = None
    _gone: dict[str, Why] = field(default_factory=dict)

    async def why_gone(self, deal: str, sale: str) -> Why:
        """Return why an opportunity is not shown."""
        if deal not in self._gone:
            self._gone[deal] = await self._asked(deal, f"Act! opportunity {deal} of HighLevel order {sale}")
        return self._gone[deal]

    async def _asked(self, deal: str, who: str) -> Why:
        client = await self.runtime.act(self.target.id)
        try:
            await client.opportunity(deal)
        except NotFoundError:
            if not await self._may_see_all():
                return (
                    codes.NO_ACCESS,
                    f"{who} is not shown to our user, who lacks the permission {SEE_ALL!r}",
                )
            return (
                codes.OPPORTUNITY_DELETED,
                f"{who} is gone: deleted, or made private. Restore it, or unlink it and replay",
            )
        except RejectedError as error:
            return codes.NO_ACCESS, f"{who} is not shown to our user: {error}"
        return codes.IN_WORK, f"{who} was not shown in the list and is there now; compare again"

    async def _may_see_all(self) -> bool:
        if self._sees_all is None:
            client = await self.runtime.act(self.target.id)
            try:
                held = {item.name for item in await client.permissions() if item.allowed}
                self._sees_all = not held or SEE_ALL in held
            except ReconnectError:
                raise
            except OrderBridgeError:
                # Older builds do not tell.
                self._sees_all = True
        return self._sees_all
