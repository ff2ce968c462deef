"""Opportunities: stage, status and dates; the amount comes from the line items."""

from __future__ import annotations

from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import crud, times
from orderbridge.emulators.act.answers import Answer, ok
from orderbridge.emulators.act.binding import Bound
from orderbridge.emulators.act.errors import binding, invalid
from orderbridge.emulators.act.odata import unsupported
from orderbridge.emulators.act.odata_filter import AnyOf, Compare, FilterError, Match, Node, conjuncts, parse
from orderbridge.emulators.act.odata_match import compiled
from orderbridge.emulators.act.records import Record
from orderbridge.emulators.act.routing import Call, Router
from orderbridge.emulators.act.shapes import OPPORTUNITY
from orderbridge.emulators.act.state import ActWorld, Stage
from orderbridge.emulators.act.views_sales import STATUSES

_CLOSED = (1, 2)


def _finish(call: Call, record: Record, bound: Bound, method: str) -> None:
    world, values = call.world, record.values
    now = times.wire(world.now())
    if method == crud.POST and world.faults.opportunity_needs_contact and not bound.links.get("contacts"):
        raise invalid("An opportunity needs at least one contact.")
    values["name"] = values.get("name") or "New Opportunity"
    _set_stage(world, record, bound, method, now)
    if "status" in bound.values and bound.values["status"] is not None:
        values["status"] = _status(bound.values["status"], world)
    values.setdefault("status", 0)
    values["status"] = values["status"] or 0
    values["openDate"] = values.get("openDate") or times.midnight(times.wire(record.created_at))
    _set_close_date(values, bound, now, world)
    probability = values.get("probability")
    if probability is not None and not 0 <= probability <= 100:
        raise invalid("The field probability must be between 0 and 100.")


def _set_stage(world: ActWorld, record: Record, bound: Bound, method: str, now: str) -> None:
    values = record.values
    sent = bound.values.get("stage")
    if sent is not None:
        stage = _stage(sent, world)
        # "values" already holds what was sent, so the stage before is read from the last start date.
        if values.get("stageId") != stage.id:
            values["stageStartDate"] = now
            if "probability" not in bound.values:
                values["probability"] = stage.probability
        values["stage"] = values["stageId"] = stage.id
    elif method == crud.POST or not values.get("stageId"):
        first = next(p for p in world.processes.values() if p.status == "Active").stages[0]
        values["stage"] = values["stageId"] = first.id
        values["stageStartDate"] = now
        if values.get("probability") is None:
            values["probability"] = first.probability
    else:
        values["stage"] = values["stageId"]


def _stage(sent: Any, world: ActWorld) -> Stage:
    """Find the stage that was sent, as ``{"id": …}`` or as a whole object."""
    if not isinstance(sent, dict):
        raise binding(world.faults.binding_error, sent, "Act.Web.API.Models.Stage", "stage")
    stage_id, name = sent.get("id"), sent.get("name")
    if stage_id:
        stage = world.stages.get(str(stage_id).lower())
        if stage is None:
            raise invalid(f"Stage {stage_id} could not be found.")
        return stage
    process = sent.get("process") or {}
    for candidate in world.stages.values():
        # A name alone takes the first process that has it: names repeat across processes.
        if candidate.name == name and process.get("id", candidate.process.id) == candidate.process.id:
            return candidate
    raise invalid(f"Stage '{name}' could not be found.")


def _status(sent: Any, world: ActWorld) -> int:
    if isinstance(sent, int) and not isinstance(sent, bool) and 0 <= sent < len(STATUSES):
        return sent
    if isinstance(sent, str):
        for number, name in enumerate(STATUSES):
            if sent.lower() in (name.lower(), str(number)):
                return number
    raise binding(world.faults.binding_error, sent, "Act.Web.API.Models.OpportunityStatus", "status")


def _set_close_date(values: JsonObject, bound: Bound, now: str, world: ActWorld) -> None:
    given = bound.values.get("actualCloseDate")
    if values["status"] in _CLOSED:
        if given in (None, times.NEVER) and values.get("actualCloseDate") in (None, times.NEVER):
            values["actualCloseDate"] = now
    elif given is None or given == times.NEVER:
        values["actualCloseDate"] = None if world.faults.open_close_date == "null" else times.NEVER


def _present(call: Call, row: JsonObject) -> JsonObject:
    if call.world.faults.opportunity_status == "string" and isinstance(row.get("status"), int):
        return row | {"status": STATUSES[row["status"]]}
    return row


OPPORTUNITIES = crud.Resource(
    OPPORTUNITY,
    finish=_finish,
    present=_present,
    kept=frozenset(
        {"status", "stage", "stageId", "stageStartDate", "openDate", "probability", "recordManagerID"}
    ),
)


def _lookup(call: Call) -> Answer:
    """Translate a filter into dynamic-list criteria."""
    text = call.option("$filter")
    criteria: list[JsonObject] = []
    if text:
        try:
            node = parse(text)
            compiled(node, OPPORTUNITIES.names(call.world))
            parts = conjuncts(node)
            criteria = [_criterion(part, last=part is parts[-1]) for part in parts]
        except FilterError as error:
            raise unsupported(str(error), call.world.faults) from error
    return ok({"criteria": criteria})


_WORDS = {
    "eq": "EqualTo",
    "ne": "NotEqualTo",
    "lt": "LessThan",
    "le": "LessThanOrEqualTo",
    "gt": "GreaterThan",
    "ge": "GreaterThanOrEqualTo",
    "contains": "Contains",
    "startswith": "StartsWith",
    "endswith": "EndsWith",
}


def _criterion(node: Node, *, last: bool) -> JsonObject:
    if isinstance(node, Compare):
        path, word, kind, value = node.path, _WORDS[node.op], node.literal.kind, node.literal.value
    elif isinstance(node, Match):
        path, word, kind, value = node.path, _WORDS[node.function], "text", node.text
    else:
        kind = "any()" if isinstance(node, AnyOf) else "or"
        raise FilterError(f"{kind} cannot be translated into a dynamic list.")
    column = "/".join(path)
    return {
        "tableName": "TBL_OPPORTUNITY",
        "columnName": column.upper(),
        "tableDisplayName": "Opportunity",
        "columnDisplayName": column,
        "domain": {"text": "String", "number": "Number", "date": "DateTime"}.get(kind, "String"),
        "operator": word,
        "leftParentheses": 0,
        "rightParentheses": 0,
        "logicalOperator": "End" if last else "And",
        "values": [{"type": "String", "dataItem": None if value is None else str(value)}],
    }


def add(router: Router) -> None:
    """Register the routes."""
    path, one = "/api/opportunities", "/api/opportunities/{opportunityId}"
    router.add("GET", path, crud.list_of(OPPORTUNITIES))
    router.add("POST", path, crud.post_to(OPPORTUNITIES))
    router.add("GET", "/api/opportunity-lists", crud.list_of(OPPORTUNITIES))
    router.add("GET", f"{path}/lookup", _lookup)
    router.add("GET", one, crud.get_one(OPPORTUNITIES, "opportunityId"))
    router.add("PUT", one, crud.change(OPPORTUNITIES, "opportunityId", crud.PUT))
    router.add("PATCH", one, crud.change(OPPORTUNITIES, "opportunityId", crud.PATCH))
    router.add("DELETE", one, crud.delete_one(OPPORTUNITIES, "opportunityId"))
