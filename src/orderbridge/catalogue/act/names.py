"""What people call things in Act! and which id that is in this database: stages, types, priorities.

Ids differ from database to database, and the same name may stand for several things; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from orderbridge.catalogue.context import ActionContext
from orderbridge.connectors.act.models import NamedType
from orderbridge.core.errors import FlowError, HeldError
from orderbridge.core.jsonio import JsonObject


async def stage(
    ctx: ActionContext, name: str, *, process: str | None, process_id: str | None = None
) -> JsonObject:
    """Return id and name of the stage of that name, as Act! wants them.

    Args:
        ctx: The run.
        name: As it is spelled in Act!, whatever the case.
        process: Name of the process to look in.
        process_id: Id of the process to look in where no name is given; None looks in all.

    Raises:
        FlowError: No process or no stage has that name.
        HeldError: Several have it.
    """
    found: dict[str, str] = {}
    spelled: dict[str, str] = {}
    known: list[str] = []
    for item in await ctx.act.processes():
        if process is not None and item.name.casefold() != process.casefold():
            continue
        if process is None and process_id is not None and item.id != process_id:
            continue
        for one in await ctx.act.stages(item.id):
            known.append(f"{item.name}: {one.name}")
            if one.name.casefold() == name.casefold():
                found[one.id] = f"{one.name!r} of process {item.name!r} ({one.id})"
                spelled[one.id] = one.name
    if process is not None and not known:
        raise FlowError(
            f"Act! has no process {process!r} with stages; nothing was changed", cause="act.unknown_process"
        )
    stage_id = _one("stage", name, found, known)
    return {"id": stage_id, "name": spelled[stage_id]}


async def history_type_id(ctx: ActionContext, name: str) -> int:
    """Return the id of the history type of that name.

    Raises:
        FlowError: This database has none.
        HeldError: It has several.
    """
    return _type("history type", name, await ctx.act.history_types())


async def task_type_id(ctx: ActionContext, name: str) -> int:
    """Return the id of the task type of that name; raises as ``history_type_id``."""
    return _type("task type", name, await ctx.act.task_types())


def _type(kind: str, name: str, types: Iterable[NamedType]) -> int:
    active = [item for item in types if item.active]
    found = {str(item.id): f"{item.id}" for item in active if item.name.casefold() == name.casefold()}
    return int(_one(kind, name, found, [item.name for item in active]))


def _one(kind: str, name: str, found: Mapping[str, str], known: Iterable[str]) -> str:
    if not found:
        raise FlowError(
            f"Act! has no {kind} {name!r}; it has {', '.join(known) or 'none'}. Nothing was changed",
            cause=f"act.unknown_{kind.replace(' ', '_')}",
        )
    if len(found) > 1:
        raise HeldError(
            f"Act! has {len(found)} times the {kind} {name!r}: {', '.join(found.values())}. Say which is meant, "
            "or rename one in Act!, and replay",
            cause=f"act.ambiguous_{kind.replace(' ', '_')}",
        )
    return next(iter(found))
