"""What an operation that keeps two records in agreement may ask of the engine's memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, Protocol

from orderbridge.catalogue.agreement import Agreed, Begun
from orderbridge.core.jsonio import JsonObject

DIFFERS, NOT_TAKEN, DELETED = "differs", "not_taken", "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A record of Act! and the record of HighLevel that is the same thing."""

    kind: str
    act_id: str
    ghl_id: str

    def of(self, side: str) -> str:
        """The id on one side."""
        return self.act_id if side == "act" else self.ghl_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something between the two sides that a person decides.

    Attributes:
        sort: ``differs``: both hold something else; ``not_taken``: a side does not keep what it is given;
            ``deleted``: one side's record is gone.
        field: Which field; empty where it is about the whole record.
        why: For people.
        details: What is needed to carry the decision out.
    """

    sort: str
    kind: str
    act_id: str | None
    ghl_id: str | None
    why: str
    field: str = ""
    act_value: Any = None
    ghl_value: Any = None
    details: JsonObject = attribute(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What is remembered of a pair, by field."""

    agreed: Mapping[str, Agreed]
    begun: Mapping[str, Begun]
    open: Mapping[str, Question]


class Pairs(Protocol):
    """The memory of two accounts."""

    async def partner(self, side: str, kind: str, record_id: str, partner_kind: str) -> str | None:
        """Return the id of the record on the other side that belongs to one of ``side``.

        Raises:
            HeldError: Several belong to it.
        """
        ...

    async def memory(self, pair: Pair) -> Memory:
        """Return what is remembered of a pair."""
        ...

    async def begin(self, pair: Pair, begun: Mapping[str, Begun]) -> None:
        """Remember writes that are set out on, before anything is sent."""
        ...

    async def agree(self, pair: Pair, agreed: Mapping[str, Agreed]) -> None:
        """Remember what both sides show now; questions about these fields are answered by that."""
        ...

    async def ask(self, question: Question) -> str:
        """Put a question where people look, once; returns its id."""
        ...

    async def answered(self, kind: str, act_id: str | None, ghl_id: str | None, sort: str) -> str | None:
        """Return what a person decided about a whole record; None where nobody was asked or has answered."""
        ...
