"""One value of a mapping, rendered: its source, its rules, its conversions, its map."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orderbridge.core.errors import FlowError, HeldError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import MISSING, filled, find, look_up, places, word
from orderbridge.core.redact import redact
from orderbridge.flows import conversions
from orderbridge.flows.field_mapping import ADD, CLEAR, HOLD, KEEP, LEAVE_OUT, SKIP, FieldMapping, parse

Evaluate = Callable[[str, JsonObject], Awaitable[Any]]
_LONGEST_SHOWN = 40


class _Cleared:
    """What the author wants empty; how that is written depends on the field."""

    __slots__ = ()


_CLEARED = _Cleared()


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A value that a drop-down list lacks and shall get.

    Attributes:
        drop_down: Name of the list.
        field: Of the action, for messages.
    """

    drop_down: str
    value: str
    field: str


@dataclass(frozen=True, slots=True)
class Rendering:
    """One value being rendered.

    Attributes:
        writing: Whether an action's input is filled, in which null stands only where the author says so.
        step: The step that it is for, for messages.
    """

    evaluate: Evaluate
    scope: JsonObject
    writing: bool = False
    step: str = ""
    additions: list[Addition] = field(default_factory=list)

    def where(self, place: str) -> str:
        """Name the step, the field and the record."""
        record = look_up(self.scope, "event.id")
        of_record = f" of record {word(record)}" if isinstance(record, str | int) else ""
        item = f", item {self.scope['number']}" if "number" in self.scope else ""
        return f"step {self.step!r}, field {place}{of_record}{item}"

    async def of(self, value: Any, place: str) -> Any:
        """Return what a value or mapping at ``place`` stands for; MISSING where there is nothing, None for null."""
        if isinstance(value, list):
            found = [await self.of(item, f"{place}.{number}") for number, item in enumerate(value)]
            return [item for item in found if self._stays(item)]
        if not isinstance(value, dict):
            # Null that stands in the flow is the author's own.
            return _CLEARED if value is None else value
        return await self._mapped(parse(value), place)

    async def _mapped(self, mapping: FieldMapping, place: str) -> Any:
        found = await self._source(mapping, place)
        case, final = case_of(found), False
        rule = mapping.rule(case) if case else None
        if rule is not None:
            found, final = await self._by_rule(rule, mapping, place, case), True
        elif case in ("missing", "null") and "otherwise" in mapping.given and not mapping.translates:
            found, final = await self.of(mapping.otherwise, place), True
        if not final and case not in ("missing", "null"):
            found = await self._converted(found, mapping, place)
            if case_of(found) == "empty" and case != "empty" and mapping.if_empty is not None:
                # A text of blanks, trimmed.
                found, final = await self._by_rule(mapping.if_empty, mapping, place, "empty"), True
        if not final and mapping.translates:
            found = await self._translated(found, mapping, place)
        if mapping.required and case_of(found):
            raise self._without(_path_of(mapping, place), case_of(found), "the flow requires it", place)
        return found

    async def _source(self, mapping: FieldMapping, place: str) -> Any:
        if mapping.from_ is not None:
            return find(self.scope, mapping.from_)
        if mapping.text is not None:
            return self._text(mapping)
        if mapping.expression is not None:
            return await self.evaluate(mapping.expression, self.scope)
        if mapping.object is not None:
            return await self._object(mapping.object, place)
        return _CLEARED if mapping.value is None else mapping.value

    def _text(self, mapping: FieldMapping) -> Any:
        assert mapping.text is not None
        if mapping.given & {"otherwise", "if_missing"}:
            found = [look_up(self.scope, path) for path in places(mapping.text)]
            if any(item is None for item in found):
                return MISSING
        return filled(mapping.text, self.scope)

    async def _object(self, fields: JsonObject, place: str) -> Any:
        found = {key: await self.of(item, f"{place}.{key}" if place else key) for key, item in fields.items()}
        kept = {key: item for key, item in found.items() if self._stays(item)}
        return kept if kept or not fields else MISSING

    def _stays(self, item: Any) -> bool:
        return item is not MISSING and not (self.writing and item is None)

    async def _by_rule(self, rule: Any, mapping: FieldMapping, place: str, case: str) -> Any:
        if rule == HOLD:
            raise self._without(_path_of(mapping, place), case, f"if_{case} says hold", place)
        if rule == LEAVE_OUT:
            return MISSING
        return _CLEARED if rule == CLEAR else await self.of(rule, place)

    async def _converted(self, found: Any, mapping: FieldMapping, place: str) -> Any:
        if mapping.convert is None or found is _CLEARED:
            return found
        for name, options in conversions.listed(mapping.convert):
            try:
                known = await self._options(name, options, place)
                found = conversions.apply(found, name, known)
            except HeldError as error:
                raise HeldError(
                    f"{_path_of(mapping, place)} cannot be converted by {name}: {error}; correct it at its source, or "
                    "change the mapping, and replay",
                    cause=error.cause,
                ) from error
        return found

    async def _options(self, name: str, options: JsonObject, place: str) -> JsonObject:
        known = {}
        for key, item in options.items():
            known[key] = (
                find(self.scope, item["from"]) if isinstance(item, dict) and set(item) == {"from"} else item
            )
            if known[key] is MISSING or known[key] is None or known[key] == "":
                raise HeldError(
                    f"its option {key} is taken from {item['from']}, which this record does not have",
                    cause=f"mapping.missing.{item['from']}",
                )
        return known

    async def _translated(self, found: Any, mapping: FieldMapping, place: str) -> Any:
        known, value = _entry(found, mapping)
        if known:
            # Null in the author's own table is the author's word.
            return _CLEARED if value is None else value
        if "otherwise" in mapping.given:
            return await self.of(mapping.otherwise, place)
        if mapping.unmapped == SKIP:
            return MISSING
        if mapping.unmapped in (KEEP, ADD):
            if mapping.unmapped == ADD and not case_of(found) and found is not _CLEARED:
                self._add(found, mapping, place)
            return found
        path = _path_of(mapping, place)
        what = "the lookup's table" if mapping.map is None else f"the value map ({', '.join(mapping.map)})"
        raise HeldError(
            f"{path} is {_shown(path, found)}, which {what} does not have; add it to the flow and replay",
            cause=f"mapping.unmapped.{path}",
        )

    def _add(self, found: Any, mapping: FieldMapping, place: str) -> None:
        if mapping.drop_down is None:
            raise FlowError(
                "unmapped: add needs drop_down, the name of an Act! list", cause="flow.bad_mapping"
            )
        for item in found if isinstance(found, list) else [found]:
            self.additions.append(Addition(drop_down=mapping.drop_down, value=word(item), field=place))

    def needed(self, name: str, mapping: Any, found: Any, schema: JsonObject) -> None:
        """Hold what an action requires and the record does not have."""
        case = case_of(found)
        # Where null is an answer and some answer is required, null is the answer.
        nullable = case == "null" and _takes_null(schema)
        if not case or nullable or not isinstance(mapping, dict):
            return
        # An empty text is a text, where the action takes one.
        if case == "empty" and not schema.get("minLength") and not schema.get("minItems"):
            return
        path = _path_of(parse(mapping), name)
        raise self._without(path, case, "the action requires it", name)

    def _without(self, path: str, case: str, why: str, place: str) -> HeldError:
        what = {"missing": "is not there", "null": "is null", "empty": "is empty"}[case]
        return HeldError(
            f"{path} {what}, and {why}; complete the record at its source, or give the mapping a fallback, and replay. "
            "Nothing was written",
            cause=f"mapping.missing.{path}",
        )


def _path_of(mapping: FieldMapping, place: str) -> str:
    if mapping.from_ is not None:
        return mapping.from_
    named = places(mapping.text or "")
    return named[0] if named else place or "the value"


def case_of(value: Any) -> str:
    """Tell in which way there is no value: ``missing``, ``null``, ``empty``, or "" where there is one."""
    if value is MISSING:
        return "missing"
    if value is None:
        return "null"
    return "empty" if isinstance(value, str | list) and not value else ""


def _entry(found: Any, mapping: FieldMapping) -> tuple[bool, Any]:
    if isinstance(found, dict | list) or found is MISSING or found is _CLEARED:
        return False, None
    if mapping.map is not None:
        known = word(found) in mapping.map
        return known, mapping.map.get(word(found))
    assert mapping.lookup is not None
    table = mapping.lookup
    for row in table.rows:
        if table.where in row and word(row[table.where]) == word(found):
            return True, row.get(table.take, MISSING)
    return False, None


def _shown(path: str, found: Any) -> str:
    if found is MISSING:
        return "missing"
    if isinstance(found, dict | list):
        return conversions.kind_of(found)
    # By its name it may be a secret.
    shown = repr(redact({path.rpartition(".")[2]: found}).popitem()[1])
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"


def _takes_null(schema: JsonObject) -> bool:
    types = schema.get("type")
    if types is None:
        return "enum" not in schema or None in schema["enum"]
    return "null" in (types if isinstance(types, list) else [types])


def clearable(schema: JsonObject) -> bool:
    """Whether a field with such a JSON Schema takes something empty: null, or an empty text."""
    limits = {"minLength", "enum", "format", "pattern"}
    return _takes_null(schema) or (schema.get("type") == "string" and not limits & set(schema))


def settled(value: Any, schema: JsonObject, place: str) -> Any:
    """Write what is to be cleared as the field takes it: null, else an empty text."""
    if value is _CLEARED:
        if not clearable(schema):
            raise FlowError(
                f"{place} cannot be cleared: the action takes nothing empty for it",
                cause="flow.not_clearable",
            )
        return None if _takes_null(schema) else ""
    if isinstance(value, Mapping):
        inner = schema.get("properties", {})
        return {key: settled(item, inner.get(key, {}), f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [settled(item, schema.get("items", {}), place) for item in value]
    return value
