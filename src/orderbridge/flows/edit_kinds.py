"""The edits of a flow, one class each: the web app sends exactly these."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from orderbridge.core.jsonio import JsonObject


class _Edit(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Where(_Edit):
    """A place for a step.

    Attributes:
        inside: The step that it shall be part of, a choice or a for_each; None: none.
        branch: Of a choice, counted from 0.
        before: The step that shall follow it; None: it is the last.
    """

    inside: str | None = None
    branch: int | None = Field(default=None, ge=0)
    before: str | None = None


class Rename(_Edit):
    """Give the flow another title. Its name stays: under another name it is another flow."""

    edit: Literal["rename"] = "rename"
    title: str = Field(min_length=1)


class SetTrigger(_Edit):
    """Let another change start it."""

    edit: Literal["set_trigger"] = "set_trigger"
    trigger: str
    trigger_with: JsonObject = {}


class SetFilter(_Edit):
    """Replace the filter."""

    edit: Literal["set_filter"] = "set_filter"
    when: list[JsonObject]


class AddStep(_Edit):
    """Put a new step in."""

    edit: Literal["add_step"] = "add_step"
    step: JsonObject
    to: Where = Where()


class RemoveStep(_Edit):
    """Take a step out, with what is inside it."""

    edit: Literal["remove_step"] = "remove_step"
    step: str


class MoveStep(_Edit):
    """Put a step elsewhere."""

    edit: Literal["move_step"] = "move_step"
    step: str
    to: Where


class RenameStep(_Edit):
    """Give a step another id, also where others take what it gives."""

    edit: Literal["rename_step"] = "rename_step"
    step: str
    to: str


class SetField(_Edit):
    """Fill a field of an action; ``value`` is a plain value or a mapping."""

    edit: Literal["set_field"] = "set_field"
    step: str
    field: str
    value: Any


class UnsetField(_Edit):
    """Leave a field of an action alone."""

    edit: Literal["unset_field"] = "unset_field"
    step: str
    field: str


class SetOption(_Edit):
    """Change what a step has beside its fields; null takes it away."""

    edit: Literal["set_option"] = "set_option"
    step: str
    option: Literal["action", "when", "allow", "retry", "for_each", "stop", "as"]
    value: Any


class AddBranch(_Edit):
    """Give a choice another branch; ``at`` counts from 0, None is the end."""

    edit: Literal["add_branch"] = "add_branch"
    step: str
    at: int | None = Field(default=None, ge=0)
    branch: JsonObject = {"steps": []}


class RemoveBranch(_Edit):
    """Take a branch out, with its steps."""

    edit: Literal["remove_branch"] = "remove_branch"
    step: str
    branch: int = Field(ge=0)


class SetBranch(_Edit):
    """Replace the conditions of a branch."""

    edit: Literal["set_branch"] = "set_branch"
    step: str
    branch: int = Field(ge=0)
    when: list[JsonObject]


class Restore(_Edit):
    """Take the whole flow back to what it was."""

    edit: Literal["restore"] = "restore"
    definition: JsonObject


Edit = Annotated[
    Rename
    | SetTrigger
    | SetFilter
    | AddStep
    | RemoveStep
    | MoveStep
    | RenameStep
    | SetField
    | UnsetField
    | SetOption
    | AddBranch
    | RemoveBranch
    | SetBranch
    | Restore,
    Field(discriminator="edit"),
]
EDITS: TypeAdapter[list[Edit]] = TypeAdapter(list[Edit])
