"""The emulated endpoints, one module for each service of HighLevel."""

from __future__ import annotations

from orderbridge.emulators.ghl.calls import Route
from orderbridge.emulators.ghl.routes import orders, transactions

ALL_ROUTES: list[Route] = [*orders.ROUTES, *transactions.ROUTES]
