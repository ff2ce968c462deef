"""How a record is read when something says that it changed: what a reader is given, and the usual kinds of readers.

A webhook or a poll is only a hint. Where the provider shows the record, it is read afresh; where only the webhook
tells, its body is the record.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from orderbridge.catalogue.changes import DELETED, Observed
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.fields import instant
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.core import jsonio
from orderbridge.core.errors import NotFoundError, RejectedError
from orderbridge.core.jsonio import JsonObject

T = TypeVar("T")
WEBHOOK, POLL = "webhook", "poll"
_FORBIDDEN = 403
CREATED = ("created_at", "date_added", "created", "create_date")
EDITED = ("updated_at", "date_updated", "edited", "edit_date")
# What every webhook carries about itself.
_ENVELOPE = frozenset({"type", "webhookId", "timestamp", "versionId", "appId"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A waiting delivery: why the record is looked at.

    Attributes:
        type: The webhook's event, or what a poll says: ``contact_seen``, ``contact_missing``.
        source: ``webhook``, ``poll`` or our own: ``schedule``, ``inbound``, ``manual``.
        raw: The body as it came; None where there is none.
    """

    type: str
    source: str
    raw: bytes | None = None

    def body(self) -> JsonObject:
        """The body; empty where there is none."""
        value = jsonio.decode(self.raw) if self.raw else {}
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at one record.

    Attributes:
        notices: What waits for it, oldest first.
        last: Its state as last accepted; None where it is not known.
        since: When the first flow began to listen, by kind; a kind that none listens to is not in it.
        live: Whether the connection wants live orders.
        wanted: The kinds of records that enabled flows listen to.
        listed: Nothing but a backfill asks: what it took from lists need not be asked for again.
        parts: Last states of the records that belong to it, by kind and id.
    """

    kind: str
    record_id: str
    ghl_client: GhlClient | None = None
    act_client: ActClient | None = None
    notices: Sequence[Notice] = ()
    last: JsonObject | None = None
    since: Mapping[str, datetime] = field(default_factory=dict)
    live: bool = True
    wanted: frozenset[str] = frozenset()
    listed: bool = False
    parts: Mapping[tuple[str, str], JsonObject] = field(default_factory=dict)

    @property
    def ghl(self) -> GhlClient:
        """The HighLevel location."""
        return _given(self.ghl_client)

    @property
    def act(self) -> ActClient:
        """The Act! account."""
        return _given(self.act_client)

    @property
    def missing(self) -> bool:
        """Whether a full scan of ids did not find it."""
        return any(item.type == missing_type(self.kind) for item in self.notices)

    def told(self) -> tuple[str, ...]:
        """The names of the webhooks that wait."""
        return tuple(item.type for item in self.notices if item.source == WEBHOOK)

    def hint(self, name: str) -> str | None:
        """A field that a waiting body or the last state knows, in the provider's spelling or ours."""
        for item in reversed(self.notices):
            value = item.body().get(name)
            if isinstance(value, str) and value:
                return value
        return None


Reader = Callable[[Look], Awaitable[list[Observed]]]


def missing_type(kind: str) -> str:
    """What a delivery is called that a full scan of ids made."""
    return f"{kind}_missing"


def is_known(system: str, state: JsonObject, since: datetime | None) -> bool:
    """Whether a record is older than our listening."""
    made = moment(state, CREATED)
    return since is None or (made is not None and not _since(system, made, since))


def is_touched(system: str, state: JsonObject, since: datetime | None) -> bool:
    """Whether a record was edited since we listen."""
    edited = moment(state, EDITED)
    return since is not None and edited is not None and _since(system, edited, since)


def _since(system: str, at: datetime, since: datetime) -> bool:
    # Act! keeps whole seconds and HighLevel whole milliseconds: what happened in the very one counts.
    grain = since.microsecond if system == "act" else since.microsecond % 1000
    return at >= since - timedelta(microseconds=grain)


def moment(state: JsonObject, names: Sequence[str]) -> datetime | None:
    """The first of these fields that holds a time."""
    return next((found for name in names if (found := instant(state.get(name)))), None)


def seen(
    look: Look,
    system: str,
    state: JsonObject,
    *,
    part: tuple[str, str] | None = None,
    edited_at: datetime | None = None,
) -> Observed:
    """What a record that was just read makes.

    Args:
        look: Why it was read.
        system: ``ghl`` or ``act``.
        state: The record in our names.
        part: Kind and id of one that belongs to the record that was looked at; None for that record itself.
        edited_at: Where the state does not say when it was edited last.
    """
    kind, record_id = part or (look.kind, look.record_id)
    told = look.told() if part is None else ()
    since = look.since.get(kind)
    return Observed(
        kind=kind,
        record_id=record_id,
        type=event_type(system, kind),
        state=state,
        known=is_known(system, state, since),
        touched=bool(told) or is_touched(system, state, since),
        told=told,
        edited_at=edited_at or moment(state, EDITED),
    )


def gone(look: Look, system: str, state: JsonObject | None = None) -> Observed:
    """What a deleted record makes: its last state, or what the webhook says of it."""
    kept = look.last if look.last is not None else (state or {"id": look.record_id})
    return Observed(
        kind=look.kind,
        record_id=look.record_id,
        type=event_type(system, look.kind),
        state={name: value for name, value in kept.items() if name != DELETED},
        deleted=True,
        told=look.told(),
    )


def absent(look: Look, system: str, error: NotFoundError) -> list[Observed]:
    """What a record makes that is not there: deleted only where a full scan of ids missed it too.

    Raises:
        NotFoundError: It may only be hidden, or not readable yet.
    """
    if look.last is not None and look.last.get(DELETED):
        return []
    if look.missing:
        return [gone(look, system)]
    raise error


def hidden(look: Look, error: RejectedError) -> list[Observed]:
    """What a record makes that is there and that our user may not read (403): nothing, where only a scan missed it.

    Raises:
        RejectedError: Something else asked for it, or it is refused for another reason.
    """
    if look.missing and error.status == _FORBIDDEN:
        return []
    raise error


def event_type(system: str, kind: str) -> str:
    """What events of a kind of record are called."""
    return f"{system}.{kind}.changed"


def content(body: JsonObject) -> JsonObject:
    """A webhook's body without what it says about itself."""
    inner = body.get("data")
    merged = (inner | body) if isinstance(inner, dict) else body
    return {name: value for name, value in merged.items() if name not in _ENVELOPE and name != "data"}


def told_at(body: JsonObject) -> datetime | None:
    """When a webhook was made."""
    return instant(body.get("timestamp"))


def in_time(notices: Sequence[Notice]) -> list[tuple[Notice, JsonObject]]:
    """The notices that have a body, in the order in which they were made; the undated ones stay in place."""
    bodies = [(item, item.body()) for item in notices if item.raw]
    order = sorted(
        range(len(bodies)),
        key=lambda number: (found.timestamp() if (found := told_at(bodies[number][1])) else 0.0, number),
    )
    return [bodies[number] for number in order]


def _given(value: T | None) -> T:
    if value is None:
        raise ValueError("this reader was called for a connection of the other system")
    return value


def text_of(value: Any) -> str | None:
    """The value where it is a text that says something."""
    return value if isinstance(value, str) and value else None
