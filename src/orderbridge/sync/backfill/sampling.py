"""Trying a few records of a backfill without writing, so that its plan can say what would come of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from orderbridge.catalogue import readers
from orderbridge.catalogue.changes import Observed
from orderbridge.catalogue.reading import Look
from orderbridge.core.errors import OrderBridgeError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import worlds
from orderbridge.engine.assumed import Assumed
from orderbridge.engine.dry_context import CHANGES, CREATES
from orderbridge.engine.dry_run import HELD, NOT_NOW, Tried, dry_run
from orderbridge.engine.interpreter import Interpreter
from orderbridge.engine.quiet import SOURCE
from orderbridge.engine.runtime import Runtime
from orderbridge.flows.model import Flow
from orderbridge.store import events
from orderbridge.store.events import Event
from orderbridge.store.flows import StoredFlow
from orderbridge.sync.backfill.lists import Lists
from orderbridge.sync.backfill.selection import RECORD
from orderbridge.sync.backfill.service import Wanted

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
# What tells one record's trouble from another's is no part of the trouble.
_IDS = re.compile(r"\b[0-9a-f]{24}\b|\b[A-Za-z0-9]{20}\b|'[^']*'|[\w.+-]+@[\w.-]+")


@dataclass(slots=True)
class Sample:
    """Records that were read and tried, and what that came to.

    Attributes:
        outcomes: How many would be created or changed, agree already, or are ambiguous.
        effects: How often each kind of thing would be done, by what is done and to which kind of record.
        held: By reason, how many records are held for it, and one of them.
        ghl_calls: What reading them took in HighLevel.
        act_calls: What looking took in Act!.
        writes: How many records would be written.
    """

    runtime: Runtime
    wanted: Wanted
    lists: Lists
    enabled: Sequence[StoredFlow]
    read: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    effects: Counter[tuple[str, str]] = field(default_factory=Counter)
    held: dict[str, tuple[int, str]] = field(default_factory=dict)
    ghl_calls: int = 0
    act_calls: int = 0
    writes: int = 0

    async def look_at(self, kind: str, record_id: str) -> list[Observed]:
        """Read a record as a backfill would.

        Raises:
            OrderBridgeError: It is not there, or cannot be read.
        """
        reader = readers.reader("ghl", kind)
        assert reader is not None
        return await reader(
            Look(
                kind=kind,
                record_id=record_id,
                ghl_client=await self.lists.client(),
                since=dict.fromkeys(RECORD.values(), _EVER),
                live=worlds.wants_live(self.wanted.connection),
                wanted=frozenset(RECORD.values()),
            )
        )

    async def try_all(self, chosen: Sequence[tuple[str, str]], say: Callable[[str], None]) -> None:
        """Try records, given as (kind, id), one after the other."""
        targets = {item.target_connection for item in self.enabled}
        for target in targets:
            if (await self.runtime.connection(target)).system == "act":
                # What every process finds out once is no cost of a record.
                await self.runtime.profile(target)
        before = await self._calls(targets)
        for kind, record_id in chosen:
            self.read += 1
            say(f"trying {kind} {self.read} of {len(chosen)}, without writing")
            await self._try(kind, record_id)
        after = await self._calls(targets)
        self.ghl_calls, self.act_calls = after[0] - before[0], after[1] - before[1]

    async def _calls(self, targets: set[str]) -> tuple[int, int]:
        ghl = (await self.runtime.ghl(self.wanted.connection.id)).http.calls_made
        act = 0
        for target in targets:
            if (await self.runtime.connection(target)).system == "act":
                act += (await self.runtime.act(target)).http.calls_made
        return ghl, act

    async def _try(self, kind: str, record_id: str) -> None:
        try:
            observed = await self.look_at(kind, record_id)
        except OrderBridgeError as error:
            self._hold(str(error), record_id)
            self.outcomes["ambiguous"] += 1
            return
        assumed = Assumed()
        tried: list[Tried] = []
        for item in observed:
            event = events.would_be(
                item,
                self.wanted.connection.id,
                name="backfill plan",
                source=SOURCE,
                created=not item.known,
            )
            for flow in self.enabled:
                if not Interpreter.listens(flow, event):
                    continue
                done = await self._dry(flow, event, assumed)
                tried.append(done)
        self.outcomes[self._outcome(tried, record_id)] += 1

    async def _dry(self, flow: StoredFlow, event: Event, assumed: Assumed) -> Tried:
        return await dry_run(
            self.runtime,
            Flow.model_validate(flow.definition),
            event,
            source=flow.source_connection,
            target=flow.target_connection,
            assumed=assumed,
            quiet=self.wanted.quiet,
        )

    def _outcome(self, tried: Sequence[Tried], record_id: str) -> str:
        effects = [effect for item in tried for step in item.steps for effect in step.effects]
        for effect in effects:
            self.effects[effect.does, effect.kind] += 1
            self.writes += effect.does in (CREATES, CHANGES)
        held = [item for item in tried if item.outcome in (HELD, NOT_NOW)]
        for item in held:
            self._hold(item.reason or item.outcome, record_id)
        if held:
            return "ambiguous"
        does = {effect.does for effect in effects}
        if CREATES in does:
            return "would create"
        if CHANGES in does:
            return "would change"
        return "agrees already" if effects else "nothing to do"

    def _hold(self, reason: str, record_id: str) -> None:
        # The same trouble of another record is the same line.
        group = _IDS.sub("…", reason)
        count, example = self.held.get(group, (0, f"{record_id}: {reason}"))
        self.held[group] = (count + 1, example)

    def as_json(self, to_do: int) -> JsonObject:
        """The sample as it is shown, of so many records."""
        parts = ", ".join(f"{count} {what}" for what, count in sorted(self.outcomes.items()))
        says = (
            f"Sampled: {self.read} of {to_do} records were read and tried without writing: {parts}."
            if self.read
            else "Nothing was sampled, so what would be created or changed is not known."
        )
        return {
            "of": to_do,
            "records": self.read,
            "outcomes": dict(self.outcomes),
            "effects": [
                {"does": does, "kind": kind, "count": count}
                for (does, kind), count in sorted(self.effects.items())
            ],
            "says": says,
        }
