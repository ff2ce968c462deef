"""What ``/api/flows`` takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from orderbridge.automation.drafts import Found
from orderbridge.automation.publishing import Published
from orderbridge.core.jsonio import JsonObject
from orderbridge.flows.edit_kinds import Edit
from orderbridge.flows.model import Flow
from orderbridge.flows.problems import Problem
from orderbridge.store.drafts import Draft
from orderbridge.store.flows import FlowVersion


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProblemShown(BaseModel):
    """Something that is wrong, or only doubtful, with its place."""

    place: str
    message: str
    line: int | None = None
    warning: bool = False


class FlowRow(BaseModel):
    """A flow in the list; ``version`` is null for one that was never published."""

    id: str
    name: str
    title: str
    trigger: str
    version: int | None
    enabled: bool
    template: str | None
    draft_revision: int | None
    source: str
    target: str


class DraftShown(BaseModel):
    """A draft; whoever changes it sends the revision that they saw."""

    flow_id: str
    name: str
    revision: int
    based_on: int | None
    changed_by: str
    changed_at: datetime
    definition: Flow


class FlowShown(FlowRow):
    """A flow with what is published of it and what is worked on."""

    definition: Flow | None
    draft: DraftShown | None


class VersionShown(BaseModel):
    """A published version."""

    version: int
    published_at: datetime
    published_by: str | None
    note: str | None


class VersionWhole(BaseModel):
    """What a version says."""

    version: int
    definition: Flow


class NewDraft(_Given):
    """A flow between two connections, to be kept as a draft."""

    definition: JsonObject
    source: str = Field(description="Name of the connection whose changes start it.")
    target: str = Field(description="Name of the connection that it works on.")
    replace: bool = Field(default=False, description="Also where there is a draft; it is lost.")


class DraftGiven(_Given):
    """A whole definition for a flow's draft."""

    definition: JsonObject
    seen: int | None = Field(description="Revision of the draft that was changed; null where there was none.")


class EditsGiven(_Given):
    """Edits, applied in their order: all of them, or none."""

    edits: list[Edit]
    seen: int | None = Field(description="Revision of the draft that was changed; null where there was none.")


class EditsShown(BaseModel):
    """The draft after edits, the edits that take it back, and what keeps it from being published."""

    draft: DraftShown
    undo: list[Edit]
    problems: list[ProblemShown]


class ToValidate(_Given):
    """A flow to look at; without connections only what can be known without them is said."""

    definition: JsonObject
    source: str | None = None
    target: str | None = None


class Validated(BaseModel):
    """Whether it could be published, and what would be said."""

    valid: bool
    problems: list[ProblemShown]


class PublishGiven(_Given):
    """Publish the draft that was seen; null takes the one that is there."""

    seen: int | None = None
    note: str | None = Field(default=None, max_length=1000)


class PublishedShown(BaseModel):
    """What became of it."""

    name: str
    version: int
    outcome: Literal["created", "changed", "unchanged"]
    enabled: bool
    warnings: list[ProblemShown]


class RevertGiven(_Given):
    """Make a draft of an old version."""

    version: int = Field(ge=1)
    replace: bool = False


class DifferenceShown(BaseModel):
    """A place at which two editions differ."""

    place: str
    kind: Literal["added", "removed", "changed", "order"]
    before: Any = None
    after: Any = None


class DifferencesShown(BaseModel):
    """What is different: ``lines`` for people, ``differences`` for programs."""

    same: bool
    lines: str
    differences: list[DifferenceShown]


class SwitchShown(BaseModel):
    """Whether the flow is on now."""

    name: str
    enabled: bool


def row(found: Found) -> JsonObject:
    """Return a flow as a row."""
    newest = found.newest
    return {
        "id": found.flow_id,
        "name": found.name,
        "title": newest["title"],
        "trigger": newest["trigger"],
        "version": found.stored.version if found.stored else None,
        "enabled": found.stored.enabled if found.stored else False,
        "template": found.stored.template if found.stored else None,
        "draft_revision": found.draft.revision if found.draft else None,
        "source": found.source.name,
        "target": found.target.name,
    }


def whole(found: Found) -> JsonObject:
    """Return a flow with its definitions."""
    return row(found) | {
        "definition": found.stored.definition if found.stored else None,
        "draft": draft(found.draft) if found.draft else None,
    }


def draft(one: Draft) -> JsonObject:
    """Return a draft."""
    return {
        "flow_id": one.flow_id,
        "name": one.name,
        "revision": one.revision,
        "based_on": one.based_on,
        "changed_by": one.changed_by,
        "changed_at": one.changed_at.isoformat(),
        "definition": one.definition,
    }


def version(one: FlowVersion) -> JsonObject:
    """Return a version."""
    return {
        "version": one.version,
        "published_at": one.published_at.isoformat(),
        "published_by": one.published_by,
        "note": one.note,
    }


def published(done: Published) -> JsonObject:
    """Return what became of a flow."""
    return {
        "name": done.name,
        "version": done.version,
        "outcome": done.outcome,
        "enabled": done.enabled,
        "warnings": problems(done.warnings),
    }


def problems(found: list[Problem] | tuple[Problem, ...]) -> list[JsonObject]:
    """Return problems."""
    return [item.as_json() for item in found]
