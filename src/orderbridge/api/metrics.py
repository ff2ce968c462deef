"""The numbers of the installation for Prometheus."""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry, Gauge


class StateCollector:
    """Gauges that are set from a status snapshot."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._counts = {
            name: Gauge(f"orderbridge_{name}", help_text, [label], registry=self.registry)
            for name, help_text, label in (
                ("deliveries", "Deliveries by outcome", "outcome"),
                ("events", "Changes by outcome", "outcome"),
                ("runs", "Runs by state", "state"),
                ("verdicts", "Writes by what reading them back proved", "verdict"),
            )
        }
        self._lanes = Gauge("orderbridge_lanes_open", "Records in work", registry=self.registry)
        self._held = Gauge(
            "orderbridge_held_money", "Money in runs that need a person", ["currency"], registry=self.registry
        )

    def update(self, status: dict[str, Any]) -> None:
        """Take over the numbers of a snapshot."""
        for name, gauge in self._counts.items():
            gauge.clear()
            for label, value in status[name].items():
                gauge.labels(label).set(value)
        self._lanes.set(status["lanes_open"])
        self._held.clear()
        for group in status["dead_groups"]:
            if group["currency"]:
                # A gauge is a float by nature; nothing is computed from it.
                self._held.labels(group["currency"]).inc(group["held"] or 0)
