"""Lanes that carry no record of an account: who handles their deliveries, joined by the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from orderbridge.store.inbox import Delivery
from orderbridge.store.lanes import Lane

INSTALLATION = "installation"

# Returns the delivery's visible outcome and the reason in words. An error that waiting can mend is raised.
LaneHandler = Callable[[Lane, Delivery], Awaitable[tuple[str, str]]]
