"""Everything that the twin knows: one database of one customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from orderbridge.core.clock import Clock
from orderbridge.core.ids import derived_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act.columns import Column
from orderbridge.emulators.act.faults import ActFaults
from orderbridge.emulators.act.records import Links, Record, Table, User

DATABASE = "OrderbridgeSandbox"
SYNC_USER = "sync@orderbridge.test"


@dataclass(slots=True)
class Stage:
    """A step of a process."""

    id: str
    name: str
    description: str
    probability: int
    number: int
    process: Process


@dataclass(slots=True)
class Process:
    """A sales process with its own stages."""

    id: str
    name: str
    description: str
    status: str
    stages: list[Stage] = field(default_factory=list)


@dataclass(slots=True)
class CustomTable:
    """A table made by the tenant.

    Attributes:
        parents: Which stock records its rows may belong to: Contacts, Companies, Groups, Opportunities.
    """

    id: str
    name: str
    display_name: str
    description: str | None
    parents: list[str]
    creator_id: str
    created_at: datetime
    columns: dict[str, Column] = field(default_factory=dict)
    rows: Table = field(default_factory=Table)


@dataclass(slots=True)
class Session:
    """A token that was given out."""

    user: User
    ends_s: float


@dataclass(slots=True)
class Counters:
    """What was asked of the twin.

    Attributes:
        by_route: Calls by ``METHOD /route/{template}``, parts of batches included.
        by_status: Answers by status, parts of batches included.
        batches: Batch calls.
        batch_parts: Parts inside them.
    """

    by_route: Counter[str] = field(default_factory=Counter)
    by_status: Counter[int] = field(default_factory=Counter)
    batches: int = 0
    batch_parts: int = 0


class ActWorld:
    """The state of the twin.

    Args:
        seed: Of the ids and of everything else that looks random.
        clock: Where the time comes from.
        fill: Puts the first records in; called again by ``reset``.
    """

    def __init__(self, *, seed: int, clock: Clock, fill: Callable[[ActWorld], None]) -> None:
        self.clock = clock
        self.database = DATABASE
        self.user = SYNC_USER
        # Constant for the sandbox, and not a word that anybody would mistake for a secret.
        self.password = derived_id("act sandbox", "password")[:20]
        self._seed = seed
        self._fill = fill
        self.reset()

    def reset(self) -> None:
        """Begin again: seeded records, default faults, no counters, no tokens."""
        self.random = Random(self._seed)
        self.faults = ActFaults()
        self.counters = Counters()
        self.sessions: dict[str, Session] = {}
        self.expired_times = 0
        self.window_started_s = self.clock.monotonic_s()
        self.window_calls = 0
        self.names_revision = 0
        self.users: dict[str, User] = {}
        self.links = Links()
        self.contacts = Table({"email": lambda r: _folded(r, "emailAddress")})
        self.companies = Table({"parent": lambda r: r.values.get("parentID")})
        self.groups = Table({"parent": lambda r: r.values.get("parentID")})
        self.opportunities = Table({"source_id": lambda r: _folded(r, "sourceId")})
        self.products = Table()
        self.histories = Table()
        self.notes = Table()
        self.tasks = Table()
        self.custom_tables: dict[str, CustomTable] = {}
        self.processes: dict[str, Process] = {}
        self.stages: dict[str, Stage] = {}
        self.columns: dict[str, dict[str, Column]] = {}
        self.custom_columns: dict[str, dict[str, Column]] = {}
        self.history_types: dict[int, JsonObject] = {}
        self.task_types: dict[int, JsonObject] = {}
        self.drop_downs: dict[str, JsonObject] = {}
        self.files: dict[str, bytes] = {}
        self.uploads: dict[str, int] = {}
        self.webhooks: dict[str, JsonObject] = {}
        self.webhook_secrets: dict[str, str] = {}
        self.webhook_seen_at: dict[str, datetime] = {}
        self.webhook_pending: dict[str, list[JsonObject]] = {}
        self._fill(self)

    def now(self) -> datetime:
        """The time as Act! keeps it, to the whole second."""
        return self.clock.now().replace(microsecond=0)

    def new_id(self) -> str:
        """Return a GUID that nobody has used."""
        digits = f"{self.random.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    @property
    def sync_user(self) -> User:
        """The user that the integration signs in as."""
        return next(user for user in self.users.values() if user.username == self.user)

    def table(self, kind: str) -> Table:
        """Return the rows of a kind: ``contact``, ``opportunity``, ``custom:payments``.

        Raises:
            KeyError: There is no such table.
        """
        if kind.startswith("custom:"):
            return self.custom_tables[kind.removeprefix("custom:")].rows
        return {
            "contact": self.contacts,
            "company": self.companies,
            "group": self.groups,
            "opportunity": self.opportunities,
            "product": self.products,
            "history": self.histories,
            "note": self.notes,
            "task": self.tasks,
        }[kind]

    def user_name(self, user_id: str) -> str:
        """Return the display name of a user, empty for one that is gone."""
        user = self.users.get(user_id)
        return user.display_name if user else ""


def _folded(record: Record, name: str) -> str | None:
    value = record.values.get(name)
    return value.casefold() if isinstance(value, str) and value else None
