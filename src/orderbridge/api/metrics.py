"""The numbers of the installation for Prometheus."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, Gauge

from orderbridge.store import sizes
from orderbridge.store.connections import STATES

# What a rate is taken of, or an alarm set on, is counted; how large the rest is need not be known to the last one.
_ABOUT = (
    f"beyond {sizes.EXACT_UP_TO} in all it is the database's estimate, good for a trend and not for a sum"
)
_COUNTS = (
    (
        "deliveries",
        "Deliveries by outcome. pending, waiting and dead are counted: alarm on these. done is all others, also where "
        f"nothing had to be done; {_ABOUT}",
        "outcome",
    ),
    (
        "events",
        "Changes by outcome. pending, waiting, parked and dead are counted: alarm on these. done is all others, also "
        f"where nothing had to be done; {_ABOUT}",
        "outcome",
    ),
    (
        "runs",
        "Runs by state. running, waiting, dead and cancelled are counted: alarm on these. done is all others, also "
        f"where nothing had to be done; {_ABOUT}",
        "state",
    ),
    ("alerts", "Alerts that are raised, by kind", "kind"),
    (
        "verdicts",
        "Writes by what reading them back proved. All but confirmed are counted: alarm on these; open has no receipt "
        f"yet. confirmed is all that is as it was wanted, also where nothing had to be sent; {_ABOUT}",
        "verdict",
    ),
)


class StateCollector:
    """Gauges that are set from a status snapshot."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._counts = {
            name: Gauge(f"orderbridge_{name}", help_text, [label], registry=self.registry)
            for name, help_text, label in _COUNTS
        }
        self._lanes = Gauge("orderbridge_lanes_open", "Records in work", registry=self.registry)
        self._paused = Gauge(
            "orderbridge_writes_paused", "1 while a person has stopped all writes", registry=self.registry
        )
        self._held = Gauge(
            "orderbridge_held_money", "Money in runs that need a person", ["currency"], registry=self.registry
        )

        self._connections = {
            name: Gauge(
                f"orderbridge_connection_{name}", help_text, ["connection", *more], registry=self.registry
            )
            for name, help_text, more in (
                ("state", "1 for the state that the connection is in", ["state"]),
                ("failures", "Looks in a row that could not reach the account", []),
                ("last_success_timestamp_seconds", "When the account last answered, to half a minute", []),
                ("calls_left", "Calls that may start now in the running window", []),
                ("calls_left_today", "Calls that are left of this UTC day", []),
                ("pit_age_days", "Days since a private integration token was entered", []),
                ("rotation_due", "1 when the private integration token should be replaced", []),
            )
        }

    def update(self, status: dict[str, Any]) -> None:
        """Take over the numbers of a snapshot."""
        for name, gauge in self._counts.items():
            gauge.clear()
            for label, value in status[name].items():
                gauge.labels(label).set(value)
        self._lanes.set(status["lanes_open"])
        self._paused.set(status["writes_paused"])
        self._held.clear()
        for group in status["dead_groups"]:
            if group["currency"]:
                # A gauge is a float by nature; nothing is computed from it.
                self._held.labels(group["currency"]).inc(group["held"] or 0)
        for gauge in self._connections.values():
            gauge.clear()
        for item in status["connections"]:
            self._update_connection(item)

    def _update_connection(self, item: dict[str, Any]) -> None:
        for state in STATES:
            self._connections["state"].labels(item["name"], state).set(item["state"] == state)
        reached_at = item["last_success_at"]
        values = {
            "failures": item["failures"],
            "last_success_timestamp_seconds": datetime.fromisoformat(reached_at).timestamp()
            if reached_at
            else None,
            "calls_left": item["budget"]["calls_left"],
            "calls_left_today": item["budget"]["calls_left_today"],
            "pit_age_days": item["age_days"],
            "rotation_due": item["rotation_due"],
        }
        for name, value in values.items():
            # Where nothing is limited or known there is no number, rather than a wrong one.
            if value is not None:
                self._connections[name].labels(item["name"]).set(value)
