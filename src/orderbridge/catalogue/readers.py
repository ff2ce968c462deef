"""Every reader by system and kind, and in which lane a record is handled."""

from __future__ import annotations

from orderbridge.catalogue import own_events
from orderbridge.catalogue.act import readers as act_readers
from orderbridge.catalogue.ghl import readers as ghl_readers
from orderbridge.catalogue.ghl.told_readers import TOLD
from orderbridge.catalogue.reading import Reader

_READERS = {"ghl": ghl_readers.READERS, "act": act_readers.READERS}
_TOLD = frozenset(("ghl", item.kind) for item in TOLD)
_PARTS = {"ghl": ghl_readers.PARTS, "act": act_readers.PARTS}


def reader(system: str, kind: str) -> Reader | None:
    """Return how a kind of record is read, None where it is not."""
    return own_events.READERS.get(kind) or _READERS[system].get(kind)


def asks(system: str, kind: str) -> bool:
    """Whether the provider is asked for a record of this kind, and not only the webhook that told of it."""
    return kind not in own_events.READERS and (system, kind) not in _TOLD


def lane_of(system: str, kind: str, record_id: str) -> tuple[str, str] | None:
    """Return kind and id of the record whose lane handles this one, None where nothing reads it.

    A kind that is read together with another is not found by its own id, so it has no lane.
    """
    return (kind, record_id) if kind in _READERS[system] else None


def covering(system: str, listened: frozenset[str]) -> frozenset[str]:
    """Return the kinds that have to be read so that flows hear of those they listen to."""
    return listened | {_PARTS[system][kind] for kind in listened if kind in _PARTS[system]}
