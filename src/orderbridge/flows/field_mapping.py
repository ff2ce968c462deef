"""How one field is filled, as the flow's author writes it; its JSON Schema is what editors offer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema

from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.flows import conversions

SOURCES = ("from", "text", "expression", "object", "value")
LEAVE_OUT, CLEAR, HOLD = "leave_out", "clear", "hold"
SKIP, KEEP, ADD = "skip", "keep", "add"
# What a step must allow before a drop-down list grows.
ADDS_CHOICES = "adds_choices"
# Stands for a mapping within a mapping until the whole schema is put together.
_INNER: JsonObject = {"title": "FieldMapping", "type": "object"}


def _rule(value: Any) -> Any:
    if value in (LEAVE_OUT, CLEAR, HOLD) or isinstance(value, dict):
        return value
    raise ValueError("takes leave_out, clear, hold, or a mapping such as {value: Unknown}")


Rule = Annotated[
    Any,
    BeforeValidator(_rule),
    WithJsonSchema({"anyOf": [{"enum": [LEAVE_OUT, CLEAR, HOLD]}, _INNER]}),
]


class Lookup(BaseModel):
    """A table that is kept with the flow.

    Attributes:
        rows: Its rows, all alike.
        where: The column that is compared with the value.
        take: The column that is taken.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: list[JsonObject] = Field(min_length=1)
    where: str
    take: str


class FieldMapping(BaseModel):
    """Where a field's value comes from, and what becomes of it on the way.

    Exactly one source. Then, in this order: the rules for what is missing, null or empty; the conversions; the
    value map or the lookup.

    Attributes:
        from_: A field of the event or of an earlier step: ``event.contact.email``.
        text: A text with places: ``"Order {event.id}"``.
        expression: Is computed.
        object: An object of further mappings; one of which nothing is left is missing.
        value: Taken as it stands, whatever it looks like.
        if_missing: What becomes of a field that is not there; left out unless given.
        if_null: What becomes of null; left out unless given, so that nothing is cleared by accident.
        if_empty: What becomes of an empty text or list; it is written as it is unless given.
        otherwise: For what is missing or null and has no rule of its own, and for what the map or table lacks.
        required: Missing, null and empty are held.
        convert: See ``flows.conversions``.
        map: What each value becomes.
        lookup: A table instead of a map.
        unmapped: What becomes of what map or table lacks: ``hold``, ``skip`` (left out), ``keep`` (passed on), ``add``
            (passed on, and added to the drop-down list).
        drop_down: The name of the Act! drop-down list that ``add`` adds to.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_: str | None = Field(default=None, alias="from")
    text: str | None = None
    expression: str | None = None
    object: Annotated[JsonObject | None, WithJsonSchema({"type": "object"})] = None
    value: Any = None
    if_missing: Rule = None
    if_null: Rule = None
    if_empty: Rule = None
    otherwise: Any = None
    required: bool = False
    convert: Annotated[Any, WithJsonSchema(conversions.json_schema())] = None
    map: JsonObject | None = None
    lookup: Lookup | None = None
    unmapped: Literal["hold", "skip", "keep", "add"] | None = None
    drop_down: str | None = None

    @property
    def given(self) -> set[str]:
        """The keys that the author wrote."""
        return {"from" if name == "from_" else name for name in self.model_fields_set}

    def rule(self, case: str) -> Any:
        """Return what the author said about a case, ``missing``, ``null`` or ``empty``; None where nothing."""
        return getattr(self, f"if_{case}")

    @property
    def translates(self) -> bool:
        """Whether a map or a table translates the value."""
        return self.map is not None or self.lookup is not None


def json_schema() -> JsonObject:
    """Return the JSON Schema of a mapping, for editors."""
    whole = FieldMapping.model_json_schema(by_alias=True)
    defs = whole.pop("$defs", {})
    one_source = [{"required": [name]} for name in SOURCES]
    defs["FieldMapping"] = _linked(whole) | {"oneOf": one_source}
    return {"$defs": defs} | _REFERENCE


_REFERENCE: JsonObject = {"$ref": "#/$defs/FieldMapping"}


def _linked(value: Any) -> Any:
    if value == _INNER:
        return _REFERENCE
    if isinstance(value, dict):
        return {key: _linked(item) for key, item in value.items()}
    return [_linked(item) for item in value] if isinstance(value, list) else value


def parse(value: JsonObject) -> FieldMapping:
    """Read a mapping.

    Raises:
        FlowError: It is none; what is wrong is said in one line.
    """
    sources = [name for name in SOURCES if name in value]
    if not sources:
        raise FlowError(
            f"a mapping has the keys {', '.join(value)}; it needs one of from, text, map, expression, object, value; a "
            "plain object is written as object: {…}",
            cause="flow.bad_mapping",
        )
    if len(sources) > 1:
        raise FlowError(
            f"a mapping has several sources: {', '.join(sources)}; one is enough", cause="flow.bad_mapping"
        )
    try:
        return FieldMapping.model_validate(value)
    except ValidationError as error:
        raise FlowError(
            f"a mapping is wrong: {'; '.join(map(_said, error.errors()))}", cause="flow.bad_mapping"
        ) from error


def _said(problem: Any) -> str:
    where = ".".join(map(str, problem["loc"]))
    if problem["type"] == "extra_forbidden":
        return f"{where} is no key of a mapping; there are {', '.join(KEYS)}"
    message = problem["msg"].removeprefix("Value error, ")
    return f"{where}: {message[:1].lower()}{message[1:]}"


KEYS = [field.alias or name for name, field in FieldMapping.model_fields.items()]
