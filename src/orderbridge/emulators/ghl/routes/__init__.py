"""The emulated endpoints, one module for each service of HighLevel."""

from __future__ import annotations

from orderbridge.emulators.ghl.calls import Route
from orderbridge.emulators.ghl.routes import (
    account,
    contact_notes,
    contact_search,
    contacts,
    coupons,
    estimates,
    invoices,
    oauth,
    opportunities,
    orders,
    products,
    providers,
    transactions,
)

ALL_ROUTES: list[Route] = [
    route
    for service in (
        account,
        contact_notes,
        contact_search,
        contacts,
        coupons,
        estimates,
        invoices,
        oauth,
        opportunities,
        orders,
        products,
        providers,
        transactions,
    )
    for route in service.ROUTES
]
