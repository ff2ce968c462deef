"""Work on a flow that is not published yet: begin, change, publish or forget a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orderbridge.automation import candidates, publishing
from orderbridge.automation.candidates import Candidate
from orderbridge.automation.publishing import Author, Published
from orderbridge.core.errors import FlowError, HeldError, SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.flows import edits, shape, validate
from orderbridge.flows.edit_kinds import Edit
from orderbridge.flows.model import Flow
from orderbridge.flows.problems import FlowProblemsError, Problem
from orderbridge.store import connections, drafts, flows
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx
from orderbridge.store.drafts import Draft
from orderbridge.store.flows import StoredFlow


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A flow with its draft.

    Attributes:
        stored: What is published; None for one that never was.
        draft: What somebody works on; None where nobody does.
    """

    flow_id: str
    name: str
    stored: StoredFlow | None
    draft: Draft | None
    source: Connection
    target: Connection

    @property
    def newest(self) -> JsonObject:
        """What is worked on, or else what is published."""
        found = self.draft or self.stored
        assert found is not None
        return found.definition

    def candidate(self, flow: Flow) -> Candidate:
        """The flow between the same connections.

        Raises:
            FlowError: It has another name, which makes it another flow.
        """
        if flow.flow != self.newest["flow"]:
            raise FlowError(
                f"this is flow {flow.flow!r}, and not {self.name!r}; a flow under another name is another flow",
                cause="flow.other_name",
            )
        return Candidate(flow=flow, source=self.source, target=self.target, subject=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A draft after edits.

    Attributes:
        undo: The edits that take it back, in their order.
        problems: What would keep it from being published.
    """

    draft: Draft
    undo: tuple[Edit, ...]
    problems: tuple[Problem, ...]


async def every(tx: Tx) -> list[Found]:
    """List the flows and the drafts of flows that were never published, by name."""
    stored = {item.id: item for item in await flows.every(tx)}
    begun = {item.flow_id: item for item in await drafts.every(tx)}
    by_id = {item.id: item for item in await connections.every(tx)}
    found = []
    for flow_id in {*stored, *begun}:
        one = stored.get(flow_id) or begun[flow_id]
        found.append(
            Found(
                flow_id=flow_id,
                name=one.name,
                stored=stored.get(flow_id),
                draft=begun.get(flow_id),
                source=by_id[one.source_connection],
                target=by_id[one.target_connection],
            )
        )
    return sorted(found, key=lambda item: item.name)


async def find(tx: Tx, name: str) -> Found:
    """Find a flow or a draft by its name or id.

    Raises:
        SetupError: There is none.
    """
    found = next((item for item in await every(tx) if name in (item.name, item.flow_id)), None)
    if found is None:
        raise SetupError(f"there is no flow {name!r}; see 'orderbridge flows list'", cause="flow.missing")
    return found


async def version(tx: Tx, found: Found, number: int | None) -> JsonObject:
    """Return what a version says; None is the newest.

    Raises:
        SetupError: There is no such version.
    """
    if number is None and found.stored is not None:
        return found.stored.definition
    definition = await flows.version(tx, found.flow_id, number) if number is not None else None
    if definition is None:
        said = f"has no version {number}" if number is not None else "was never published"
        raise SetupError(f"{found.name!r} {said}; see 'orderbridge flows versions'", cause="flow.no_version")
    return definition


async def is_there(tx: Tx, name: str) -> bool:
    """Whether there is a flow or a draft of a name."""
    try:
        await find(tx, name)
    except SetupError:
        return False
    return True


async def begin(
    runtime: Runtime, one: Candidate, *, by: str, seen: int | None = None, replace: bool = False
) -> Draft:
    """Keep a flow as a draft, beside what is published of it.

    Args:
        by: Who does.
        seen: The revision of the draft that was changed; None: there was none.
        replace: Write over whatever draft is there.

    Raises:
        FlowProblemsError: It holds a secret, which would be kept.
        HeldError: There is another draft of it.
    """
    if secrets := validate.secrets(one.flow, line=one.line):
        raise FlowProblemsError(one.subject, secrets)
    async with runtime.db.begin() as tx:
        stored = next((item for item in await flows.every(tx) if item.id == one.flow_id), None)
        return await drafts.save(
            tx,
            flow_id=one.flow_id,
            name=one.name,
            template=stored.template if stored else None,
            source_connection=one.source.id,
            target_connection=one.target.id,
            definition=one.flow.as_json(),
            based_on=stored.version if stored else None,
            changed_by=by,
            seen=seen,
            replace=replace,
        )


async def edit(
    runtime: Runtime, name: str, changes: Sequence[Edit], *, seen: int | None, author: Author
) -> Edited:
    """Apply edits to a draft; one begins from what is published where there is none.

    Raises:
        EditError: An edit cannot be applied; none was.
        HeldError: Somebody else changed it meanwhile.
        SetupError: There is no such flow.
    """
    async with runtime.db.begin() as tx:
        found = await find(tx, name)
    if (found.draft.revision if found.draft else None) != seen:
        raise drafts.changed_meanwhile(found.name, found.draft.revision if found.draft else None)
    definition, undo = edits.apply_all(found.newest, changes)
    one = found.candidate(shape.parsed(definition, subject=found.name))
    draft = await begin(runtime, one, by=author.name, seen=seen)
    return Edited(draft=draft, undo=undo, problems=tuple(await look_at(runtime, one, author=author)))


async def look_at(runtime: Runtime, one: Candidate, *, author: Author) -> list[Problem]:
    """Return everything that would be said of a flow if it was published now."""
    said = await candidates.problems(runtime, one)
    async with runtime.db.begin() as tx:
        return [*said, *(problem for _, problem in await candidates.circles(tx, [one], author.own_addresses))]


async def publish(runtime: Runtime, name: str, *, author: Author, seen: int | None = None) -> Published:
    """Freeze a draft as its flow's next version; whether it is switched on stays as it is, a new one is.

    Args:
        seen: The revision that was looked at; None takes whatever is there.

    Raises:
        FlowProblemsError: Something is wrong with it.
        SetupError: There is no such flow, or no draft of it.
        HeldError: Somebody else changed it meanwhile.
    """
    async with runtime.db.begin() as tx:
        found = await find(tx, name)
    draft = require(found)
    if seen is not None and draft.revision != seen:
        raise drafts.changed_meanwhile(found.name, draft.revision)
    one = found.candidate(shape.parsed(draft.definition, subject=found.name))
    warnings = await publishing.refuse_wrong(runtime, [one])
    async with runtime.db.begin() as tx:
        present = await drafts.find(tx, found.flow_id)
        if present is None or present.revision != draft.revision:
            raise drafts.changed_meanwhile(found.name, present.revision if present else None)
        [done] = await publishing.freeze(tx, [one], author=author, warnings=warnings)
        await drafts.discard(tx, found.flow_id)
    return done


async def revert(runtime: Runtime, name: str, number: int, *, by: str, replace: bool = False) -> Draft:
    """Make a draft of an old version.

    Raises:
        SetupError: There is no such flow, or no such version.
        HeldError: There is a draft already.
    """
    async with runtime.db.begin() as tx:
        found = await find(tx, name)
        definition = await version(tx, found, number)
    if found.draft is not None and not replace:
        raise HeldError(
            f"{found.name!r} has a draft, changed by {found.draft.changed_by}; publish or discard it first",
            cause="flow.has_draft",
        )
    one = found.candidate(shape.parsed(definition, subject=found.name))
    return await begin(runtime, one, by=by, replace=replace)


async def discard(runtime: Runtime, name: str) -> str:
    """Forget a draft; returns the flow's name.

    Raises:
        SetupError: There is no such flow, or no draft of it.
    """
    async with runtime.db.begin() as tx:
        found = await find(tx, name)
        require(found)
        await drafts.discard(tx, found.flow_id)
    return found.name


def require(found: Found) -> Draft:
    """Return a flow's draft.

    Raises:
        SetupError: There is none.
    """
    if found.draft is None:
        raise SetupError(f"{found.name!r} has no draft; what is published stands", cause="flow.no_draft")
    return found.draft
