"""A flow as data: trigger, filter, steps with their mappings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from orderbridge.core import jsonio
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import word


def _text_keys(value: Any) -> Any:
    # YAML reads the keys of {true: Won, 1: Open} as no texts, and JSON knows only texts.
    if isinstance(value, dict):
        return {word(key): _text_keys(item) for key, item in value.items()}
    return [_text_keys(item) for item in value] if isinstance(value, list) else value


_Mapping = Annotated[Any, BeforeValidator(_text_keys)]
_StepId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Check(_Strict):
    """A question to the event and to earlier steps; exactly one of ``from`` and ``expression`` is asked.

    An expression alone must give true. Several answers asked for must all fit.

    Attributes:
        present: True where there is a value, if only an empty text; false for what is missing or null.
        is_: In which way there is no value.
    """

    from_: str | None = Field(default=None, alias="from")
    expression: str | None = None
    equals: Any = None
    not_equals: Any = None
    in_: list[Any] | None = Field(default=None, alias="in")
    not_in: list[Any] | None = None
    present: bool | None = None
    is_: Literal["missing", "null", "empty"] | None = Field(default=None, alias="is")
    above: Any = None
    below: Any = None


class Condition(Check):
    """Part of a flow's filter; all parts must hold, or the run has nothing to do and says ``reason``."""

    reason: str


class Retry(_Strict):
    """How often a step that failed is tried again before it waits for a person.

    On top of what is retried by itself for as long as it takes: an account that is away, a budget used up.

    Attributes:
        attempts: All tries together.
        pause_s: Before the second one; each later pause is twice the one before, up to a day.
    """

    attempts: int = Field(ge=1, le=50)
    pause_s: float = Field(default=60.0, ge=0, le=86_400)


class _Step(_Strict):
    """What all steps have.

    Attributes:
        id: Unique within the flow; later steps find the output as ``steps.<id>``.
        when: The step is left out unless all of these hold.
    """

    id: _StepId
    when: list[Check] = []


class ActionStep(_Step):
    """One action.

    Attributes:
        action: An operation with its version: ``act.opportunity.upsert_by_order@1``.
        with_: The action's fields, each a value or a mapping.
        allow: What the owner agreed to: ``messages_people``, ``moves_money``, ``deletes``, and ``adds_choices`` to
            drop-down lists of the target. Nothing of the kind happens without.
        for_each: A mapping that gives a list; the action runs once for each, seen as ``item`` and ``number``.
        retry: For errors that a person would have to look at; None asks a person at once.
    """

    action: str
    with_: Annotated[JsonObject, BeforeValidator(_text_keys)] = Field(default={}, alias="with")
    allow: list[Literal["messages_people", "moves_money", "deletes", "adds_choices"]] = []
    for_each: _Mapping = None
    retry: Retry | None = None


class Branch(_Strict):
    """Steps that are done when all of ``when`` hold; without any they always are.

    A draft may have branches that are empty still; publishing refuses them.
    """

    when: list[Check] = []
    steps: list[Step]


class ChooseStep(_Step):
    """The first branch that fits is taken, and none where none fits."""

    choose: list[Branch] = Field(min_length=1)


class EachStep(_Step):
    """Steps that are done once for each item of a list, seen as ``item`` and ``number``, in order.

    Attributes:
        for_each: A mapping that gives the list.
        steps: They find each other's outputs of the same item; after it, ``steps.<id>`` is the list of them.
    """

    for_each: _Mapping
    steps: list[Step]


class StopStep(_Step):
    """The run ends here, and says why.

    Attributes:
        stop: The reason, a text with places: ``"order {event.id} is a test"``.
        as_: ``nothing``: there was nothing to do. ``held``: a person has to look at it.
    """

    stop: str
    as_: Literal["nothing", "held"] = Field(default="nothing", alias="as")


def _kind(value: Any) -> str:
    names = value if isinstance(value, dict) else getattr(type(value), "model_fields", {})
    return next((name for name in ("action", "choose", "stop") if name in names), "each")


Step = Annotated[
    Annotated[ActionStep, Tag("action")]
    | Annotated[ChooseStep, Tag("choose")]
    | Annotated[StopStep, Tag("stop")]
    | Annotated[EachStep, Tag("each")],
    Discriminator(_kind),
]


class Flow(_Strict):
    """An automation from one system to the other.

    Attributes:
        trigger: What starts it, with its version: ``ghl.order.changed@1``.
        trigger_with: The trigger's own input, such as the field that it watches.
        when: The filter.
        steps: In order. A draft may have none yet; publishing refuses that.
    """

    flow: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    trigger: str
    trigger_with: JsonObject = {}
    when: list[Condition] = []
    steps: list[Step]

    def as_json(self) -> JsonObject:
        """The definition as it is stored and exported: what its author wrote, and no more.

        It is equal to what the database gives back: fractions are exact.
        """
        written = self.model_dump(mode="python", by_alias=True, exclude_unset=True)
        return dict(jsonio.decode(jsonio.encode(written)))

    def actions(self) -> Iterator[ActionStep]:
        """Yield every action, also those within branches and lists."""
        for step in every(self.steps):
            if isinstance(step, ActionStep):
                yield step


def every(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield steps and the steps within them, in the order of the text."""
    for step in steps:
        yield step
        if isinstance(step, ChooseStep):
            for branch in step.choose:
                yield from every(branch.steps)
        elif isinstance(step, EachStep):
            yield from every(step.steps)


class Setting(_Strict):
    """What the owner decides when a template is enabled.

    Attributes:
        title: A few words.
        description: One sentence for the owner.
        schema_: JSON Schema of the value.
        default: Taken where nothing is given; a setting without one has to be given.
        example: A value that works, for tests and the documentation.
    """

    title: str
    description: str
    schema_: JsonObject = Field(alias="schema")
    default: Any = None
    example: Any = None

    @property
    def required(self) -> bool:
        """Whether it has to be given."""
        return "default" not in self.model_fields_set


class Template(_Strict):
    """Flows that belong together and are enabled together.

    Attributes:
        settings: What the owner decides, by name.
        flows: Flows in which ``{setting: name}`` stands for a setting's value, and a step with
            ``only_with: name`` is left out where that setting is empty. Each runs between the two connections,
            from the system of its trigger to the other.
    """

    template: str
    title: str
    description: str
    settings: dict[str, Setting] = {}
    flows: list[JsonObject] = Field(min_length=1)
