"""What an operation is, and what it may ask of the engine that runs it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from orderbridge.catalogue.act.profile import ActProfile
from orderbridge.connectors.act.client import ActClient
from orderbridge.core.clock import Clock
from orderbridge.core.jsonio import JsonObject


class WriteSet(Protocol):
    """Everything that one record on the other side shall hold, however many calls that takes.

    The engine reads, compares, sends what is missing and reads back. Because ``send`` is told what is
    there already, doing it again after a crash sends only what the crash left out.

    Attributes:
        kind: What is written: ``opportunity``, ``payment``.
        reference: Our name for it, by which ``read`` finds it on the other side.
        wanted: The fields that matter, in our words; ``read`` answers with the same keys and an ``id``.
        known_absent: The caller has just looked and it was not there, so the first attempt need not look.
    """

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
        """The Act! account that the flow writes to."""
        ...

    @property
    def profile(self) -> ActProfile:
        """What that Act! database has and how it behaves."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def journal_complete(self) -> bool:
        """False after a restore: records may exist over there that our journal has forgotten."""
        ...

    async def prove(self, write: WriteSet) -> Proof:
        """Write and prove it; a repeat of a proved write sends nothing."""
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

    def exclusive(self, names: Sequence[str]) -> AbstractAsyncContextManager[None]:
        """Keep other runs away from ``names`` for the length of the block."""
        ...


Run = Callable[[ActionContext, JsonObject], Awaitable[JsonObject]]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A trigger or an action that flows can use.

    Attributes:
        id: Stable: ``act.upsert_opportunity``.
        input_schema: JSON Schema of what it takes.
        output_schema: JSON Schema of what it gives.
        needs: Scopes or permissions that the account must have.
        effects: Any of ``reads``, ``writes``, ``messages_people``, ``moves_money``, ``deletes``.
        proof: How a write is proved and found again; None for what writes nothing.
    """

    id: str
    version: int
    system: str
    trigger: bool = False
    title: str
    description: str
    input_schema: JsonObject
    output_schema: JsonObject
    needs: tuple[str, ...] = ()
    effects: frozenset[str] = frozenset({"reads"})
    proof: str | None = None
    run: Run | None = field(default=None, compare=False)

    @property
    def ref(self) -> str:
        """How flows name it: ``act.upsert_opportunity@1``."""
        return f"{self.id}@{self.version}"


def object_schema(required: Sequence[str] = (), **properties: Any) -> JsonObject:
    """Shorten the writing of an object's JSON Schema."""
    return {"type": "object", "properties": properties, "required": list(required)}


TEXT: JsonObject = {"type": "string"}
OPTIONAL_TEXT: JsonObject = {"type": ["string", "null"]}
AMOUNT: JsonObject = {"type": "number", "description": "exact, in major units"}
