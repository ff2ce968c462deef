"""Dead letters by their cause: what happened, how many, how much money, what to do, and what repairs them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderbridge.core import causes, ranking
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.store import dead_letters
from orderbridge.store.database import Database

# Of deliveries that died before their cause was kept.
UNKNOWN = "unknown"


@dataclass(slots=True, kw_only=True)
class Group:
    """Everything that waits for one cause.

    Attributes:
        cause: ``UNKNOWN`` where none was kept.
        runs: How many runs stopped.
        deliveries: How many deliveries could not be read.
        records: Of how many records; one can have several of each.
        money: Currency → what the records hold, each counted once.
        without_amount: Records of which no amount is known.
        since: The oldest; ``latest`` the newest.
        examples: With their ids, the oldest first.
    """

    cause: str
    runs: int = 0
    deliveries: int = 0
    records: int = 0
    money: dict[str, Decimal] = field(default_factory=dict)
    without_amount: int = 0
    since: datetime | None = None
    latest: datetime | None = None
    examples: list[JsonObject] = field(default_factory=list)

    @property
    def advice(self) -> causes.Advice:
        """What happened and what to do."""
        return causes.advice(self.cause)

    @property
    def command(self) -> str:
        """What tries all of them again once that is done."""
        if self.cause == UNKNOWN:
            return "orderbridge dead-letters replay"
        return f"orderbridge dead-letters replay --cause {shlex.quote(self.cause)}"

    def as_object(self) -> JsonObject:
        """The group as JSON, amounts as text."""
        return {
            "cause": self.cause,
            "happened": self.advice.happened,
            "todo": self.advice.todo,
            "runs": self.runs,
            "deliveries": self.deliveries,
            "records": self.records,
            "money": {currency: str(amount) for currency, amount in sorted(self.money.items())},
            "without_amount": self.without_amount,
            "since": self.since,
            "latest": self.latest,
            "examples": self.examples,
            "command": self.command,
            "request": {
                "method": "POST",
                "path": "/api/dead-letters/replay",
                "body": {} if self.cause == UNKNOWN else {"cause": self.cause},
            },
        }


async def groups(db: Database, *, cause: str | None = None, examples: int = 3) -> list[Group]:
    """Group what waits for a person, in the order of ``ranking.RULE``.

    Args:
        db: The database; one statement each for runs and for deliveries, however many there are.
        cause: Only this one.
        examples: How many of each group.
    """
    async with db.read() as tx:
        stopped = await dead_letters.runs_by_cause(tx, cause=cause, examples=examples)
        unread = await dead_letters.deliveries_by_cause(tx, cause=cause, examples=examples)
    found: dict[str, Group] = {}
    for row in [*stopped, *unread]:
        _add(found.setdefault(row["cause"] or UNKNOWN, Group(cause=row["cause"] or UNKNOWN)), row, examples)
    return ranked(list(found.values()))


def _add(group: Group, row: dict[str, Any], examples: int) -> None:
    group.runs += row.get("runs", 0)
    group.deliveries += row.get("deliveries", 0)
    group.records += row["records"]
    # What could not be read has an amount that nobody knows.
    group.without_amount += row.get("without_amount", row["records"])
    for currency, amount in (row.get("money") or {}).items():
        group.money[currency] = group.money.get(currency, Decimal(0)) + Decimal(amount)
    group.since = min(item for item in (group.since, row["since"]) if item)
    group.latest = max(item for item in (group.latest, row["latest"]) if item)
    group.examples = [*group.examples, *(row["examples"] or [])][:examples]


def ranked(found: Sequence[Group]) -> list[Group]:
    """Put groups into the order of ``ranking.RULE``."""
    return sorted(found, key=lambda item: ranking.rank(item.money, item.records, item.since, item.cause))


async def group(db: Database, cause: str, *, examples: int = 20) -> Group:
    """Return what waits for one cause.

    Raises:
        FlowError: Nothing does.
    """
    found = await groups(db, cause=None if cause == UNKNOWN else cause, examples=examples)
    for item in found:
        if item.cause == cause:
            return item
    raise FlowError(
        f"nothing waits for the cause {cause!r}; 'orderbridge dead-letters list' shows what does",
        cause="cause.missing",
    )
