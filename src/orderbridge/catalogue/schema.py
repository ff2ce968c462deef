"""JSON Schema of operations: shorthand, and refusing what does not fit with the place and an example."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import validator_for

from orderbridge.core import jsonio
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import redact

TEXT: JsonObject = {"type": "string"}
OPTIONAL_TEXT: JsonObject = {"type": ["string", "null"]}
AMOUNT: JsonObject = {"type": "number", "description": "exact, in major units"}
_LONGEST_EXAMPLE = 300
_MOST_PROBLEMS = 100


class InputError(FlowError):
    """An input does not fit its schema; nothing was done.

    Attributes:
        places: Each place that is wrong, such as ``items.0.price``, with what is wrong there.
    """

    places: tuple[tuple[str, str], ...]

    def __init__(self, message: str, *, cause: str, places: tuple[tuple[str, str], ...]) -> None:
        super().__init__(message, cause=cause)
        self.places = places


def object_schema(required: Sequence[str] = (), **properties: Any) -> JsonObject:
    """Shorten the writing of a closed object's JSON Schema."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def fits(schema: JsonObject, given: Any) -> bool:
    """Tell whether a value fits."""
    return bool(_validator(jsonio.encode(schema)).is_valid(given))


def check(schema: JsonObject, given: Any, *, what: str, example: JsonObject) -> None:
    """Refuse an input that does not fit.

    Args:
        what: The operation, for the message.
        example: An input that fits.

    Raises:
        FlowError: With the JSON path, what was expected there, and the example.
    """
    validator = _validator(jsonio.encode(schema))
    # One place is told; of a list with a million wrong rows the others need not be looked for.
    found: list[ValidationError] = list(islice(validator.iter_errors(given), _MOST_PROBLEMS))
    problem = best_match(found)
    if problem is None:
        return
    # A misspelt name is both: one that is missing and one that is unknown.
    beside = [
        item
        for item in found
        if item.json_path == problem.json_path and item.validator in ("required", "additionalProperties")
    ]
    said = "; ".join(dict.fromkeys(map(_in_words, [problem, *beside])))
    shown = jsonio.encode(redact(example)).decode()
    if len(shown) > _LONGEST_EXAMPLE:
        shown = shown[: _LONGEST_EXAMPLE - 1] + "…"
    raise InputError(
        f"{what}: {problem.json_path}: {said}. An input that works: {shown}",
        cause="flow.input_refused",
        places=tuple(place for item in found for place in _places(item)),
    )


def _places(problem: ValidationError) -> Iterator[tuple[str, str]]:
    """Yield where a form shows what is wrong: what is missing stands at the field that is empty."""
    above = [str(part) for part in problem.absolute_path]
    if problem.validator == "required":
        wanted: Any = problem.validator_value
        found: Any = problem.instance
        yield from ((".".join([*above, name]), "it is missing") for name in wanted if name not in found)
    else:
        yield ".".join(above), _in_words(problem)


def problems(schema: JsonObject, given: Any) -> list[str]:
    """Return everything that does not fit, each with its JSON path."""
    found: Iterable[ValidationError] = _validator(jsonio.encode(schema)).iter_errors(given)
    return [f"{item.json_path}: {_in_words(item)}" for item in found]


def check_schema(schema: JsonObject) -> None:
    """Raise when ``schema`` itself is none."""
    validator_for(schema, default=Draft202012Validator).check_schema(schema)


_formats = FormatChecker(["date", "email"])


@_formats.checks("date-time", raises=ValueError)
def _is_instant(value: object) -> bool:
    # A time without its offset would be somebody's guess.
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@lru_cache(maxsize=512)
def _validator(schema: bytes) -> Draft202012Validator:
    return Draft202012Validator(jsonio.decode(schema), format_checker=_formats)


def _in_words(problem: ValidationError) -> str:
    # The value itself is never repeated: it may be a secret that was put into the wrong field.
    kind: Any = problem.validator
    wanted: Any = problem.validator_value
    schema: Any = problem.schema
    found: Any = problem.instance
    if kind == "type":
        names = wanted if isinstance(wanted, list) else [wanted]
        return f"expected {' or '.join(names)}, found {_type_of(found)}"
    if kind == "required":
        missing = [name for name in wanted if name not in found]
        return f"{', '.join(map(repr, missing))} {'is' if len(missing) == 1 else 'are'} missing"
    if kind == "additionalProperties":
        known = sorted(schema.get("properties", {}))
        unknown = sorted(set(found) - set(known))
        return f"unknown {', '.join(map(repr, unknown))}; known are {', '.join(known) or 'none'}"
    if kind == "enum":
        return f"expected one of {', '.join(map(str, wanted))}"
    if kind == "not" and "enum" in wanted:
        return f"none of {', '.join(map(str, wanted['enum']))} may stand here"
    if kind == "format":
        return f"expected a {wanted}, such as {_FORMATS.get(wanted, wanted)}"
    return f"expected {kind} {wanted}"


_FORMATS = {"date": "2026-01-31", "date-time": "2026-01-31T09:00:00Z", "email": "ada@example.com"}


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", str: "string", dict: "object", list: "array"}
    return names.get(type(value), "number")
