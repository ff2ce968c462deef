"""What all declared operations share: the published call behind them and their fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderbridge.catalogue.fields import Fields, object_of
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.published.calls import PublishedCall


def declared(id: str, call: PublishedCall, fields: Fields, own: Mapping[str, Any]) -> Operation:
    """Make the operation of a published call.

    Args:
        id: ``ghl.coupon.get``.
        call: What it calls; its scopes become the operation's.
        fields: Its input.
        own: Further attributes of ``Operation``; they win.
    """
    attributes: dict[str, Any] = {
        "input_schema": object_of(fields),
        "method": call.method,
        "path": call.path,
        "scopes": call.scopes,
        "conditional": {name: item.effect for name, item in fields.items() if item.effect},
    }
    return Operation(id=id, system=call.system, **(attributes | dict(own)))
