"""What an operation may ask of the engine that runs it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from orderbridge.catalogue.act.profile import ActProfile
from orderbridge.catalogue.pairs import Pairs
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.connectors.web import Web
from orderbridge.core.clock import Clock
from orderbridge.core.ids import IdSource
from orderbridge.core.jsonio import JsonObject


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A message to the people who run this installation.

    Attributes:
        channel: Name of the channel.
        kind: ``info``, ``success``, ``warning`` or ``failure``.
        key: What belongs together; None: the same title and text.
        window_s: For how long repeats under the key are held back.
    """

    channel: str
    title: str
    text: str
    kind: str = "info"
    key: str | None = None
    window_s: float = 3600.0


@dataclass(frozen=True, kw_only=True)
class GroupedNotice:
    """A line of a message that gathers lines for a while and is then sent once.

    Attributes:
        channel: Name of the channel.
        key: Which lines go into one message.
        title: The message's heading.
        reference: The line's own name; under one key it is told once.
        group: Under which word its amount is added up; None adds it to no total.
        window_s: How long the first line waits for others.
    """

    channel: str
    key: str
    title: str
    reference: str
    line: str
    group: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    kind: str = "info"
    window_s: float = 900.0


class WriteSet(Protocol):
    """Everything that one record on the other side shall hold, however many calls that takes.

    The engine reads, compares, sends what is missing and reads back. Because ``send`` is told what is
    there already, doing it again after a crash sends only what the crash left out.

    Attributes:
        system: Where it is written: ``act`` or ``ghl``.
        kind: What is written: ``opportunity``, ``payment``.
        reference: Our name for it, by which ``read`` finds it on the other side.
        wanted: The fields that matter, in our words; ``read`` answers with the same keys and an ``id``.
        known_absent: The caller has just looked and it was not there, so the first attempt need not look.
    """

    system: str
    kind: str
    reference: str
    wanted: JsonObject
    known_absent: bool

    async def read(self) -> JsonObject | None:
        """Return what the other side holds now, or None."""
        ...

    async def send(self, actual: JsonObject | None) -> None:
        """Send what ``actual`` lacks."""
        ...


class Proof(Protocol):
    """What is known of a write after it was read back."""

    @property
    def target_id(self) -> str | None:
        """The record's id on the other side."""
        ...

    @property
    def verdict(self) -> str:
        """``confirmed``, ``altered``, ``ignored`` or ``unchanged``."""
        ...


class ActionContext(Protocol):
    """What a running action may use."""

    @property
    def act(self) -> ActClient:
        """The Act! account.

        Raises:
            FlowError: None is chosen for this run.
        """
        ...

    @property
    def ghl(self) -> GhlClient:
        """The HighLevel location.

        Raises:
            FlowError: None is chosen for this run.
        """
        ...

    @property
    def profile(self) -> ActProfile:
        """What that Act! database has and how it behaves."""
        ...

    @property
    def web(self) -> Web:
        """Other web services, as far as the owner lets flows reach."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def new_id(self) -> IdSource:
        """Makes ids."""
        ...

    @property
    def attempt_id(self) -> str:
        """A name of this step of this run, the same with every attempt and replay: what makes a repeat known."""
        ...

    @property
    def began_at(self) -> datetime:
        """When this run, or the one that it replays, began: what is older than that is not its own."""
        ...

    @property
    def live(self) -> bool:
        """Whether records of the live mode are meant; test orders and live orders never meet.

        Only a connection for tests means those of the test mode: a sandbox's own orders are live ones there.
        """
        ...

    @property
    def journal_complete(self) -> bool:
        """False after a restore: records may exist over there that our journal has forgotten."""
        ...

    @property
    def pairs(self) -> Pairs:
        """What is remembered of records of the two accounts that belong together."""
        ...

    def part(self, name: str) -> ActionContext:
        """The same run from a part of its step: writes of one record by several parts are proved each by itself."""
        ...

    async def prove(self, write: WriteSet) -> Proof:
        """Write and prove it; a repeat of a proved write sends nothing."""
        ...

    async def unproved(
        self, system: str, kind: str, shown: JsonObject, send: Callable[[], Awaitable[Any]]
    ) -> Any:
        """Make a call whose effect cannot be read back, at most once for each step of a run and its replays.

        Raises:
            HeldError: It was sent before and its outcome is unknown; a person looks and decides.
        """
        ...

    async def made_before(self, system: str, kind: str) -> str | None:
        """Return the id of the record that this step is known to have created already, None where it has not."""
        ...

    async def made_by_another(self, system: str, kind: str, target_id: str) -> bool:
        """Tell whether another step, or another run, is known to have created that record over there.

        Two steps may create equal records; a lost answer of the one must not be settled with the other's.
        """

    async def notify(self, notice: Notice) -> JsonObject:
        """Say something through a channel unless it was said a short while ago; returns what became of it."""
        ...

    async def gathered(self, notice: GroupedNotice) -> JsonObject | None:
        """Return the line of a grouped message as it was added, None where it was not."""
        ...

    async def gather(self, notice: GroupedNotice) -> None:
        """Add a line to a grouped message; one that was added before is not added again."""
        ...

    async def find_link(self, kind: str, source_id: str, target_kind: str) -> str | None:
        """Return the id of the record over there that belongs to ours."""
        ...

    async def linked_sources(self, target_kind: str, target_id: str) -> Sequence[str]:
        """Return which of the source's records belong to one over there."""
        ...

    async def save_link(
        self, kind: str, source_id: str, target_kind: str, target_id: str, *, how: str
    ) -> None:
        """Remember that two records belong together."""
        ...

    async def partners(self, system: str, kind: str, record_id: str, other_kind: str) -> Sequence[str]:
        """Return the records of the other system that are linked to one of ``system``.

        Unlike ``find_link`` it does not matter from which side the run comes; without a connection to the
        other system there are none.
        """
        ...

    async def pair(self, ghl: tuple[str, str], act: tuple[str, str], *, how: str) -> None:
        """Remember that a HighLevel record and an Act! record (kind and id each) belong together.

        A HighLevel record has one partner of a kind; an Act! record may have several.
        """
        ...

    async def remembered(self, system: str, kind: str, reference: str) -> str | None:
        """Return the id of the record of an account that we named ``reference``, whichever run that was."""
        ...

    async def remember(self, system: str, kind: str, reference: str, record_id: str) -> None:
        """Keep our name of a record of an account, for every later run."""
        ...

    def exclusive(
        self, names: Sequence[str], *, system: str | None = None
    ) -> AbstractAsyncContextManager[None]:
        """Keep other runs away from ``names`` for the length of the block.

        Args:
            names: Of what is worked on.
            system: In whose account they are; None means the target's.
        """
        ...
