"""How every connection is, the same for the command line, the status API and the metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderbridge.accounts.act_webhook_watch import health_of
from orderbridge.core.jsonio import JsonObject
from orderbridge.store import budgets, checkpoints, connections
from orderbridge.store.budgets import BudgetLeft
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx

# HighLevel's own advice for private integration tokens; source: HighLevel API notes, section 2.
ROTATION_DUE_DAYS = 90
# What the configuration of an installed app's connection holds; its tokens renew themselves.
_INSTALLED = frozenset({"client_id", "oauth_app", "agency"})


@dataclass(frozen=True, slots=True)
class ConnectionHealth:
    """One connection as it is now.

    Attributes:
        token_age_days: Whole days since a person entered a private integration token; None for other credentials,
            which end or are renewed by themselves or are the user's own password.
        hidden: (list, missing, known) where so many known records are not shown to our user any more that none of
            them is taken as deleted.
    """

    connection: Connection
    left: BudgetLeft
    token_age_days: int | None
    hidden: Sequence[tuple[str, int, int]] = ()

    @property
    def rotation_due(self) -> bool:
        """Whether it is time for another private integration token."""
        return self.token_age_days is not None and self.token_age_days >= ROTATION_DUE_DAYS

    @property
    def advice(self) -> str | None:
        """What a person should do about it although it works, if anything."""
        said = [
            f"{missing} of {known} {stream} are not shown to our user any more, and none of them is taken as deleted; "
            f"see 'orderbridge polling show {self.connection.name}'"
            for stream, missing, known in self.hidden
        ]
        if self.rotation_due:
            said.append(
                f"its token is {self.token_age_days} days old: rotation due; make a new one in HighLevel, then "
                f"'orderbridge connections replace-token {self.connection.name}'"
            )
        return "; ".join(said) or None

    def as_object(self) -> JsonObject:
        """Return it for programs; no name in it looks like that of a secret, which would be hidden."""
        item, left = self.connection, self.left
        return {
            "id": item.id,
            "name": item.name,
            "system": item.system,
            "mode": item.mode,
            "account": item.account,
            "state": item.state,
            "reason": item.state_reason,
            "failures": item.failures,
            "last_success_at": _shown(item.last_success_at),
            "entered_at": _shown(item.secret_set_at),
            "age_days": self.token_age_days,
            "rotation_due": self.rotation_due,
            "advice": self.advice,
            "hidden": [
                {"list": stream, "missing": missing, "known": known} for stream, missing, known in self.hidden
            ],
            "webhooks": _webhooks(item),
            "budget": {
                "calls_left": left.calls,
                "window_s": left.window_s,
                "calls_left_today": left.calls_today,
                "blocked_until": _shown(left.blocked_until),
            },
        }


async def every(tx: Tx, *, now: datetime) -> list[ConnectionHealth]:
    """Return the health of every connection, by name."""
    return await _of(tx, await connections.every(tx), now)


async def of(tx: Tx, name: str, *, now: datetime) -> ConnectionHealth:
    """Return the health of one connection.

    Raises:
        SetupError: There is none of that name.
    """
    return (await _of(tx, [await connections.named(tx, name)], now))[0]


async def _of(tx: Tx, found: list[Connection], now: datetime) -> list[ConnectionHealth]:
    left = await budgets.left(tx, found, now=now)
    hidden = await checkpoints.hidden(tx)
    return [
        ConnectionHealth(item, left[item.id], _token_age_days(item, now), hidden.get(item.id, ()))
        for item in found
    ]


def _token_age_days(item: Connection, now: datetime) -> int | None:
    if item.system != "ghl" or _INSTALLED & item.config.keys():
        return None
    return max(0, (now - item.secret_set_at).days)


def _webhooks(item: Connection) -> JsonObject | None:
    found = health_of(item)
    return None if found is None else {"state": found.state, "says": found.says}


def _shown(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
