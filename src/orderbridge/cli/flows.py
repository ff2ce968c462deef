"""``orderbridge templates`` and ``flows``: what is carried over, and how."""

from __future__ import annotations

from typing import Annotated

import typer
import yaml

from orderbridge.app import open_application
from orderbridge.automation import enabling
from orderbridge.automation.publishing import switch_on
from orderbridge.cli import (
    account_fields,
    drafts,
    exporting,
    expressions,
    flow_files,
    going_live,
    output,
    own_events,
    publishing,
    trying,
)
from orderbridge.cli.authorship import author
from orderbridge.cli.problems_shown import warn
from orderbridge.core import jsonio
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.flows import templates
from orderbridge.store import drafts as stored_drafts
from orderbridge.store import flows

templates_app = typer.Typer(help="Flows that come with the product.", no_args_is_help=True)
flows_app = typer.Typer(help="The flows of this installation.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(templates_app, name="templates")
    publishing.register(flows_app)
    exporting.register(flows_app)
    flow_files.register(flows_app)
    drafts.register(flows_app)
    own_events.register(flows_app)
    expressions.register(flows_app)
    account_fields.register(flows_app)
    trying.register(flows_app)
    going_live.register(flows_app)
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


@templates_app.command("show")
def show_template(
    name: Annotated[str, typer.Argument(help="A name of 'orderbridge templates list'.")],
    json: output.AsJson = False,
) -> None:
    """Show a template's flows, and what you decide when you enable it."""
    output.run(_show(name, json))


async def _show(name: str, as_json: bool) -> None:
    template = templates.find(name)
    if as_json:
        output.as_json(template.model_dump(mode="json", by_alias=True))
        return
    output.people.print(template.title, template.description.strip(), sep="\n", markup=False)
    output.table(
        ["Flow", "Starts with"], [[flow["title"], flow["trigger"]] for flow in template.flows], empty=""
    )
    output.table(
        ["Setting", "Default", "What it decides"],
        [
            [
                name,
                "has to be given" if item.required else jsonio.encode(item.default).decode(),
                item.description,
            ]
            for name, item in template.settings.items()
        ],
        empty="It has no settings.",
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
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="A setting of the template and its value: 'stage=Won'; see 'orderbridge templates show'.",
        ),
    ] = None,
    json: output.AsJson = False,
) -> None:
    """Publish a template's flows between two connections and switch them on."""
    output.run(_enable(name, ghl, act, create_fields, _settings(set_ or []), json))


def _settings(given: list[str]) -> JsonObject:
    settings = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals:
            raise SetupError(f"--set {item!r} is not a setting and its value; write it like stage=Won")
        try:
            settings[name.strip()] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise SetupError(
                f"--set {name}: the value {value!r} cannot be read: write it in YAML or JSON"
            ) from error
    return settings


async def _enable(
    name: str, ghl: str, act: str, create_fields: bool | None, settings: JsonObject, as_json: bool
) -> None:
    async with open_application(output.settings()) as application:
        result = await enabling.enable(
            application.runtime, name, ghl=ghl, act=act, create_fields=create_fields, settings=settings
        )
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
    if result["to_go_live"]:
        output.people.print(
            f"Published, and off: {', '.join(result['to_go_live'])}. Look at a dry run with 'orderbridge flows test', "
            f"then 'orderbridge flows go-live {name}' switches them on."
        )
    if on := [item for item in result["flows"] if item not in result["to_go_live"]]:
        output.people.print(f"Enabled: {', '.join(on)}")


@flows_app.command("list")
def list_flows(json: output.AsJson = False) -> None:
    """List the flows."""
    output.run(_list(json))


async def _list(as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        every = await flows.every(tx)
        begun = {item.flow_id: item for item in await stored_drafts.every(tx)}
    new = [item for item in begun.values() if item.flow_id not in {one.id for one in every}]
    if as_json:
        listed = [
            {
                "id": item.id,
                "name": item.name,
                "version": item.version,
                "enabled": item.enabled,
                "template": item.template,
                "draft": item.id in begun,
            }
            for item in every
        ]
        listed += [
            {
                "id": one.flow_id,
                "name": one.name,
                "version": None,
                "enabled": False,
                "template": None,
                "draft": True,
            }
            for one in new
        ]
        output.as_json(listed)
        return
    rows: list[list[object]] = [
        [
            item.name,
            item.version,
            ("on" if item.enabled else "off") + (", draft" if item.id in begun else ""),
        ]
        for item in every
    ]
    rows += [[one.name, "", "draft"] for one in new]
    output.table(["Name", "Version", "State"], rows, empty="No flow yet: 'orderbridge templates enable …'.")


@flows_app.command("enable")
def enable_flow(name: Annotated[str, typer.Argument()]) -> None:
    """Switch a flow on, unless it could start itself without end."""
    output.run(_switch_on(name))


@flows_app.command("disable")
def disable_flow(name: Annotated[str, typer.Argument()]) -> None:
    """Switch a flow off; what it began is finished."""
    output.run(_switch_off(name))


async def _switch_on(name: str) -> None:
    settings = output.settings()
    async with open_application(settings) as application:
        warn(name, await switch_on(application.runtime, name, author=author(settings)))
    output.people.print(f"{name} is on", markup=False)


async def _switch_off(name: str) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        if not await flows.set_enabled(tx, name, enabled=False):
            raise SetupError(f"there is no flow {name!r}; see 'orderbridge flows list'")
    output.people.print(f"{name} is off", markup=False)
