"""Enable a template between two connections."""

from __future__ import annotations

from orderbridge.automation import publishing
from orderbridge.automation.candidates import Candidate, directed
from orderbridge.automation.publishing import Author
from orderbridge.catalogue.act import setup
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.flows import templates
from orderbridge.store import connections
from orderbridge.store.connections import Connection


async def enable(
    runtime: Runtime,
    name: str,
    *,
    ghl: str,
    act: str,
    create_fields: bool | None = None,
    settings: JsonObject | None = None,
    by: str | None = None,
) -> dict[str, list[str]]:
    """Publish a template's flows between two connections and switch them on; between live ones they have to go live.

    Args:
        runtime: The opened accounts.
        name: Of the template.
        ghl: Name of the HighLevel connection.
        act: Name of the Act! connection.
        settings: What the owner decides, by the names that the template gives it.
        create_fields: Create the tables and fields that Act! lacks; None does so in a sandbox only.
        by: Who asked for it; None names the template alone.

    Returns:
        The ``flows`` of the template and the ``names`` under which they are published, which of ``flows`` wait
        ``to_go_live``, and what was ``created`` or is ``missing`` in Act!.

    Raises:
        FlowError: There is no such template, or the two connections belong to different worlds.
    """
    template = templates.find(name)
    filled = templates.fill(template, settings or {})
    one, other = await _accounts(runtime, ghl, act)
    client = await runtime.act(other.id)
    plan = await setup.missing(client)
    if create_fields is None:
        # In a real database nothing is created that the owner has not seen and asked for.
        create_fields = other.mode == "sandbox"
    if create_fields and plan:
        async with runtime.brake.applied():
            await setup.create(client, plan)
        await runtime.forget(other.id)
    new = []
    for flow in filled:
        source, target = directed(flow, one, other)
        subject = f"template {name}, flow {flow.flow}"
        new.append(Candidate(flow=flow, source=source, target=target, subject=subject))
    await publishing.refuse_wrong(runtime, new)
    author = Author(
        name=by or f"template {template.template}", note=f"template {template.template}" if by else None
    )
    async with runtime.db.begin() as tx:
        done = await publishing.freeze(tx, new, author=author, enabled=True, template=template.template)
    return {
        "flows": [flow.flow for flow in filled],
        "names": [item.name for item in new],
        "to_go_live": [item.flow.flow for item, state in zip(new, done, strict=True) if not state.enabled],
        "created": [str(item) for item in plan] if create_fields else [],
        "missing": [] if create_fields else [str(item) for item in plan],
    }


async def missing(runtime: Runtime, name: str, *, ghl: str, act: str) -> list[str]:
    """Return in words what Act! lacks for a template; nothing is created.

    Raises:
        FlowError: There is no such template, or the two connections belong to different worlds.
        SetupError: There is no such connection.
    """
    templates.find(name)
    _, other = await _accounts(runtime, ghl, act)
    return [str(item) for item in await setup.missing(await runtime.act(other.id))]


async def _accounts(runtime: Runtime, ghl: str, act: str) -> tuple[Connection, Connection]:
    async with runtime.db.begin() as tx:
        one = await connections.by_name(tx, ghl, system="ghl")
        other = await connections.by_name(tx, act, system="act")
    if one.mode != other.mode:
        raise FlowError(
            f"{one.name} is {one.mode} and {other.name} is {other.mode}; test and live never meet",
            cause="flow.modes_differ",
        )
    return one, other
