"""Changes of a flow as data: what the canvas sends, what a script sends, and how each is taken back.

An edit is applied to a definition and gives another one; nothing else is touched. Steps go by their id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from orderbridge.core.jsonio import JsonObject
from orderbridge.flows import renaming, shape
from orderbridge.flows.edit_kinds import (
    EDITS,
    AddBranch,
    AddStep,
    Edit,
    MoveStep,
    RemoveBranch,
    RemoveStep,
    Rename,
    RenameStep,
    Restore,
    SetBranch,
    SetField,
    SetFilter,
    SetOption,
    SetTrigger,
    UnsetField,
    Where,
)
from orderbridge.flows.places import Loc, at, steps_of
from orderbridge.flows.problems import FlowProblemsError, Problem

_REFUSED = "flow.edit_refused"


def read(given: Any) -> list[Edit]:
    """Read edits from JSON.

    Raises:
        FlowProblemsError: They are none.
    """
    try:
        return EDITS.validate_python(given)
    except ValidationError as error:
        found = error.errors()[0]
        where = ".".join(str(part) for part in found["loc"])
        raise FlowProblemsError(
            "the edits", [Problem(place=where or "edits", message=str(found["msg"]))], cause=_REFUSED
        ) from error


def apply_all(definition: JsonObject, changes: Sequence[Edit]) -> tuple[JsonObject, tuple[Edit, ...]]:
    """Apply edits one after the other: all, or none.

    Returns:
        The new definition, and the edits that take it back, in the order in which they have to be applied.

    Raises:
        FlowProblemsError: One cannot be applied; it names the place.
    """
    undo: list[Edit] = []
    for change in changes:
        definition, back = apply(definition, change)
        undo.insert(0, back)
    return definition, tuple(undo)


def apply(definition: JsonObject, change: Edit) -> tuple[JsonObject, Edit]:
    """Apply one edit; returns the new definition, and the edit that takes it back.

    Raises:
        FlowProblemsError: It cannot be applied; it names the place.
    """
    after, back = _applied(definition, change)
    try:
        exact = _applied(after, back)[0] == definition
    except FlowProblemsError:
        exact = False
    # What was wrong before may not come about again in small steps, such as two steps of one id.
    return after, back if exact else Restore(definition=definition)


def _applied(definition: JsonObject, change: Edit) -> tuple[JsonObject, Edit]:
    changed = deepcopy(definition)
    back = _DO[type(change)](changed, change)
    if isinstance(change, Restore):
        changed = dict(change.definition)
    return shape.parsed(changed, subject="the flow after the edit").as_json(), back


def _refused(place: str, message: str) -> FlowProblemsError:
    return FlowProblemsError("the edit", [Problem(place=place, message=message)], cause=_REFUSED)


def _rename(flow: JsonObject, change: Rename) -> Edit:
    before = flow["title"]
    flow["title"] = change.title
    return Rename(title=before)


def _set_trigger(flow: JsonObject, change: SetTrigger) -> Edit:
    back = SetTrigger(trigger=flow["trigger"], trigger_with=flow.get("trigger_with", {}))
    flow["trigger"] = change.trigger
    _put(flow, "trigger_with", change.trigger_with)
    return back


def _set_filter(flow: JsonObject, change: SetFilter) -> Edit:
    back = SetFilter(when=flow.get("when", []))
    _put(flow, "when", change.when)
    return back


def _add_step(flow: JsonObject, change: AddStep) -> Edit:
    step_id = change.step.get("id")
    if not isinstance(step_id, str):
        raise _refused("step.id", "a step needs an id")
    taken = {step.get("id") for _, step in steps_of(flow)}
    for one in (str(step.get("id")) for _, step in steps_of({"steps": [change.step]})):
        if one in taken:
            raise _refused(f"steps.{one}", f"there is a step {one} already")
    _insert(flow, deepcopy(change.step), change.to)
    return RemoveStep(step=step_id)


def _remove_step(flow: JsonObject, change: RemoveStep) -> Edit:
    loc = _step(flow, change.step)
    where = _where(flow, loc)
    step = at(flow, loc[:-1]).pop(loc[-1])
    return AddStep(step=step, to=where)


def _move_step(flow: JsonObject, change: MoveStep) -> Edit:
    loc = _step(flow, change.step)
    inside = {step.get("id") for _, step in steps_of(at(flow, loc))} | {change.step}
    inside |= {step.get("id") for branch in at(flow, loc).get("choose", []) for _, step in steps_of(branch)}
    if inside & {change.to.inside, change.to.before}:
        raise _refused(f"steps.{change.step}", "a step cannot be moved into itself or before itself")
    back = MoveStep(step=change.step, to=_where(flow, loc))
    step = at(flow, loc[:-1]).pop(loc[-1])
    _insert(flow, step, change.to)
    return back


def _rename_step(flow: JsonObject, change: RenameStep) -> Edit:
    loc = _step(flow, change.step)
    if change.to != change.step and any(step.get("id") == change.to for _, step in steps_of(flow)):
        raise _refused(f"steps.{change.to}", f"there is a step {change.to} already")
    at(flow, loc)["id"] = change.to
    renaming.rename(flow, change.step, change.to)
    return RenameStep(step=change.to, to=change.step)


def _set_field(flow: JsonObject, change: SetField) -> Edit:
    fields = _action(flow, change.step).setdefault("with", {})
    back: Edit
    if change.field in fields:
        back = SetField(step=change.step, field=change.field, value=fields[change.field])
    else:
        back = UnsetField(step=change.step, field=change.field)
    fields[change.field] = deepcopy(change.value)
    return back


def _unset_field(flow: JsonObject, change: UnsetField) -> Edit:
    fields = _action(flow, change.step).get("with", {})
    if change.field not in fields:
        raise _refused(f"steps.{change.step}.with.{change.field}", "this field is not filled")
    return SetField(step=change.step, field=change.field, value=fields.pop(change.field))


def _set_option(flow: JsonObject, change: SetOption) -> Edit:
    step = at(flow, _step(flow, change.step))
    back = SetOption(step=change.step, option=change.option, value=step.get(change.option))
    _put(step, change.option, change.value)
    return back


def _add_branch(flow: JsonObject, change: AddBranch) -> Edit:
    branches = _branches(flow, change.step)
    number = len(branches) if change.at is None else change.at
    if number > len(branches):
        raise _refused(f"steps.{change.step}.choose.{number}", f"there are only {len(branches)} branches")
    branches.insert(number, deepcopy(change.branch))
    return RemoveBranch(step=change.step, branch=number)


def _remove_branch(flow: JsonObject, change: RemoveBranch) -> Edit:
    branch = _branch(flow, change.step, change.branch)
    _branches(flow, change.step).pop(change.branch)
    return AddBranch(step=change.step, at=change.branch, branch=branch)


def _set_branch(flow: JsonObject, change: SetBranch) -> Edit:
    branch = _branch(flow, change.step, change.branch)
    back = SetBranch(step=change.step, branch=change.branch, when=branch.get("when", []))
    _put(branch, "when", change.when)
    return back


def _restore(flow: JsonObject, change: Restore) -> Edit:
    return Restore(definition=deepcopy(flow))


_DO: dict[type[Any], Callable[[JsonObject, Any], Edit]] = {
    Rename: _rename,
    SetTrigger: _set_trigger,
    SetFilter: _set_filter,
    AddStep: _add_step,
    RemoveStep: _remove_step,
    MoveStep: _move_step,
    RenameStep: _rename_step,
    SetField: _set_field,
    UnsetField: _unset_field,
    SetOption: _set_option,
    AddBranch: _add_branch,
    RemoveBranch: _remove_branch,
    SetBranch: _set_branch,
    Restore: _restore,
}


def _step(flow: JsonObject, step_id: str) -> Loc:
    for loc, step in steps_of(flow):
        if step.get("id") == step_id:
            return loc
    raise _refused(f"steps.{step_id}", f"there is no step {step_id}")


def _action(flow: JsonObject, step_id: str) -> JsonObject:
    step = at(flow, _step(flow, step_id))
    if "action" not in step:
        raise _refused(f"steps.{step_id}", "only an action has fields")
    found: JsonObject = step
    return found


def _branches(flow: JsonObject, step_id: str) -> list[JsonObject]:
    step = at(flow, _step(flow, step_id))
    if "choose" not in step:
        raise _refused(f"steps.{step_id}", "only a choice has branches")
    found: list[JsonObject] = step["choose"]
    return found


def _branch(flow: JsonObject, step_id: str, number: int) -> JsonObject:
    branches = _branches(flow, step_id)
    if number >= len(branches):
        raise _refused(f"steps.{step_id}.choose.{number}", f"there are only {len(branches)} branches")
    return branches[number]


def _insert(flow: JsonObject, step: JsonObject, to: Where) -> None:
    siblings = _siblings(flow, to)
    if to.before is None:
        siblings.append(step)
        return
    found = next((number for number, one in enumerate(siblings) if one.get("id") == to.before), None)
    if found is None:
        raise _refused(f"steps.{to.before}", f"there is no step {to.before} at this place")
    siblings.insert(found, step)


def _siblings(flow: JsonObject, to: Where) -> list[JsonObject]:
    holder: Any = flow
    if to.inside is not None:
        holder = at(flow, _step(flow, to.inside))
        if "choose" in holder:
            if to.branch is None:
                raise _refused(f"steps.{to.inside}", "say in which branch, counted from 0")
            holder = _branch(flow, to.inside, to.branch)
        elif "steps" not in holder:
            raise _refused(f"steps.{to.inside}", "nothing can be put into this step")
    found: list[JsonObject] = holder.setdefault("steps", [])
    return found


def _where(flow: JsonObject, loc: Loc) -> Where:
    """Return the place of a step, in the words of ``Where``."""
    siblings, number = at(flow, loc[:-1]), loc[-1]
    assert isinstance(number, int)
    following = siblings[number + 1] if number + 1 < len(siblings) else None
    before = following.get("id") if following else None
    around = loc[:-2]
    if not around:
        return Where(before=before)
    if len(around) > 2 and around[-2] == "choose":
        branch = around[-1]
        assert isinstance(branch, int)
        return Where(inside=at(flow, around[:-2])["id"], branch=branch, before=before)
    return Where(inside=at(flow, around)["id"], before=before)


def _put(holder: JsonObject, key: str, value: Any) -> None:
    if value in (None, [], {}):
        holder.pop(key, None)
    else:
        holder[key] = deepcopy(value)
