"""Enable a template between two connections."""

from __future__ import annotations

from orderbridge.automation import publishing
from orderbridge.catalogue.act import setup
from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import FlowError
from orderbridge.core.ids import derived_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.flows import templates
from orderbridge.store import connections, flows


async def enable(
    runtime: Runtime,
    name: str,
    *,
    ghl: str,
    act: str,
    create_fields: bool | None = None,
    settings: JsonObject | None = None,
) -> dict[str, list[str]]:
    """Publish a template's flows between two connections and switch them on.

    Args:
        runtime: The opened accounts.
        name: Of the template.
        ghl: Name of the HighLevel connection.
        act: Name of the Act! connection.
        settings: What the owner decides, by the names that the template gives it.
        create_fields: Create the tables and fields that Act! lacks; None does so in a sandbox only.

    Returns:
        The names of the ``flows``, and what was ``created`` or is ``missing`` in Act!.

    Raises:
        FlowError: There is no such template, or the two connections belong to different worlds.
    """
    template = templates.find(name)
    filled = templates.fill(template, settings or {})
    async with runtime.db.begin() as tx:
        one = await connections.by_name(tx, ghl, system="ghl")
        other = await connections.by_name(tx, act, system="act")
    if one.mode != other.mode:
        raise FlowError(
            f"{one.name} is {one.mode} and {other.name} is {other.mode}; test and live never meet",
            cause="flow.modes_differ",
        )
    client = await runtime.act(other.id)
    plan = await setup.missing(client)
    if create_fields is None:
        # In a real database nothing is created that the owner has not seen and asked for.
        create_fields = other.mode == "sandbox"
    if create_fields and plan:
        await setup.create(client, plan)
        await runtime.forget(other.id)
    for flow in filled:
        publishing.check(flow)
    async with runtime.db.begin() as tx:
        for flow in filled:
            # From where its trigger is to the other side.
            source, target = (other, one) if operation(flow.trigger).system == "act" else (one, other)
            await flows.publish(
                tx,
                flow_id=derived_id(flow.flow, source.id, target.id),
                name=f"{flow.flow} ({source.name} to {target.name})",
                template=template.template,
                source_connection=source.id,
                target_connection=target.id,
                definition=flow.as_json(),
                enabled=True,
                published_by=f"template {template.template}",
            )
    return {
        "flows": [flow.flow for flow in filled],
        "created": [str(item) for item in plan] if create_fields else [],
        "missing": [] if create_fields else [str(item) for item in plan],
    }
