"""What an operation is: a trigger or an action, typed, with its cost, its effects and its proof."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from orderbridge.catalogue.changes import Change
from orderbridge.catalogue.context import ActionContext
from orderbridge.core.jsonio import JsonObject

Run = Callable[[ActionContext, JsonObject], Awaitable[JsonObject]]
Happens = Callable[[Change, JsonObject], bool]

TRIGGER, ACTION = "trigger", "action"
CURATED, API, DENIED = "curated", "api", "denied"

READS, WRITES, MESSAGES, MONEY, DELETES = (
    "reads", "writes", "messages_people", "moves_money", "deletes",
)  # fmt: skip
# What nothing does unless the owner asked for it.
NEEDS_CONSENT = frozenset({MESSAGES, MONEY, DELETES})


@dataclass(frozen=True, kw_only=True)
class Listens:
    """What a trigger listens to.

    A trigger is a view of a change: whichever way the change became known, it is one event, and every
    trigger that it satisfies fires once.

    Attributes:
        kind: Of record: ``order``, ``contact``.
        happens: Tells from the change and the trigger's own input whether it fires.
        webhooks: The provider's names of the webhooks that bring it.
        polled: How it is found without a webhook, in a few words; None where only a webhook brings it.
        part_of: It only hears of records that are read with another one, such as an ``order``.
    """

    kind: str
    happens: Happens = field(compare=False)
    webhooks: tuple[str, ...] = ()
    polled: str | None = None
    part_of: str | None = None


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A trigger or an action.

    Attributes:
        id: Stable, system, object and verb: ``ghl.order.get``. A curated operation lives in the module
            of that name.
        version: Counts incompatible changes; flows name it (``ghl.order.get@1``).
        system: ``ghl``, ``act`` or ``core``.
        tier: ``curated`` (ours, proved), ``api`` (a published call as it is) or ``denied``.
        title: A few words, an imperative for actions.
        description: One sentence for the owner.
        input_schema: JSON Schema of what it takes; unknown properties are refused.
        output_schema: JSON Schema of what it gives.
        example: An input that works, without secrets.
        example_output: What comes of it, shortened.
        method: Of the published call that it makes, where it makes one.
        path: Of that call, with its parameters in braces.
        scopes: That a HighLevel token must have.
        permissions: That the Act! user must have, in Act!'s own words.
        calls: Its cost in calls to the provider, in a few words.
        effects: Any of ``reads``, ``writes``, ``messages_people``, ``moves_money``, ``deletes``.
        conditional: Effects that an input brings with it where it is given and true.
        makes_tasks: Whether it puts a task before somebody; a backfill leaves such steps out.
        repeatable: Whether doing it twice is the same as doing it once.
        proof: How a write is proved and found again; None for what writes nothing.
        denied: Why it cannot be called.
        private: Inputs whose values may be secrets; they are never stored.
        listens: For triggers.
        run: For actions.
    """

    id: str
    version: int = 1
    system: str
    tier: str = CURATED
    title: str
    description: str
    input_schema: JsonObject
    output_schema: JsonObject
    example: JsonObject = field(default_factory=dict)
    example_output: JsonObject = field(default_factory=dict)
    method: str | None = None
    path: str | None = None
    scopes: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    calls: str = "none"
    effects: frozenset[str] = frozenset({READS})
    conditional: Mapping[str, str] = field(default_factory=dict, compare=False)
    makes_tasks: bool = field(default=False, compare=False)
    repeatable: bool = True
    proof: str | None = None
    denied: str | None = None
    private: frozenset[str] = frozenset()
    listens: Listens | None = field(default=None, compare=False)
    run: Run | None = field(default=None, compare=False)

    @property
    def ref(self) -> str:
        """How flows name it: ``ghl.order.get@1``."""
        return f"{self.id}@{self.version}"

    @property
    def kind(self) -> str:
        """``trigger`` or ``action``."""
        return TRIGGER if self.listens is not None else ACTION

    @property
    def writes(self) -> bool:
        """Whether anything changes over there."""
        return not self.effects <= {READS}

    def effects_of(self, given: JsonObject) -> frozenset[str]:
        """What this very input would do."""
        return self.effects | {effect for name, effect in self.conditional.items() if given.get(name)}
