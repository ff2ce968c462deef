"""``orderbridge flows versions``, ``revert``, ``discard``: what was published, and what is worked on."""

from __future__ import annotations

from typing import Annotated

import typer

from orderbridge.app import open_application
from orderbridge.automation import drafts
from orderbridge.cli import output
from orderbridge.cli.authorship import person
from orderbridge.store import flows

Flow = Annotated[str, typer.Argument(help="A name of 'orderbridge flows list'.")]


def register(app: typer.Typer) -> None:
    """Add the commands to those of flows."""
    app.command("versions")(versions)
    app.command("revert")(revert)
    app.command("discard")(discard)


def versions(name: Flow, json: output.AsJson = False) -> None:
    """List what was published of a flow: when, by whom, and why."""
    output.run(_versions(name, json))


async def _versions(name: str, as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        found = await drafts.find(tx, name)
        listed = await flows.versions(tx, found.flow_id)
    if as_json:
        output.as_json(
            [
                {
                    "version": item.version,
                    "published_at": item.published_at.isoformat(),
                    "published_by": item.published_by,
                    "note": item.note,
                }
                for item in listed
            ]
        )
        return
    rows = [
        [item.version, f"{item.published_at:%Y-%m-%d %H:%M} UTC", item.published_by, item.note]
        for item in listed
    ]
    output.table(["Version", "Published", "By", "Why"], rows, empty="Nothing was published of it yet.")
    if found.draft is not None:
        output.people.print(
            f"There is a draft, changed by {found.draft.changed_by}; 'orderbridge flows diff' shows it.",
            markup=False,
        )


def revert(
    name: Flow,
    version: Annotated[int, typer.Argument(help="A version of 'orderbridge flows versions'.", min=1)],
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where there is a draft; it is lost.")
    ] = False,
) -> None:
    """Make a draft of an old version; 'flows publish' then makes it the next one."""
    output.run(_revert(name, version, replace))


async def _revert(name: str, version: int, replace: bool) -> None:
    async with open_application(output.settings()) as application:
        draft = await drafts.revert(application.runtime, name, version, by=person(), replace=replace)
    output.people.print(
        f"{draft.name} has a draft that says what version {version} said; 'orderbridge flows publish' publishes it",
        markup=False,
    )


def discard(name: Flow) -> None:
    """Forget the draft of a flow; what is published stands."""
    output.run(_discard(name))


async def _discard(name: str) -> None:
    async with open_application(output.settings()) as application:
        known = await drafts.discard(application.runtime, name)
    output.people.print(f"the draft of {known} is gone", markup=False)
