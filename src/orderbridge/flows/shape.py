"""Take a definition for a flow, or say of each place what is wrong with its shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from orderbridge.core.jsonio import JsonObject
from orderbridge.flows.model import ActionStep, Branch, ChooseStep, EachStep, Flow, StopStep
from orderbridge.flows.places import Loc, at, place_of
from orderbridge.flows.problems import FlowProblemsError, Problem

Line = Callable[[Loc], int | None]

_KINDS = {"action": ActionStep, "choose": ChooseStep, "stop": StopStep, "each": EachStep}
_ONE_OF = "a step needs one of action, choose, stop, or for_each with steps"
# What says nothing when it is empty.
_EMPTY: dict[str, tuple[Any, ...]] = {
    "when": ([],), "allow": ([],), "with": ({},), "trigger_with": ({},), "retry": (None,),
}  # fmt: skip
_MOST = 50


def no_line(_loc: Loc) -> None:
    """There is no file."""
    return


def parsed(definition: Any, *, subject: str, line: Line = no_line) -> Flow:
    """Return the flow that a definition is.

    Args:
        definition: As JSON or YAML gave it.
        subject: The file or the flow, for the message.
        line: Of each place, where it was read from a file.

    Raises:
        FlowProblemsError: It is none; every place is named.
    """
    if not isinstance(definition, Mapping):
        found = [
            Problem(
                place="the flow", message="expected fields such as flow, title, trigger, steps", line=line(())
            )
        ]
        raise FlowProblemsError(subject, found, cause="flow.not_a_flow")
    try:
        return Flow.model_validate(tidy(definition))
    except ValidationError as error:
        found = list(dict.fromkeys(_problem(item, definition, line) for item in error.errors()[:_MOST]))
        raise FlowProblemsError(subject, found, cause="flow.not_a_flow") from error


def tidy(definition: Mapping[str, Any]) -> JsonObject:
    """Return a definition without what is empty and says nothing."""
    found = {key: _tidy(value, key) for key, value in definition.items() if value not in _EMPTY.get(key, ())}
    if "for_each" in found and found["for_each"] is None and "steps" not in found:
        del found["for_each"]
    return found


def _tidy(value: Any, key: str) -> Any:
    if key in ("steps", "choose") and isinstance(value, list):
        return [tidy(item) if isinstance(item, Mapping) else item for item in value]
    return value


def _problem(error: Any, definition: Any, line: Line) -> Problem:
    loc, kind = _way(error["loc"])
    step = at(definition, loc if kind is None else loc[: kind[0]])
    if kind is not None and kind[1] == "each" and not {"for_each", "steps"} & set(_keys(step)):
        loc = loc[: kind[0]]
        return Problem(place=place_of(definition, loc), message=_ONE_OF, line=line(loc))
    return Problem(place=place_of(definition, loc), message=_in_words(error, loc, kind), line=line(loc))


def _way(loc: tuple[str | int, ...]) -> tuple[Loc, tuple[int, str] | None]:
    """Leave out which kind of step was tried; returns that of the innermost step, with the length of its way."""
    way: Loc = ()
    kind, fresh = None, False
    for part in loc:
        if not fresh and part in _KINDS and len(way) > 1 and isinstance(way[-1], int) and way[-2] == "steps":
            # It stands before the fields of the step, and a field may have the same name.
            kind, fresh = (len(way), str(part)), True
        else:
            way, fresh = (*way, part), False
    return way, kind


def _keys(value: Any) -> list[str]:
    return [str(key) for key in value] if isinstance(value, Mapping) else []


def _in_words(error: Any, loc: Loc, kind: tuple[int, str] | None) -> str:
    if error["type"] == "missing":
        return "this is missing"
    if error["type"] == "extra_forbidden":
        return _unknown(str(loc[-1]), loc, kind)
    if error["type"] == "string_pattern_mismatch" and loc[-1] == "id":
        return "an id begins with a small letter and has only small letters, digits and _"
    if error["type"] == "string_pattern_mismatch":
        return "a name begins with a small letter and has only small letters, digits and -"
    said = str(error["msg"])
    return said[:1].lower() + said[1:]


def _unknown(name: str, loc: Loc, kind: tuple[int, str] | None) -> str:
    model: Any = None
    if len(loc) == 1:
        model = Flow
    elif kind is not None and len(loc) == kind[0] + 1:
        model = _KINDS[kind[1]]
    elif len(loc) > 2 and loc[-3] == "choose":
        model = Branch
    if model is None:
        return "there is no such field"
    known = [item.alias or key for key, item in model.model_fields.items()]
    if loc == (name,):
        known += ["source", "target"]
    near = get_close_matches(name, known, n=1)
    return (
        f"there is no such field; {f'did you mean {near[0]}?' if near else 'there are ' + ', '.join(known)}"
    )
