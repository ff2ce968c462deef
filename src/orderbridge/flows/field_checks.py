"""Mappings against what the connected accounts have: fields that are gone, read-only, too short, of another type.

Pure: the fields are read elsewhere. What cannot be known before a run is left to the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from orderbridge.catalogue import event_fields
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.registry import operation
from orderbridge.connectors.registry import title
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import places, word
from orderbridge.flows import conversions, mapping_problems
from orderbridge.flows.account_field import (
    BOOLEAN,
    DAY,
    MOMENT,
    NUMBER,
    OBJECT,
    OTHER,
    TEXT,
    TEXTS,
    AccountField,
    declared,
)
from orderbridge.flows.field_mapping import FieldMapping
from orderbridge.flows.model import ActionStep, Flow, every
from orderbridge.flows.problems import Problem

Known = Mapping[tuple[str, str], Mapping[str, AccountField]]
_CUSTOM_RECORD, _TABLE = "custom_record", "table"
# Below these the account's owner chose the names.
_OWNERS = {"custom_fields": "custom_fields.", "fields": "fields."}
_MOST_SHOWN = 8
_MADE_BY = {
    "text": TEXT, "phone": TEXT, "country": TEXT, "state": TEXT, "join": TEXT, "split": TEXTS, "date": DAY,
    "date_time": MOMENT, "boolean": BOOLEAN, "number": NUMBER, "money": NUMBER,
}  # fmt: skip
# What never fits into what, and the conversion that would help.
_UNFIT = {
    NUMBER: {TEXT: "number, or money", BOOLEAN: "", DAY: "", MOMENT: "", TEXTS: "", OBJECT: ""},
    BOOLEAN: {TEXT: "boolean", NUMBER: "boolean", DAY: "", MOMENT: "", TEXTS: "", OBJECT: ""},
    DAY: {NUMBER: "", BOOLEAN: "", MOMENT: "date", TEXTS: "", OBJECT: ""},
    MOMENT: {NUMBER: "", BOOLEAN: "", TEXTS: "", OBJECT: ""},
    TEXT: {NUMBER: "text", BOOLEAN: "text", TEXTS: "join", OBJECT: ""},
    TEXTS: {TEXT: "split", NUMBER: "split", BOOLEAN: "", OBJECT: ""},
}


def of_flow(flow: Flow, known: Known) -> list[Problem]:
    """Return what is wrong.

    Args:
        flow: The flow.
        known: The fields of each (system, kind of record) that could be read, by their name in lower case.
    """
    trigger = operation(flow.trigger)
    event = _Event(trigger, _listened(trigger, known))
    found = list(_of_conditions(flow, event))
    for step in flow.actions():
        try:
            action = operation(step.action)
        except FlowError:
            continue
        kind = kind_of(step)
        fields = known.get(kind) if kind else None
        found += _Target(step, action, fields, event).problems()
    return found


def kind_of(step: ActionStep) -> tuple[str, str] | None:
    """Return the system and the kind of record whose fields a step fills; None where that cannot be told."""
    system, kind, *_ = step.action.split(".")
    if system not in ("act", "ghl"):
        return None
    if kind == _CUSTOM_RECORD:
        table = step.with_.get(_TABLE)
        return (system, table) if isinstance(table, str) else None
    return system, kind


def _listened(trigger: Operation, known: Known) -> Mapping[str, AccountField]:
    kind = trigger.listens.kind if trigger.listens else ""
    fields = known.get((trigger.system, kind), {})
    return {item.in_events.casefold(): item for item in fields.values() if item.in_events}


@dataclass(frozen=True, slots=True)
class _Event:
    """What the trigger shows."""

    trigger: Operation
    fields: Mapping[str, AccountField]

    def unknown(self, path: str, place: str) -> Iterator[Problem]:
        """Warn of a path into the event that nobody knows."""
        head, _, rest = path.partition(".")
        if head != "event" or not rest:
            return
        name, _, inner = rest.partition(".")
        if name == "custom_fields" and inner:
            known = [item for item in self.fields if item.startswith("custom_fields.")]
            if not known or rest.casefold() in known:
                return
            yield self._problem(path, place, [f"event.{item}" for item in known])
            return
        names = event_fields.known(self.trigger) | {item.partition(".")[0] for item in self.fields}
        if name not in names:
            yield self._problem(path, place, [f"event.{item}" for item in sorted(names)])

    def _problem(self, path: str, place: str, names: Sequence[str]) -> Problem:
        return Problem(
            place=place,
            message=f"{self.trigger.ref} is not known to show {path}, so it would be missing{_meant(path, names)}",
            warning=True,
        )

    def field(self, path: str | None) -> AccountField | None:
        """Return what is known of a field of the event."""
        if path is None or not path.startswith("event."):
            return None
        name = path.removeprefix("event.")
        if name.casefold() in self.fields:
            return self.fields[name.casefold()]
        schema = self.trigger.output_schema.get("properties", {}).get(name)
        return declared(name, schema) if schema else None


@dataclass(frozen=True, slots=True)
class _Target:
    """The fields that one step fills."""

    step: ActionStep
    action: Operation
    fields: Mapping[str, AccountField] | None
    event: _Event

    def problems(self) -> Iterator[Problem]:
        prefix = f"steps.{self.step.id}.with."
        for name, value in self.step.with_.items():
            for place, item, mapping in mapping_problems.mappings(value, f"{prefix}{name}"):
                for path in _paths(mapping):
                    yield from self.event.unknown(path, place)
                yield from self._one(place, place.removeprefix(prefix), item, mapping)

    def _one(self, place: str, name: str, item: Any, mapping: FieldMapping | None) -> Iterator[Problem]:
        found = self._field(name)
        if found is None:
            if self.fields is not None and name.startswith(tuple(_OWNERS.values())):
                yield Problem(place=place, message=self._gone(name))
            return
        if found.read_only:
            yield Problem(
                place=place,
                message=f"{title(self.action.system)} fills {name} ({found.label}) itself: it is read-only there. Take "
                "the mapping out, or map another field",
            )
            return
        for value in _literals(item, mapping):
            yield from _of_literal(place, found, value)
        if mapping is not None and mapping.from_ is not None:
            yield from self._of_source(place, found, mapping)

    def _field(self, name: str) -> AccountField | None:
        account = (self.fields or {}).get(name.casefold())
        schema = _schema_at(self.action.input_schema, name)
        if schema is None:
            return account
        own = declared(name, schema)
        # The operation says what it takes; the account, what fits in there.
        return own if account is None or own.choices is not None else account

    def _gone(self, name: str) -> str:
        assert self.fields is not None
        container, _, _ = name.partition(".")
        known = [item.name for item in self.fields.values() if item.name.startswith(f"{container}.")]
        labels = {item.label.casefold(): item.name for item in self.fields.values()}
        by_label = labels.get(name.partition(".")[2].replace("_", " ").casefold())
        meant = f"; did you mean {by_label}?" if by_label else _meant(name, known)
        system = title(self.action.system)
        return f"{system} has no field {name}: it was removed there, or is spelled in another way{meant}"

    def _of_source(self, place: str, target: AccountField, mapping: FieldMapping) -> Iterator[Problem]:
        source = self.event.field(mapping.from_)
        if mapping.translates:
            if source is not None and source.closed:
                yield from _holes(place, source, mapping)
            return
        options = list(_conversions(mapping))
        if options:
            name, given = options[-1]
            made = TEXT if given.get("to") in ("text", "word") else _MADE_BY[name]
            yield from _of_type(place, target, made, f"the conversion {name} makes")
            most = given.get("max_length")
            if target.max_length and isinstance(most, int) and most > target.max_length:
                yield Problem(
                    place=f"{place}.convert",
                    message=f"{target.name} takes {target.max_length} characters, not {most}",
                )
            return
        if source is None:
            return
        yield from _of_type(place, target, source.type, f"{mapping.from_} is")
        if target.max_length and source.max_length and source.max_length > target.max_length:
            yield Problem(
                place=place,
                message=f"{mapping.from_} may have {source.max_length} characters and {target.name} takes "
                f"{target.max_length}; convert: {{text: {{max_length: {target.max_length}}}}} settles the longer ones",
                warning=True,
            )


def _of_conditions(flow: Flow, event: _Event) -> Iterator[Problem]:
    for number, check in enumerate(flow.when):
        if check.from_:
            yield from event.unknown(check.from_, f"when.{number}")
    for step in every(flow.steps):
        for number, asked in enumerate(step.when):
            if asked.from_:
                yield from event.unknown(asked.from_, f"steps.{step.id}.when.{number}")


def _of_literal(place: str, target: AccountField, value: Any) -> Iterator[Problem]:
    if target.closed and target.choices is not None:
        for item in value if isinstance(value, list) else [value]:
            if target.choice(word(item)) is None:
                yield Problem(
                    place=place,
                    message=f"{word(item)!r} is none of what {target.name} takes: {_some(target.choices)}",
                )
        return
    yield from _of_type(
        place, target, _type_of(value), f"{word(value)!r} is" if not isinstance(value, list) else "it is"
    )
    if target.max_length and isinstance(value, str) and len(value) > target.max_length:
        yield Problem(
            place=place,
            message=f"{len(value)} characters do not fit: {target.name} takes {target.max_length}",
        )


def _of_type(place: str, target: AccountField, given: str, what: str) -> Iterator[Problem]:
    unfit = _UNFIT.get(target.type, {})
    if given not in unfit:
        return
    if target.type == TEXT and target.custom and given in (NUMBER, BOOLEAN):
        # Act! and HighLevel write these as texts by themselves.
        return
    advice = f"; convert: {unfit[given]} would make one" if unfit[given] else ""
    kinds = {TEXTS: "several texts", OBJECT: "an object", BOOLEAN: "yes or no"}
    yield Problem(
        place=place,
        message=f"{what} {kinds.get(given, f'a {given}')}, and {target.name} takes "
        f"{kinds.get(target.type, f'a {target.type}')}{advice}",
    )


def _holes(place: str, source: AccountField, mapping: FieldMapping) -> Iterator[Problem]:
    if mapping.map is None or "otherwise" in mapping.given or mapping.unmapped not in (None, "hold"):
        return
    missing = [item for item in source.choices or () if item not in mapping.map]
    if missing and mapping.convert is None:
        yield Problem(
            place=f"{place}.map",
            message=f"the value map lacks {_some(missing)}, which {mapping.from_} can be; each would be held",
            warning=True,
        )


def _paths(mapping: FieldMapping | None) -> list[str]:
    if mapping is None:
        return []
    return [mapping.from_] if mapping.from_ is not None else places(mapping.text or "")


def _literals(item: Any, mapping: FieldMapping | None) -> Iterator[Any]:
    """Yield the values that stand in the flow itself and would be written as they are."""
    if mapping is None or "value" in mapping.given:
        values = [] if isinstance(item, dict) else [item]
    else:
        values = list((mapping.map or {}).values())
        if mapping.lookup is not None:
            values += [row.get(mapping.lookup.take) for row in mapping.lookup.rows]
        for fallback in (mapping.otherwise, mapping.if_missing, mapping.if_null, mapping.if_empty):
            if isinstance(fallback, dict):
                values.append(fallback.get("value"))
        if not isinstance(mapping.otherwise, dict):
            values.append(mapping.otherwise)
    seen: list[Any] = []
    for value in values:
        plain = not isinstance(value, dict) and value is not None and value != ""
        nested = isinstance(value, list) and any(isinstance(part, dict | list) for part in value)
        if plain and not nested and value not in seen:
            seen.append(value)
            yield value


def _conversions(mapping: FieldMapping) -> Iterator[tuple[str, JsonObject]]:
    if mapping.convert is None:
        return
    try:
        yield from conversions.listed(mapping.convert)
    except FlowError:
        return


def _schema_at(schema: JsonObject, name: str) -> JsonObject | None:
    for part in name.split("."):
        if part not in schema.get("properties", {}):
            return None
        schema = schema["properties"][part]
    return schema


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, str):
        return TEXT
    return TEXTS if isinstance(value, list) else NUMBER if value is not None else OTHER


def _meant(name: str, names: Sequence[str]) -> str:
    # What they all begin with makes none of them similar.
    ends = {item.rpartition(".")[2]: item for item in names}
    close = get_close_matches(name.rpartition(".")[2], ends, n=1)
    return f"; did you mean {ends[close[0]]}?" if close else (f"; it has {_some(names)}" if names else "")


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_SHOWN]) + (", …" if len(names) > _MOST_SHOWN else "")
