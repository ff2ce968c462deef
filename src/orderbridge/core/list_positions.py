"""Where a list goes on that is read from the newest back: named in one answer, given back with the next question."""

from __future__ import annotations

from datetime import datetime

from orderbridge.core.errors import FlowError

Position = tuple[datetime, str]


def shown(moment: datetime, record_id: str) -> str:
    """Return the name of the place behind a row."""
    return f"{moment.isoformat()}~{record_id}"


def read(given: str | None) -> Position | None:
    """Return the place of a name, None for the beginning.

    Raises:
        FlowError: It is no name that ``shown`` gives.
    """
    if given is None:
        return None
    moment, _, record_id = given.partition("~")
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not record_id:
        raise FlowError(
            "'after' is no page of this list; take it from the answer before", cause="request.malformed"
        )
    return found, record_id
