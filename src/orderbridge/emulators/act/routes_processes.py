"""Sales processes and their stages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import access, crud
from orderbridge.emulators.act.answers import Answer, created, no_content, ok
from orderbridge.emulators.act.binding import fit
from orderbridge.emulators.act.errors import invalid, not_found
from orderbridge.emulators.act.odata import page, read_options
from orderbridge.emulators.act.routing import Call, Router
from orderbridge.emulators.act.shapes import INT, OBJECT, TEXT
from orderbridge.emulators.act.state import ActWorld, Process, Stage
from orderbridge.emulators.act.views_sales import process_view, stage_view

_STAGE_FIELDS = {
    "id": TEXT,
    "name": TEXT,
    "description": TEXT,
    "probability": INT,
    "number": INT,
    "process": OBJECT,
}
_PROCESS_FIELDS = {
    "id": TEXT, "name": TEXT, "description": TEXT, "status": TEXT, "stagesCount": INT, "stages": OBJECT,
}  # fmt: skip
_PERMISSION = "Manage Opportunity Processes"


def simple_list(call: Call, rows: Iterable[JsonObject], fields: dict[str, str]) -> Answer:
    """Answer a list of rows that are no stored records, with OData."""
    world = call.world
    names = crud.names_of(world, {name.lower(): name for name in fields}, fields)
    return ok(page(list(rows), read_options(call.query, names, world.faults), world.faults, world.random))


def _process(call: Call) -> Process:
    process = call.world.processes.get(call.params["processId"].lower())
    if process is None:
        raise not_found("Process", call.params["processId"])
    return process


def _stage(call: Call) -> Stage:
    stage = call.world.stages.get(call.params["stageId"].lower())
    if stage is None:
        raise not_found("Stage", call.params["stageId"])
    return stage


def new_process(world: ActWorld, name: str, *, description: str = "", status: str = "Active") -> Process:
    """Make a process without stages."""
    process = Process(world.new_id(), name, description, status)
    world.processes[process.id] = process
    return process


def new_stage(world: ActWorld, process: Process, name: str, probability: int, description: str = "") -> Stage:
    """Add a stage at the end of ``process``."""
    stage = Stage(world.new_id(), name, description, probability, len(process.stages) + 1, process)
    process.stages.append(stage)
    world.stages[stage.id] = stage
    world.names_revision += 1
    return stage


def _text(call: Call, body: JsonObject, name: str, default: str = "") -> str:
    value = fit(TEXT, body.get(name), name, call.world.faults)
    return default if value is None else str(value)


def _post_process(call: Call) -> Answer:
    access.require(call.world, call.user, _PERMISSION)
    body = call.object("ProcessRequest")
    if not body.get("name"):
        raise invalid("The Name field is required.")
    stages: Any = body.get("stages") or []
    process = new_process(
        call.world,
        _text(call, body, "name"),
        description=_text(call, body, "description"),
        status=_text(call, body, "status", "Active"),
    )
    for stage in stages:
        new_stage(call.world, process, _text(call, stage, "name"), int(stage.get("probability") or 0))
    return created(process_view(process, with_stages=True))


def _post_stage(call: Call) -> Answer:
    access.require(call.world, call.user, _PERMISSION)
    process, body = _process(call), call.object("StageInfo")
    if not body.get("name"):
        raise invalid("The Name field is required.")
    probability = fit(INT, body.get("probability"), "probability", call.world.faults) or 0
    stage = new_stage(
        call.world, process, _text(call, body, "name"), probability, _text(call, body, "description")
    )
    return created(stage_view(stage))


def _change_process(call: Call) -> Answer:
    access.require(call.world, call.user, _PERMISSION)
    process, body = _process(call), call.object("Process")
    process.name = _text(call, body, "name", process.name)
    process.description = _text(call, body, "description", process.description)
    process.status = _text(call, body, "status", process.status)
    call.world.names_revision += 1
    return ok(process_view(process, with_stages=True))


def _change_stage(call: Call) -> Answer:
    access.require(call.world, call.user, _PERMISSION)
    stage, body = _stage(call), call.object("Stage")
    stage.name = _text(call, body, "name", stage.name)
    stage.description = _text(call, body, "description", stage.description)
    probability = fit(INT, body.get("probability"), "probability", call.world.faults)
    stage.probability = stage.probability if probability is None else probability
    call.world.names_revision += 1
    return ok(stage_view(stage))


def _delete_stage(call: Call) -> Answer:
    access.require(call.world, call.user, _PERMISSION)
    stage = _stage(call)
    if any(record.values.get("stage") == stage.id for record in call.world.opportunities):
        raise invalid(f"Stage '{stage.name}' is in use.")
    stage.process.stages.remove(stage)
    del call.world.stages[stage.id]
    return no_content()


def _delete_process(call: Call) -> Answer:
    access.require(call.world, call.user, _PERMISSION)
    process = _process(call)
    ids = {stage.id for stage in process.stages}
    if any(record.values.get("stage") in ids for record in call.world.opportunities):
        raise invalid(f"Process '{process.name}' is in use.")
    for stage_id in ids:
        del call.world.stages[stage_id]
    del call.world.processes[process.id]
    return no_content()


def _list_processes(call: Call) -> Answer:
    rows = [process_view(process, with_stages=True) for process in call.world.processes.values()]
    return simple_list(call, rows, _PROCESS_FIELDS)


def add(router: Router) -> None:
    """Register the routes."""
    processes, stages = "/api/opportunities/processes", "/api/opportunities/stages"
    router.add("GET", processes, _list_processes)
    router.add("POST", processes, _post_process)
    one = f"{processes}/{{processId}}"
    router.add("GET", one, lambda call: ok(process_view(_process(call), with_stages=True)))
    router.add("PUT", one, _change_process)
    router.add("PATCH", one, _change_process)
    router.add("DELETE", one, _delete_process)
    router.add(
        "GET",
        f"{one}/stages",
        lambda call: simple_list(call, map(stage_view, _process(call).stages), _STAGE_FIELDS),
    )
    router.add("POST", f"{one}/stages", _post_stage)
    router.add(
        "GET",
        stages,
        lambda call: simple_list(call, map(stage_view, call.world.stages.values()), _STAGE_FIELDS),
    )
    one = f"{stages}/{{stageId}}"
    router.add("GET", one, lambda call: ok(stage_view(_stage(call))))
    router.add("PUT", one, _change_stage)
    router.add("PATCH", one, _change_stage)
    router.add("DELETE", one, _delete_stage)
