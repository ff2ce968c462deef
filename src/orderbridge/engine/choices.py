"""Values that a drop-down list of the target lacks: added, proved, before a record is written with them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.context import RunContext
from orderbridge.flows.field_mapping import ADDS_CHOICES
from orderbridge.flows.rendering import Addition

LIST, UPDATE = "act.drop_down.list@1", "act.drop_down.update@1"
_MOST_LISTS = 1000


def permit(additions: Sequence[Addition], allowed: Sequence[str], *, where: str) -> None:
    """Check that the owner agreed to lists that grow.

    Raises:
        FlowError: Not so.
    """
    if ADDS_CHOICES not in allowed:
        lists = ", ".join(sorted({item.drop_down for item in additions}))
        raise FlowError(
            f"{where} would add to the drop-down list {lists}, for everybody and for good; nothing of the kind happens "
            f"unless you ask for it: allow {ADDS_CHOICES}",
            cause="flow.consent_missing",
        )


async def add(
    context: RunContext, additions: Sequence[Addition]
) -> AsyncIterator[tuple[JsonObject, JsonObject]]:
    """Add values to the lists that lack them; yields the input and the output of each proved write.

    Raises:
        FlowError: There is no such list, or people may not change it.
    """
    run_list, run_update = operation(LIST).run, operation(UPDATE).run
    assert run_list is not None
    assert run_update is not None
    found = (await run_list(context, {"limit": _MOST_LISTS}))["rows"]
    by_name = {str(row["name"]).casefold(): row for row in found if row.get("name")}
    for name in dict.fromkeys(item.drop_down for item in additions):
        row = by_name.get(name.casefold())
        if row is None or row.get("is_editable") is False:
            lack = "may not be changed" if row else "is not there"
            known = ", ".join(str(item["name"]) for item in found if item.get("name")) or "none"
            raise FlowError(
                f"values were to be added to the Act! drop-down list {name!r}, which {lack}; there are {known}. "
                "Nothing was written",
                cause="flow.no_such_list",
            )
        values = dict.fromkeys(item.value for item in additions if item.drop_down == name)
        given: JsonObject = {"drop_down_id": row["id"], "add_items": [{"value": value} for value in values]}
        yield given, await run_update(context, given)
