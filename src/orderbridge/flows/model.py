"""A flow as data: trigger, filter, steps with their mappings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import word


def _text_keys(value: Any) -> Any:
    # YAML reads the keys of {true: Won, 1: Open} as no texts, and JSON knows only texts.
    if isinstance(value, dict):
        return {word(key): _text_keys(item) for key, item in value.items()}
    return [_text_keys(item) for item in value] if isinstance(value, list) else value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(_Strict):
    """Part of a filter; all parts must hold, or the run has nothing to do and says ``reason``."""

    from_: str = Field(alias="from")
    equals: Any = None
    in_: list[Any] | None = Field(default=None, alias="in")
    present: bool | None = None
    reason: str


class Step(_Strict):
    """One action.

    Attributes:
        id: Later steps find the output as ``steps.<id>``.
        action: An operation with its version: ``act.opportunity.upsert_by_order@1``.
        with_: The action's fields, each a value or a mapping.
        allow: What the owner agreed to: ``messages_people``, ``moves_money``, ``deletes``. Nothing of the kind
            happens without.
        for_each: A mapping that gives a list; the action runs once for each, seen as ``item`` and ``number``.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    action: str
    with_: Annotated[JsonObject, BeforeValidator(_text_keys)] = Field(alias="with")
    allow: list[Literal["messages_people", "moves_money", "deletes"]] = []
    for_each: Annotated[Any, BeforeValidator(_text_keys)] = None


class Flow(_Strict):
    """An automation from one system to the other.

    Attributes:
        trigger: What starts it, with its version: ``ghl.order.changed@1``.
        trigger_with: The trigger's own input, such as the field that it watches.
    """

    flow: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    trigger: str
    trigger_with: JsonObject = {}
    when: list[Condition] = []
    steps: list[Step] = Field(min_length=1)

    def as_json(self) -> JsonObject:
        """The definition as it is stored and exported."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=False)


class Template(_Strict):
    """Flows that belong together and are enabled together."""

    template: str
    title: str
    description: str
    flows: list[Flow]
