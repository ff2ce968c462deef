"""Every reader by system and kind, and in which lane a record is handled."""

from __future__ import annotations

from orderbridge.catalogue import own_events
from orderbridge.catalogue.act import readers as act_readers
from orderbridge.catalogue.ghl import readers as ghl_readers
from orderbridge.catalogue.reading import Reader

_READERS = {"ghl": ghl_readers.READERS, "act": act_readers.READERS}
_PARTS = {"ghl": ghl_readers.PARTS, "act": act_readers.PARTS}


def reader(system: str, kind: str) -> Reader | None:
    """Return how a kind of record is read, None where it is not."""
    return own_events.READERS.get(kind) or _READERS[system].get(kind)


def kinds(system: str) -> frozenset[str]:
    """Return the kinds of records that can be read by themselves."""
    return frozenset(_READERS[system])


def parts_of(system: str, kind: str) -> frozenset[str]:
    """Return the kinds that are read together with this one."""
    return frozenset(part for part, whole in _PARTS[system].items() if whole == kind)


def lane_of(system: str, kind: str, record_id: str) -> tuple[str, str] | None:
    """Return kind and id of the record whose lane handles this one, None where nothing reads it.

    A kind that is read together with another is not found by its own id, so it has no lane.
    """
    return (kind, record_id) if kind in _READERS[system] else None


def covering(system: str, listened: frozenset[str]) -> frozenset[str]:
    """Return the kinds that have to be read so that flows hear of those they listen to."""
    return listened | {_PARTS[system][kind] for kind in listened if kind in _PARTS[system]}
