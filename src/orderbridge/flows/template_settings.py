"""With which settings a template's flows were filled, read from the flows: nobody has to give them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderbridge.catalogue import schema
from orderbridge.core.jsonio import JsonObject
from orderbridge.flows.model import Template

_ABSENT = object()
# What says no, in the order in which a setting may take it.
_EMPTY: tuple[Any, ...] = (False, None, "", [])


def given(template: Template, definitions: Mapping[str, JsonObject]) -> JsonObject:
    """Return the settings with which flows were filled, as far as the flows still show them.

    Args:
        template: What they were made from.
        definitions: The published flows, by their names in the template.
    """
    found: JsonObject = {}
    is_there: dict[str, bool] = {}
    for flow in template.flows:
        if flow["flow"] in definitions:
            _recover(flow, definitions[flow["flow"]], found, is_there)
    for name, there in is_there.items():
        wanted = template.settings[name].schema_
        if there and schema.fits(wanted, True):
            found.setdefault(name, True)
        elif not there:
            found.setdefault(name, next((item for item in _EMPTY if schema.fits(wanted, item)), _ABSENT))
    return {
        name: value
        for name, value in found.items()
        if value is not _ABSENT and schema.fits(template.settings[name].schema_, value)
    }


def _recover(wanted: Any, there: Any, found: JsonObject, is_there: dict[str, bool]) -> None:
    if isinstance(wanted, list) and isinstance(there, list):
        for item, other in zip(wanted, _beside(wanted, there), strict=True):
            if _is_optional(item):
                is_there[item["only_with"]] = other is not _ABSENT
            _recover(item, other, found, is_there)
    elif isinstance(wanted, dict) and set(wanted) == {"setting"}:
        if there is not _ABSENT:
            found.setdefault(wanted["setting"], there)
    elif isinstance(wanted, dict) and isinstance(there, dict):
        for key, item in wanted.items():
            _recover(item, there.get(key, _ABSENT), found, is_there)


def _is_optional(item: Any) -> bool:
    return isinstance(item, dict) and "only_with" in item


def _beside(wanted: list[Any], there: list[Any]) -> list[Any]:
    """Find each wanted item among those that are there: by their order, or where some are left out by their ids."""
    if len(wanted) == len(there):
        return there
    if len(there) == sum(not _is_optional(item) for item in wanted):
        left = iter(there)
        return [_ABSENT if _is_optional(item) else next(left) for item in wanted]
    by_id = {item["id"]: item for item in there if isinstance(item, dict) and "id" in item}
    return [by_id.get(item.get("id"), _ABSENT) if isinstance(item, dict) else _ABSENT for item in wanted]
