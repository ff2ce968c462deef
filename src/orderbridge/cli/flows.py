"""``orderbridge templates`` and ``flows``: what is carried over, and how."""

from __future__ import annotations

from typing import Annotated

import typer
import yaml

from orderbridge.app import Application, open_application
from orderbridge.catalogue.act import setup
from orderbridge.cli import output, own_events, publishing
from orderbridge.core.errors import FlowError, SetupError
from orderbridge.core.ids import derived_id
from orderbridge.flows import templates
from orderbridge.store import connections, flows

templates_app = typer.Typer(help="Flows that come with the product.", no_args_is_help=True)
flows_app = typer.Typer(help="The flows of this installation.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(templates_app, name="templates")
    publishing.register(flows_app)
    own_events.register(flows_app)
    app.add_typer(flows_app, name="flows")


@templates_app.command("list")
def list_templates(json: output.AsJson = False) -> None:
    """List the templates."""
    every = templates.load_all().values()
    if json:
        output.as_json(
            [
                {"name": item.template, "title": item.title, "description": item.description.strip()}
                for item in every
            ]
        )
        return
    output.table(
        ["Name", "What it does"], [[item.template, item.description.strip()] for item in every], empty=""
    )


@templates_app.command("enable")
def enable_template(
    name: Annotated[str, typer.Argument(help="A name of 'orderbridge templates list'.")],
    ghl: Annotated[str, typer.Option(help="Name of the HighLevel connection.")],
    act: Annotated[str, typer.Option(help="Name of the Act! connection.")],
    create_fields: Annotated[
        bool | None,
        typer.Option(
            help="Create the tables and fields in Act! that are listed as missing. Default: only in a sandbox."
        ),
    ] = None,
    json: output.AsJson = False,
) -> None:
    """Publish a template's flows between two connections and switch them on."""
    output.run(_enable(name, ghl, act, create_fields, json))


async def _enable(name: str, ghl: str, act: str, create_fields: bool | None, as_json: bool) -> None:
    async with open_application(output.settings()) as application:
        result = await enable(application, name, ghl=ghl, act=act, create_fields=create_fields)
    if as_json:
        output.as_json(result)
        return
    if result["created"]:
        output.people.print("Created in Act!:", *[f"  {item}" for item in result["created"]], sep="\n")
    if result["missing"]:
        output.people.print(
            "Act! lacks these; payments go into the history instead, and only the base currency is carried over. "
            "Create them with --create-fields:",
            *[f"  {item}" for item in result["missing"]],
            sep="\n",
        )
    output.people.print(f"Enabled: {', '.join(result['flows'])}")


async def enable(
    application: Application, name: str, *, ghl: str, act: str, create_fields: bool | None = None
) -> dict[str, list[str]]:
    """Enable a template; see the command.

    Raises:
        FlowError: There is no such template, or the two connections belong to different worlds.
    """
    known = templates.load_all()
    if name not in known:
        raise FlowError(
            f"there is no template {name!r}; there are {', '.join(known)}", cause="flow.unknown_template"
        )
    template = known[name]
    async with application.db.begin() as tx:
        source = await connections.by_name(tx, ghl, system="ghl")
        target = await connections.by_name(tx, act, system="act")
    if source.mode != target.mode:
        raise FlowError(
            f"{source.name} is {source.mode} and {target.name} is {target.mode}; test and live never meet",
            cause="flow.modes_differ",
        )
    client = await application.runtime.act(target.id)
    plan = await setup.missing(client)
    if create_fields is None:
        # In a real database nothing is created that the owner has not seen and asked for.
        create_fields = target.mode == "sandbox"
    if create_fields and plan:
        await setup.create(client, plan)
        await application.runtime.forget(target.id)
    for flow in template.flows:
        publishing.check(flow)
    async with application.db.begin() as tx:
        for flow in template.flows:
            await flows.publish(
                tx,
                flow_id=derived_id(flow.flow, source.id, target.id),
                name=f"{flow.flow} ({source.name} to {target.name})",
                template=template.template,
                source_connection=source.id,
                target_connection=target.id,
                definition=flow.as_json(),
                enabled=True,
            )
    return {
        "flows": [flow.flow for flow in template.flows],
        "created": [str(item) for item in plan] if create_fields else [],
        "missing": [] if create_fields else [str(item) for item in plan],
    }


@flows_app.command("list")
def list_flows(json: output.AsJson = False) -> None:
    """List the flows."""
    output.run(_list(json))


async def _list(as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        every = await flows.every(tx)
    if as_json:
        output.as_json(
            [
                {
                    "name": item.name,
                    "version": item.version,
                    "enabled": item.enabled,
                    "template": item.template,
                }
                for item in every
            ]
        )
        return
    output.table(
        ["Name", "Version", "State"],
        [[item.name, item.version, "on" if item.enabled else "off"] for item in every],
        empty="No flow yet: 'orderbridge templates enable …'.",
    )


@flows_app.command("export")
def export_flow(name: Annotated[str, typer.Argument(help="A name of 'orderbridge flows list'.")]) -> None:
    """Print a flow as YAML."""
    output.run(_export(name))


async def _export(name: str) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        found = next((item for item in await flows.every(tx) if item.name == name), None)
    if found is None:
        raise SetupError(f"there is no flow {name!r}; see 'orderbridge flows list'")
    typer.echo(yaml.safe_dump(found.definition, sort_keys=False, allow_unicode=True), nl=False)


@flows_app.command("enable")
def enable_flow(name: Annotated[str, typer.Argument()]) -> None:
    """Switch a flow on."""
    output.run(_switch(name, enabled=True))


@flows_app.command("disable")
def disable_flow(name: Annotated[str, typer.Argument()]) -> None:
    """Switch a flow off; what it began is finished."""
    output.run(_switch(name, enabled=False))


async def _switch(name: str, *, enabled: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        if not await flows.set_enabled(tx, name, enabled=enabled):
            raise SetupError(f"there is no flow {name!r}; see 'orderbridge flows list'")
    output.people.print(f"{name} is {'on' if enabled else 'off'}", markup=False)
