"""Flows as files: YAML that a person writes and git keeps, the same bytes for the same flow."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.flows import documents, shape
from orderbridge.flows.documents import Document, UnreadableError
from orderbridge.flows.model import Flow
from orderbridge.flows.problems import FlowProblemsError, Problem

SCHEMA_FILE = "flow.schema.json"
_HINT = f"# yaml-language-server: $schema={SCHEMA_FILE}\n"
# Ends of lines that only some take for one, and what cannot be seen.
_ODD = re.compile("[\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff]")
_CONNECTIONS = ("source", "target")

_FLOW = ("flow", "title", "source", "target", "trigger", "trigger_with", "when", "steps")
_STEP = ("id", "when", "action", "allow", "retry", "choose", "for_each", "with", "steps", "stop", "as")
_CHECK = (
    "from", "expression", "equals", "not_equals", "in", "not_in", "present", "is", "above", "below", "reason",
)  # fmt: skip
_MAPPING = (
    "from", "text", "expression", "object", "value", "convert", "if_missing", "if_null", "if_empty", "required", "map",
    "lookup", "unmapped", "drop_down", "otherwise",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFile:
    """A flow with what only its file says.

    Attributes:
        subject: The file's name, for messages.
        source: Name of the connection whose changes start it; None where the file does not say.
        target: Name of the connection that it works on.
    """

    flow: Flow
    subject: str
    source: str | None
    target: str | None
    document: Document


def read(raw: bytes, *, subject: str) -> FlowFile:
    """Read a flow's file.

    Raises:
        FlowProblemsError: It is none; each problem has its line.
    """
    try:
        document = documents.read(raw)
    except UnreadableError as error:
        found = [Problem(place="the file", message=str(error), line=error.line)]
        raise FlowProblemsError(subject, found, cause="flow.not_a_flow") from error
    definition = document.value
    given: dict[str, Any] = {}
    if isinstance(definition, dict):
        given = {key: definition[key] for key in _CONNECTIONS if key in definition}
        for key, value in given.items():
            if not isinstance(value, str) or not value:
                problem = Problem(
                    place=key, message="expected the name of a connection", line=document.line((key,))
                )
                raise FlowProblemsError(subject, [problem], cause="flow.not_a_flow")
        definition = {key: value for key, value in definition.items() if key not in _CONNECTIONS}
    flow = shape.parsed(definition, subject=subject, line=document.line)
    return FlowFile(
        flow=flow,
        subject=subject,
        source=given.get("source"),
        target=given.get("target"),
        document=document,
    )


def write(definition: JsonObject, *, source: str | None = None, target: str | None = None) -> str:
    """Return a flow as the text of its file: always the same for the same flow.

    The order of fields is the one of the words above and of the operations' own fields, not the author's: the
    database does not keep that.
    """
    named = {key: value for key, value in (("source", source), ("target", target)) if value is not None}
    text = yaml.dump(
        ordered(shape.tidy(definition) | named),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=1_000_000,
    )
    return f"{_HINT}{text}"


def ordered(definition: JsonObject) -> JsonObject:
    """Return a definition with its fields in their order."""
    found = _by(definition, _FLOW)
    if "trigger_with" in found:
        found["trigger_with"] = _fields(found["trigger_with"], found.get("trigger"), literal=True)
    if "when" in found:
        found["when"] = [_check(item) for item in found["when"]]
    if "steps" in found:
        found["steps"] = [_step(item) for item in found["steps"]]
    return found


def _step(step: JsonObject) -> JsonObject:
    found = _by(step, _STEP)
    for key, value in found.items():
        if key == "when":
            found[key] = [_check(item) for item in value]
        elif key == "choose" or key == "steps":
            found[key] = [_step(item) for item in value]
        elif key == "for_each":
            found[key] = _value(value)
        elif key == "with":
            found[key] = _fields(value, step.get("action"))
        elif key == "retry":
            found[key] = _by(value, ("attempts", "pause_s"))
    return found


def _check(check: JsonObject) -> JsonObject:
    return {key: _value(value) for key, value in _by(check, _CHECK).items()}


def _fields(given: JsonObject, ref: Any, *, literal: bool = False) -> JsonObject:
    try:
        names = tuple(operation(str(ref)).input_schema.get("properties", {}))
    except FlowError:
        names = ()
    return {key: _value(value) for key, value in _by(given, names).items()}


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, dict):
        return {key: _value(item) for key, item in _by(value, _MAPPING).items()}
    return value


def _by(value: Mapping[str, Any], names: Sequence[str]) -> JsonObject:
    known = {name: number for number, name in enumerate(names)}
    return {key: value[key] for key in sorted(value, key=lambda key: (known.get(key, len(known)), key))}


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        # Lists are set in below their name, as people write them.
        return super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None
    if _ODD.search(value):
        style = '"'
    elif "\n" in value:
        style = "|"
    elif _reads_otherwise(value):
        style = "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _reads_otherwise(value: str) -> bool:
    try:
        return documents.scalar(value) is not value
    except ValueError:
        return True


def _fraction(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:float", format(value, "f"))


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Decimal, _fraction)
