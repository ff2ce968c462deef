"""Which fields of operations name a record that can be picked from the account, and from what."""

from __future__ import annotations

from collections.abc import Iterable

# A field of one of these names is the same thing in every operation of its system.
_NAMES = {
    "ghl": {
        "user_id": "users",
        "assigned_to": "users",
        "product_id": "products",
        "price_id": "prices",
        "pipeline_id": "pipelines",
        "pipeline_stage_id": "stages",
    },
    "act": {
        "user_id": "users",
        "product_id": "products",
        "group_id": "groups",
        "process_id": "processes",
        "process": "process_names",
        "stage": "stages",
    },
    "core": {},
}
# Whose they are: the field beside it that says so.
OF = {"ghl.prices": "product_id", "ghl.stages": "pipeline_id"}


def choices(system: str, names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return what the fields of an operation are picked from: ``{"price_id": {"from": "ghl.prices", "of": …}}``.

    Args:
        system: Of the operation.
        names: Of its fields; those that name nothing in the account are left out.
    """
    found: dict[str, dict[str, str]] = {}
    for name in names:
        kind = _NAMES[system].get(name)
        if kind is not None:
            origin = f"{system}.{kind}"
            found[name] = {"from": origin} | ({"of": OF[origin]} if origin in OF else {})
    return found
