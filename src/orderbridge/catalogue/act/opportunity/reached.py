"""A trigger: an opportunity came as far as the owner says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orderbridge.catalogue.changes import Change
from orderbridge.catalogue.fields import text
from orderbridge.catalogue.triggers import on_change
from orderbridge.core.jsonio import JsonObject


def _is_there(value: Callable[[str], Any], given: JsonObject) -> bool:
    status, stage = given.get("status"), given.get("stage")
    by_stage = stage is not None and _name(value("stage.name")) == _name(stage)
    return by_stage or (status is not None and value("status") == status)


def _happens(change: Change, given: JsonObject) -> bool:
    if change.deleted or not _is_there(change.now, given):
        return False
    return change.created or not _is_there(change.was, given)


def _name(value: Any) -> str:
    return str(value or "").strip().casefold()


_OPTIONAL: dict[str, Any] = {"type": ["string", "null"]}
OPERATION = on_change(
    id="act.opportunity.reached",
    record="opportunity",
    title="An opportunity came this far",
    description="Fires when the status or the stage that you name is reached, also by a new opportunity that begins "
    "there; "
    "reopened and there again it fires again.",
    happens=_happens,
    fields={
        "status": text("The status, such as Won; empty, the status does not matter.", **_OPTIONAL),
        "stage": text("Name of the stage, in any process; empty, the stage does not matter.", **_OPTIONAL),
    },
    example={"status": "Won"},
    polled="opportunities by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
