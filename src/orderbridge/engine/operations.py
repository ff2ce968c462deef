"""Call one operation by hand: checked, previewed, journalled and proved like a step of a flow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orderbridge.catalogue import schema
from orderbridge.catalogue.context import GroupedNotice, Proof, WriteSet
from orderbridge.catalogue.operation import NEEDS_CONSENT, Operation
from orderbridge.catalogue.registry import operation
from orderbridge.connectors import registry
from orderbridge.connectors.exchanges import Conversation, hearing
from orderbridge.core.endings import RunEnds
from orderbridge.core.errors import FlowError, OrderBridgeError, SetupError
from orderbridge.core.ids import derived_id, random_id
from orderbridge.core.jsonio import JsonObject, fingerprint
from orderbridge.core.redact import HIDDEN, redact
from orderbridge.engine.context import RunContext
from orderbridge.engine.own_lane import own_lane
from orderbridge.engine.pairs import StoredPairs
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.transcripts import transcript
from orderbridge.engine.writes import Writer, differences
from orderbridge.store import connections, lanes, runs
from orderbridge.store.connections import Connection

BY_HAND = "by-hand"
_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What calling an operation would do first.

    Attributes:
        effects: What this very input would do.
        writes: The first write: what is there, what is wanted, and the differences; for a published call the
            request itself. None where nothing would be written.
        output: What an operation that only reads gives; it was carried out.
    """

    operation: str
    effects: tuple[str, ...]
    writes: JsonObject | None
    output: JsonObject | None = None

    def as_json(self) -> JsonObject:
        """The preview as it is shown."""
        return {
            "operation": self.operation,
            "effects": list(self.effects),
            "would_write": self.writes,
            "output": self.output,
        }


class _WouldWriteError(Exception):
    """Ends a preview at the first write."""

    def __init__(self, shown: JsonObject) -> None:
        super().__init__("would write")
        self.shown = shown


class _PreviewContext(RunContext):
    """A run's view that stops before anything is written."""

    __slots__ = ()

    @property
    def pairs(self) -> StoredPairs:
        """What is remembered of records that belong together; nothing is added to it."""
        return replace(super().pairs, keeps=False)

    async def prove(self, write: WriteSet) -> Proof:
        """Look, and say what would be written."""
        before = None if write.known_absent else await write.read()
        raise _WouldWriteError(
            {
                "system": write.system,
                "kind": write.kind,
                "id": (before or {}).get("id"),
                "before": before,
                "wanted": write.wanted,
                "differences": differences(write.wanted, before),
            }
        )

    async def gather(self, notice: GroupedNotice) -> None:
        """Add nothing: it would be sent."""

    async def pair(self, ghl: tuple[str, str], act: tuple[str, str], *, how: str) -> None:
        """Remember nothing."""

    async def save_link(
        self, kind: str, source_id: str, target_kind: str, target_id: str, *, how: str
    ) -> None:
        """Remember nothing."""

    async def remember(self, system: str, kind: str, reference: str, record_id: str) -> None:
        """Remember nothing."""

    async def unproved(
        self, system: str, kind: str, shown: JsonObject, send: Callable[[], Awaitable[Any]]
    ) -> Any:
        """Say what would be sent."""
        raise _WouldWriteError({"system": system, "kind": kind, "request": shown})


def permit(action: Operation, given: JsonObject, allowed: Sequence[str], *, where: str | None = None) -> None:
    """Check an input, and that the owner agreed to what it does.

    Args:
        action: What is to be done.
        given: Its input.
        allowed: What the owner agreed to.
        where: Which step of which flow, for the message.

    Raises:
        FlowError: The operation cannot be called, the input does not fit, or consent is missing.
    """
    what = f"{where}: {action.ref}" if where else action.ref
    if action.denied is not None:
        raise FlowError(f"{what} is never called: {action.denied}. Nothing was sent", cause="flow.denied")
    if action.run is None:
        raise FlowError(f"{what} is a trigger and cannot be called", cause="flow.trigger_as_step")
    schema.check(action.input_schema, given, what=what, example=action.example)
    missing = sorted(action.effects_of(given) & NEEDS_CONSENT - set(allowed))
    if missing:
        raise FlowError(
            f"{what} {', '.join(_EFFECTS[item] for item in missing)}; nothing of the kind happens "
            f"unless you ask for it: allow {', '.join(missing)}",
            cause="flow.consent_missing",
        )


_EFFECTS = {
    "messages_people": "sends a message to a person",
    "moves_money": "records or moves money",
    "deletes": "deletes something",
}


async def preview(runtime: Runtime, ref: str, given: JsonObject, accounts: Sequence[Connection]) -> Preview:
    """Say what a call would write, without writing; one that only reads is carried out.

    Args:
        runtime: The opened accounts.
        ref: ``ghl.coupon.create@1``.
        given: The operation's input.
        accounts: The connections to use, one of each system at most.

    Raises:
        OrderBridgeError: As the call itself would.
    """
    action = operation(ref)
    permit(action, given, sorted(NEEDS_CONSENT))
    effects = tuple(sorted(action.effects_of(given)))
    context = await _context(runtime, accounts, _no_lane(), "preview", _PreviewContext)
    try:
        output = await _output(action, context, given)
    except _WouldWriteError as stop:
        return Preview(operation=action.ref, effects=effects, writes=stop.shown)
    return Preview(operation=action.ref, effects=effects, writes=None, output=output)


async def call(
    runtime: Runtime,
    ref: str,
    given: JsonObject,
    accounts: Sequence[Connection],
    *,
    allowed: Sequence[str] = (),
    call_id: str | None = None,
) -> JsonObject:
    """Call an operation and return its output; what it writes is journalled and proved.

    Args:
        runtime: The opened accounts.
        ref: ``ghl.coupon.create@1``.
        given: The operation's input.
        accounts: The connections to use, one of each system at most.
        allowed: The effects that the caller agreed to.
        call_id: The same id makes the same call: a repeat does nothing twice. None makes a new one.

    Raises:
        OrderBridgeError: By who can act on it.
    """
    action = operation(ref)
    permit(action, given, allowed)
    # Of the operation too: the answer of another one is no answer to this call.
    run_id = derived_id(BY_HAND, action.ref, call_id) if call_id else random_id()
    connection_id = accounts[0].id if accounts else BY_HAND
    async with own_lane(
        runtime, f"{BY_HAND}/{run_id}", connection_id=connection_id, owner=random_id()
    ) as held:
        lane = held.lane
        async with runtime.db.begin() as tx:
            begun = await runs.begin(
                tx, lane, run_id=run_id, event_id=run_id, flow_id=BY_HAND, flow_version=action.version
            )
            finished = await runs.finished_steps(tx, run_id)
            before = await runs.step_input(tx, run_id, "call")
        if before is not None and fingerprint(before) != fingerprint(kept(action, given)):
            raise FlowError(
                f"this call: {action.ref} was called under the id {call_id!r} with another input; take a new id",
                cause="flow.call_id_reused",
            )
        if begun.state == runs.DONE and "call" in finished:
            return finished["call"]
        context = await _context(runtime, accounts, lane, run_id, RunContext, held.still_ours)
        said = Conversation()
        try:
            with hearing(said):
                output = await _output(action, replace(context, began_at=begun.started_at), given)
        except OrderBridgeError as error:
            await _note(runtime, lane, run_id, action, given, said, None, error)
            raise
        await _note(runtime, lane, run_id, action, given, said, output, None)
        return output


async def _output(action: Operation, context: RunContext, given: JsonObject) -> JsonObject:
    assert action.run is not None
    try:
        return await action.run(context, given)
    except RunEnds as end:
        # There is no run to end or to let wait: whoever calls is told what would become of it.
        return end.output


def kept(action: Operation, given: JsonObject) -> JsonObject:
    """Return the input as it may be stored: without secrets, and without what may be one."""
    hidden = {name: _hidden(given[name]) for name in action.private if name in given}
    kept: JsonObject = redact(given | hidden)
    return kept


def _hidden(value: Any) -> Any:
    return dict.fromkeys(value, HIDDEN) if isinstance(value, dict) else HIDDEN


async def chosen(
    runtime: Runtime, action: Operation, *, ghl: str | None, act: str | None
) -> list[Connection]:
    """Find the connections by name; where there is only one of a system, it need not be named.

    Raises:
        SetupError: A name is unknown, or there are several and none is named.
    """
    async with runtime.db.begin() as tx:
        every = await connections.every(tx)
        named = [
            await connections.by_name(tx, name, system=system)
            for system, name in (("ghl", ghl), ("act", act))
            if name is not None
        ]
    missing = {"ghl", "act"} - {item.system for item in named}
    for system in sorted(missing & ({action.system} - {"core"})):
        candidates = [item for item in every if item.system == system]
        if len(candidates) != 1:
            raise SetupError(f"{action.ref} needs {_which(system, candidates)}", cause="connection.missing")
        named += candidates
    return named


def _which(system: str, candidates: Sequence[Connection]) -> str:
    title = registry.title(system)
    if not candidates:
        return f"a {title} connection, and there is none yet: 'orderbridge connect {system}'"
    names = ", ".join(item.name for item in candidates[:_NAMES_SHOWN])
    more = ", …" if len(candidates) > _NAMES_SHOWN else ""
    return f"to know which {title} connection: name it, {system} or --{system}; there are {names}{more}"


async def _context(
    runtime: Runtime,
    accounts: Sequence[Connection],
    lane: lanes.Lane,
    run_id: str,
    kind: type[RunContext],
    still_ours: Callable[[], None] = lambda: None,
) -> RunContext:
    ids = {item.system: item.id for item in accounts}
    writer = Writer(
        db=runtime.db, lane=lane, run_id=run_id, step="call", connections=ids, revision=1,
        still_ours=still_ours, brake=runtime.brake, settle_s=runtime.settle_s,
    )  # fmt: skip
    context = await runtime.context([item.id for item in accounts], writer)
    return kind(**{name: getattr(context, name) for name in RunContext.__slots__})


def _no_lane() -> lanes.Lane:
    return lanes.Lane(BY_HAND, BY_HAND, BY_HAND, BY_HAND, 0, 0)


async def _note(
    runtime: Runtime,
    lane: lanes.Lane,
    run_id: str,
    action: Operation,
    given: JsonObject,
    said: Conversation,
    output: JsonObject | None,
    refused: OrderBridgeError | None,
) -> None:
    error, cause = (str(refused), refused.cause) if refused else (None, None)
    async with runtime.db.begin() as tx:
        await runs.record_step(
            tx, lane, run_id=run_id, path="call", action=action.ref, state="failed" if error else "done",
            input_=kept(action, given), output=output, error=error, calls=transcript(said, runtime.http_kept),
        )  # fmt: skip
        # No dead letter: the person who called has read the error.
        await runs.finish(
            tx, lane, run_id, state=runs.NOTHING if error else runs.DONE, reason=error, cause=cause
        )
