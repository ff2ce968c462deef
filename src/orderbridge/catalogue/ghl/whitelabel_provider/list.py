"""An action: list white-label payment providers."""

from __future__ import annotations

from orderbridge.catalogue.ghl.whitelabel_provider import LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.whitelabel_provider.list",
    title="List white-label payment providers",
    description="Lists the payment providers that carry an agency's own name in this location.",
    many=LIST,
    fields={},
    row=ROW,
    example={},
    example_output={"rows": [{"title": "Cedar Pay", "provider": "nmi"}], "count": 1, "more": False},
)
