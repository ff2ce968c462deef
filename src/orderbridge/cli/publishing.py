"""``orderbridge flows publish``: a draft, or a flow of one's own from a file."""

from __future__ import annotations

from typing import Annotated

import typer

from orderbridge.app import open_application
from orderbridge.automation import applying, drafts, publishing
from orderbridge.automation.publishing import Published
from orderbridge.cli import output, reading
from orderbridge.cli.authorship import author
from orderbridge.cli.problems_shown import warn

Note = Annotated[str | None, typer.Option(help="Why, in a few words; kept with the version.")]
Source = Annotated[
    str | None,
    typer.Option(help="Name of the connection whose changes start it, where the file does not say."),
]
Target = Annotated[
    str | None,
    typer.Option(
        help="Name of the connection that it works on, where the file does not say; may be the same."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to those of flows."""
    app.command("publish")(publish)


def publish(
    what: Annotated[str, typer.Argument(help="A file, or the name of a flow that has a draft.")],
    source: Source = None,
    target: Target = None,
    note: Note = None,
    json: output.AsJson = False,
) -> None:
    """Check a flow and freeze it as its next version; from a file it is switched on too."""
    done = output.run(_publish(what, source, target, note))
    if json:
        output.as_json(as_object(done))
        return
    warn(done.name, done.warnings)
    output.people.print(f"{done.name} is {_state(done)}, version {done.version}", markup=False)
    if not done.enabled:
        output.people.print(
            "'orderbridge flows enable' switches it on, between live accounts 'orderbridge flows go-live'",
            markup=False,
        )


def _state(done: Published) -> str:
    return "unchanged" if done.outcome == "unchanged" else "on" if done.enabled else "published and off"


async def _publish(what: str, source: str | None, target: str | None, note: str | None) -> Published:
    settings = output.settings()
    path = reading.file_of(what)
    file = reading.read(path) if path else None
    async with open_application(settings) as application:
        by = author(settings, note)
        if file is None:
            return await drafts.publish(application.runtime, what, author=by)
        [one] = await applying.between(application.runtime, [file], source=source, target=target)
        [done] = await publishing.publish_all(application.runtime, [one], author=by, enabled=True)
    return done


def as_object(done: Published) -> dict[str, object]:
    """What became of a flow, for programs."""
    return {
        "name": done.name,
        "version": done.version,
        "outcome": done.outcome,
        "enabled": done.enabled,
        "warnings": [item.as_json() for item in done.warnings],
    }
