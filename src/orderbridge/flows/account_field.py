"""A field that a connected account has, as mappings name it."""

from __future__ import annotations

from dataclasses import dataclass, field

from orderbridge.core.jsonio import JsonObject

# What fits: a text, an exact number, yes or no, a day, a moment, several texts, an object of fields, other things.
TEXT, NUMBER, BOOLEAN, DAY, MOMENT, TEXTS, OBJECT, OTHER = (
    "text", "number", "boolean", "day", "moment", "texts", "object", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountField:
    """One field.

    Attributes:
        name: As our operations call it: ``first_name``, ``custom_fields.user1``.
        label: As people read it over there.
        type: What fits.
        required: Whether a new record needs it.
        read_only: Whether only the system itself fills it.
        custom: Whether the account's owner added it.
        max_length: Characters that fit into a text.
        choices: What can be picked; None where anything can be written.
        closed: Whether nothing but the choices is taken.
        in_events: The name under which events show it.
    """

    name: str
    label: str
    type: str
    required: bool = False
    read_only: bool = False
    custom: bool = False
    max_length: int | None = None
    choices: tuple[str, ...] | None = None
    closed: bool = False
    in_events: str | None = field(default=None)

    def as_json(self) -> JsonObject:
        """The field as it is shown."""
        return {
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "required": self.required,
            "read_only": self.read_only,
            "custom": self.custom,
            "max_length": self.max_length,
            "choices": None if self.choices is None else list(self.choices),
            "closed": self.closed,
            "in_events": self.in_events,
        }

    def choice(self, value: str) -> str | None:
        """Return a choice as the account spells it, whatever the case; None where it is none."""
        wanted = value.strip().casefold()
        return next((item for item in self.choices or () if item.strip().casefold() == wanted), None)


def declared(name: str, schema: JsonObject, *, required: bool = False) -> AccountField:
    """Return a field as its JSON Schema declares it."""
    enum = schema.get("enum")
    return AccountField(
        name=name,
        label=schema.get("description", name),
        type=type_of(schema),
        required=required,
        max_length=schema.get("maxLength"),
        choices=tuple(map(str, enum)) if enum else None,
        closed=bool(enum),
        in_events=name,
    )


def type_of(schema: JsonObject) -> str:
    """Return what fits into a field with such a JSON Schema."""
    types = schema.get("type")
    names = set(types if isinstance(types, list) else [types]) - {"null"}
    if names == {"string"}:
        return {"date": DAY, "date-time": MOMENT}.get(schema.get("format", ""), TEXT)
    if names and names <= {"number", "integer"}:
        return NUMBER
    if names == {"boolean"}:
        return BOOLEAN
    if names == {"array"}:
        return TEXTS if schema.get("items", {"type": "string"}).get("type") == "string" else OTHER
    return OBJECT if names == {"object"} else OTHER
