"""What is to be known of a change's arrival: when it happened over there, and whether a webhook tells of it."""

from __future__ import annotations

from datetime import datetime

from orderbridge.catalogue.changes import Change, Observed
from orderbridge.catalogue.reading import CREATED, EDITED, moment
from orderbridge.connectors.ghl.events import KIND_OF_EVENT

_TOLD_KINDS = frozenset(KIND_OF_EVENT.values())
_ORDER = "order"
GHL = "ghl"


def changed_at(observed: Observed, change: Change) -> datetime | None:
    """Return when a change happened, as the provider says it; None where it does not.

    The first sight of a record is its creation, unless it is older than our listening and was edited since.
    """
    if observed.deleted:
        return None
    made = moment(observed.state, CREATED)
    edited = observed.edited_at or moment(observed.state, EDITED)
    first = not change.before and not change.touched
    return (made or edited) if first else (edited or made)


def is_told(type_: str, change: Change) -> bool:
    """Whether the provider has a webhook for such a change.

    HighLevel has none for payments, refunds, subscriptions and fulfilments: an order that moves by one of these is
    told of only where its status moves too. Act! has one for every kind, where it calls webhooks at all.

    Args:
        type_: Of the event: ``ghl.order.changed``.
        change: What is new about the record.
    """
    if not type_.startswith(f"{GHL}."):
        return True
    if change.kind == _ORDER:
        return change.created or change.moved("status")
    return change.kind in _TOLD_KINDS
