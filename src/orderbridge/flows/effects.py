"""Which kinds of records a step changes, and which changes start a flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from orderbridge.catalogue.operation import API, Operation
from orderbridge.catalogue.own_events import INBOUND
from orderbridge.catalogue.registry import curated, operation
from orderbridge.core.errors import FlowError
from orderbridge.flows.model import ActionStep, Flow
from orderbridge.flows.references import certain, known

CREATES, CHANGES, DELETES = "creates", "changes", "deletes"
_ALL = frozenset({CREATES, CHANGES, DELETES})
_HTTP = "core.http.request"
_READING = ("GET", "HEAD")

# What a curated action writes where that is not the kind of record that it is named after.
_WRITTEN: dict[str, tuple[str, ...]] = {
    "act.attachment": (),
    "act.fulfilment": ("custom_record", "history"),
    "act.line_item": ("line_item", "opportunity"),
    "act.payment": ("custom_record", "history"),
    "act.recurring_task": ("task",),
    "act.secondary_contact": ("contact",),
    "act.subscription": ("custom_record", "opportunity"),
    "ghl.fulfilment": ("fulfilment", "order"),
    "ghl.inventory": ("price",),
    "ghl.invoice": ("invoice", "order", "transaction"),
    "ghl.invoice_schedule": ("invoice", "order", "transaction", "subscription"),
    "ghl.object_record": ("record",),
    "ghl.order": ("order", "transaction", "invoice"),
    "ghl.tag": ("contact",),
}
# Words of addresses that are no kind of record by themselves.
_WORDS = {
    "activities": "task", "companies": "company", "entities": "custom_record", "fulfillments": "fulfilment",
    "histories": "history", "history": "history", "objects": "object_schema", "opportunities": "opportunity",
    "records": "record", "text2pay": "invoice", "estimate": "estimate", "company": "company",
}  # fmt: skip
# What changes with a record of the kind.
_WITH = {"invoice": ("order", "transaction"), "order": ("transaction", "invoice"), "fulfilment": ("order",)}


@dataclass(frozen=True, slots=True)
class Touch:
    """A kind of record in one system, and how it is touched.

    Attributes:
        system: ``ghl``, ``act``, or ``core`` for the flows' own addresses.
        kind: As triggers name it.
        how: Any of ``creates``, ``changes``, ``deletes``.
    """

    system: str
    kind: str
    how: frozenset[str]

    def starts(self, other: Touch) -> bool:
        """Whether a change like this one starts what listens to ``other``."""
        return (self.system, self.kind) == (other.system, other.kind) and bool(self.how & other.how)


@dataclass(frozen=True, slots=True)
class Writes:
    """A step that writes.

    Attributes:
        step: Its id.
        proved: It is read back and its fingerprint kept, so that the change is known for our own.
    """

    step: str
    ref: str
    touches: tuple[Touch, ...]
    proved: bool


def listens(flow: Flow) -> Touch | None:
    """Return what starts a flow; None for what no step can cause: the clock, a person."""
    try:
        trigger = operation(flow.trigger)
    except FlowError:
        return None
    if trigger.listens is None:
        return None
    verb = trigger.id.rpartition(".")[2]
    how = {"created": frozenset({CREATES}), "deleted": frozenset({DELETES})}.get(
        verb, frozenset({CREATES, CHANGES})
    )
    if trigger.system == "core":
        return Touch("core", INBOUND, _ALL) if trigger.listens.kind == INBOUND else None
    return Touch(trigger.system, trigger.listens.kind, how)


def writes(flow: Flow, own_addresses: frozenset[str]) -> Iterator[Writes]:
    """Yield what the steps of a flow write.

    Args:
        flow: The flow.
        own_addresses: ``host`` or ``host:port`` at which this server is reached.
    """
    for step in flow.actions():
        try:
            action = operation(step.action)
        except FlowError:
            continue
        if action.id == _HTTP:
            if _calls_us(step, own_addresses):
                yield Writes(step.id, action.ref, (Touch("core", INBOUND, _ALL),), proved=False)
        elif action.system != "core" and action.writes and not action.denied:
            touches = tuple(_published(action) if action.tier == API else _curated(action))
            yield Writes(step.id, action.ref, touches, proved=action.tier != API)


def _curated(action: Operation) -> Iterator[Touch]:
    name, _, verb = action.id.rpartition(".")
    if verb.startswith("delete"):
        how = frozenset({DELETES, CHANGES})
    elif verb.startswith(("create", "find_or_create", "upsert", "record", "log", "replace", "text2pay")):
        how = frozenset({CREATES, CHANGES})
    else:
        how = frozenset({CHANGES})
    kinds = _WRITTEN.get(name, (name.partition(".")[2],))
    for kind in kinds:
        yield Touch(action.system, kind, how)


def _published(action: Operation) -> Iterator[Touch]:
    found = [kind for part in (action.path or "").split("/") if (kind := _kind_of(action.system, part))]
    own = found[-1:]
    method = {"POST": {CREATES, CHANGES}, "DELETE": {DELETES, CHANGES}}.get(action.method or "", {CHANGES})
    for kind in own:
        yield Touch(action.system, kind, frozenset(method))
    beside = [other for kind in found for other in _WITH.get(kind, ())]
    if "opportunity" in found and "product" in found:
        beside.append("line_item")
    for kind in dict.fromkeys([*found[:-1], *beside]):
        # An order may also come about beside an invoice.
        yield Touch(action.system, kind, frozenset({CREATES, CHANGES} if kind in beside else {CHANGES}))


@cache
def _kinds(system: str) -> frozenset[str]:
    return frozenset(
        item.listens.kind for item in curated().values() if item.listens is not None and item.system == system
    )


def _kind_of(system: str, part: str) -> str | None:
    word = part.lower().replace("-", "_")
    for kind in (_WORDS.get(word), word, word.removesuffix("s")):
        if kind is not None and kind in _kinds(system):
            return kind
    return None


def _calls_us(step: ActionStep, own_addresses: frozenset[str]) -> bool:
    given = step.with_
    method = given.get("method")
    if certain(method) and str(known(method)).upper() in _READING:
        return False
    url = given.get("url")
    if isinstance(url, dict) and isinstance(url.get("text"), str):
        url = url["text"]
    return isinstance(url, str) and bool(_addresses(url) & own_addresses)


def _addresses(url: str) -> frozenset[str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return frozenset()
    if host is None:
        return frozenset()
    return frozenset({f"{host}:{port or (443 if parts.scheme == 'https' else 80)}"})


def addresses_of(urls: Iterable[str]) -> frozenset[str]:
    """Return ``host:port`` of these addresses; one of this machine is so under each of its names."""
    found: set[str] = set()
    for url in urls:
        for address in _addresses(url):
            found.add(address)
            host, _, port = address.rpartition(":")
            if host in ("127.0.0.1", "localhost", "::1", "0.0.0.0"):  # noqa: S104 (compared, not listened on)
                found |= {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "::1")}
    return frozenset(found)
