"""The emulated endpoints, one module for each service of HighLevel."""

from __future__ import annotations

from orderbridge.emulators.ghl.calls import Route
from orderbridge.emulators.ghl.routes import (
    account,
    contact_notes,
    contact_search,
    contact_tasks,
    contacts,
    coupons,
    custom_objects,
    custom_values,
    estimates,
    invoice_schedules,
    invoice_templates,
    invoices,
    location_tags,
    oauth,
    opportunities,
    orders,
    product_collections,
    products,
    providers,
    relations,
    stock,
    transactions,
)

ALL_ROUTES: list[Route] = [
    route
    for service in (
        account,
        contact_notes,
        contact_search,
        contact_tasks,
        contacts,
        coupons,
        custom_objects,
        custom_values,
        estimates,
        invoice_schedules,
        invoice_templates,
        invoices,
        location_tags,
        oauth,
        opportunities,
        orders,
        product_collections,
        products,
        providers,
        relations,
        stock,
        transactions,
    )
    for route in service.ROUTES
]
