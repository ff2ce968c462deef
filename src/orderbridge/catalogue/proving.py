"""One record to write, read back and proved: what every declared write shares."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from orderbridge.catalogue.comparing import seen_as
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import Fields
from orderbridge.catalogue.names import theirs
from orderbridge.catalogue.records import Record
from orderbridge.core.jsonio import JsonObject

Look = Callable[[], Awaitable[JsonObject | None]]
Send = Callable[[JsonObject | None], Awaitable[None]]
# From the input, and the record as it is (empty where there is none yet), what else the request carries.
Fill = Callable[[ActionContext, JsonObject, JsonObject], Awaitable[JsonObject]]


@dataclass(kw_only=True)
class SingleWrite:
    """One record to write (a ``WriteSet``), as the declarations below fill it in.

    Attributes:
        look: Reads the record back, or finds the one that an earlier attempt left.
        put: Sends.
        found: The record as it was read last.
    """

    system: str
    kind: str
    reference: str
    wanted: JsonObject
    look: Look
    put: Send
    known_absent: bool = False
    record_id: str | None = None
    found: JsonObject | None = field(default=None, init=False)

    async def read(self) -> JsonObject | None:
        """Return what is there, cut to what is wanted."""
        self.found = await self.look()
        return None if self.found is None else seen_as(self.found, self.wanted)

    async def send(self, actual: JsonObject | None) -> None:
        """Send what is missing."""
        await self.put(actual)


def written(record: Record) -> JsonObject:
    """Return the JSON Schema of what a proved write gives."""
    return {
        "type": "object",
        "description": f"The {record.kind} as it was read back, and what that proves.",
        "properties": {
            "id": {"type": ["string", "null"]},
            "verdict": {"enum": ["confirmed", "altered", "ignored", "unchanged"]},
            "record": {"type": ["object", "null"]},
        },
        "required": ["id", "verdict", "record"],
    }


def alone(ctx: ActionContext, record: Record, record_id: str) -> AbstractAsyncContextManager[None]:
    """Keep other runs from changing a record for the length of the block."""
    return ctx.exclusive([f"{record.name}/{record_id}"], system=record.system)


async def nothing_else(_ctx: ActionContext, _given: JsonObject, _before: JsonObject) -> JsonObject:
    """Fill in nothing."""
    return {}


async def proved(ctx: ActionContext, write: SingleWrite) -> JsonObject:
    """Write, read back, and return the record with its id and the verdict."""
    proof = await ctx.prove(write)
    if write.found is None and proof.target_id is not None:
        # Settled by an earlier attempt, so nothing was read now.
        await write.read()
    return {"id": proof.target_id, "verdict": proof.verdict, "record": write.found}


def wanted_of(fields: Fields, given: JsonObject, record: Record) -> JsonObject:
    """Return what the record shall show afterwards, of what was given."""
    where = {record.id_name, *map(theirs, record.parents)}
    wanted: JsonObject = {}
    for name, value in given.items():
        field = fields[name]
        unseen = not field.proved or name in record.parents
        if unseen or (field.wire or theirs(name)) in where:
            continue
        shown = field.read_as or name
        if field.raw and isinstance(value, Mapping):
            # Each by itself: a key that the provider does not know is ignored, and that has to come out.
            wanted |= {key if field.spread else f"{shown}.{key}": item for key, item in value.items()}
        else:
            wanted[shown] = field.shows(value) if field.shows else value
    return wanted
