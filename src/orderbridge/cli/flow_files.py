"""``orderbridge flows import``, ``diff``, ``apply``, ``validate``: flows as YAML in git."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from orderbridge.app import open_application
from orderbridge.automation import applying, drafts
from orderbridge.automation.applying import Planned
from orderbridge.automation.drafts import Found
from orderbridge.cli import output, reading
from orderbridge.cli.authorship import author, person
from orderbridge.cli.problems_shown import warn
from orderbridge.cli.publishing import Note, Source, Target, as_object
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.flows import differences, validate
from orderbridge.flows.problems import FlowProblemsError, Problem, wrong
from orderbridge.store import flows

_File = Annotated[Path, typer.Argument(help="A flow's YAML file.")]
_Place = Annotated[Path, typer.Argument(help="A flow's YAML file, or a folder of them.")]


def register(app: typer.Typer) -> None:
    """Add the commands to those of flows."""
    app.command("import")(import_file)
    app.command("diff")(diff)
    app.command("apply")(apply)
    app.command("validate")(validate_files)


def import_file(
    file: _File,
    source: Source = None,
    target: Target = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where there is a draft; it is lost.")
    ] = False,
) -> None:
    """Take a flow from a file as a draft; nothing runs by it before it is published."""
    output.run(_import(file, source, target, replace))


async def _import(file: Path, source: str | None, target: str | None, replace: bool) -> None:
    given = reading.read(file)
    settings = output.settings()
    async with open_application(settings) as application:
        [one] = await applying.between(application.runtime, [given], source=source, target=target)
        draft = await drafts.begin(application.runtime, one, by=person(), replace=replace)
        found = await drafts.look_at(application.runtime, one, author=author(settings))
    for item in wrong(found):
        output.messages.print(f"before it can be published: {file}, {item}", markup=False, highlight=False)
    warn(str(file), found)
    output.people.print(f"{draft.name} has a draft; 'orderbridge flows publish' publishes it", markup=False)


def diff(
    what: Annotated[str, typer.Argument(help="A file, or the name of a flow.")],
    version: Annotated[
        int | None, typer.Option(help="Compare with this version instead of the newest.", min=1)
    ] = None,
    source: Source = None,
    target: Target = None,
    json: output.AsJson = False,
) -> None:
    """Show what a file, or a flow's draft, would change; ends with 1 where there is a difference.

    A file is compared with what is published, a flow's draft too.
    """
    before, after, names = output.run(_sides(what, version, source, target))
    if json:
        found = differences.places(before or {}, after)
        # No flow holds a secret, and a value map may have words that look like the name of one.
        output.as_json_shown({"same": not found, "differences": [item.as_json() for item in found]})
    else:
        sys.stdout.write(differences.lines(before, after, names=names))
    if before is None or not differences.same(before, after):
        raise typer.Exit(1)


async def _sides(
    what: str, version: int | None, source: str | None, target: str | None
) -> tuple[JsonObject | None, JsonObject, tuple[str, str]]:
    path = reading.file_of(what)
    file = reading.read(path) if path else None
    found: Found | None = None
    async with open_application(output.settings()) as application:
        name = what
        if file is not None:
            [one] = await applying.between(application.runtime, [file], source=source, target=target)
            name = one.name
        async with application.db.begin() as tx:
            if file is None or await drafts.is_there(tx, name):
                found = await drafts.find(tx, name)
            before = found.stored.definition if found and found.stored else None
            number = found.stored.version if found and found.stored else None
            if version is not None:
                before = await flows.version(tx, found.flow_id, version) if found else None
                number = version
                if before is None:
                    raise SetupError(f"{name!r} has no version {version}", cause="flow.no_version")
    if file is not None:
        after, title = file.flow.as_json(), what
    else:
        assert found is not None
        if found.draft is None and version is None:
            raise SetupError(f"{name!r} has no draft to compare", cause="flow.no_draft")
        after = found.newest
        title = f"draft of {name}" if found.draft else f"{name}, version {found.stored.version}"  # type: ignore[union-attr]
    return before, after, (f"{name}, version {number}" if number else "nothing", title)


def apply(
    place: _Place,
    source: Source = None,
    target: Target = None,
    note: Note = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: output.AsJson = False,
) -> None:
    """Bring flows to what files say, all of them or none; new ones are switched on, others stay as they are.

    It asks before it publishes; where nobody can be asked, --yes is needed. A flow that no file is of stays.
    """
    output.run(_apply(place, source, target, note, dry_run, yes, json))


async def _apply(
    place: Path,
    source: str | None,
    target: str | None,
    note: str | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    given = reading.read_all(reading.flow_files(place))
    settings = output.settings()
    async with open_application(settings) as application:
        by = author(settings, note)
        planned = await applying.plan(application.runtime, given, source=source, target=target, author=by)
        for one in planned:
            warn(one.one.subject, one.warnings)
        if dry_run:
            _show_plan(planned, as_json)
            return
        if not yes and any(item.outcome != "unchanged" for item in planned):
            _ask(planned)
        done = await applying.carry_out(application.runtime, planned, author=by)
    if as_json:
        output.as_json({"dry_run": False, "flows": [as_object(item) for item in done]})
        return
    for item in done:
        output.people.print(
            f"{item.outcome:<9} {item.name}, version {item.version}", markup=False, highlight=False
        )


def _show_plan(planned: Sequence[Planned], as_json: bool) -> None:
    if as_json:
        listed = [
            {
                "name": item.name,
                "outcome": item.outcome,
                "file": item.one.subject,
                "version": item.version,
                "warnings": [one.as_json() for one in item.warnings],
            }
            for item in planned
        ]
        output.as_json({"dry_run": True, "flows": listed})
        return
    for item in planned:
        output.people.print(f"{item.outcome:<9} {item.name}", markup=False, highlight=False)
        sys.stdout.write(item.difference())


def _ask(planned: Sequence[Planned]) -> None:
    if not sys.stdin.isatty():
        raise SetupError(
            "nobody can be asked here; look at it with --dry-run, and publish it with --yes",
            cause="command.unasked",
        )
    for item in planned:
        sys.stderr.write(item.difference())
    changing = sum(item.outcome != "unchanged" for item in planned)
    typer.confirm(f"Publish {changing} of {len(planned)} flows?", abort=True, err=True)


def validate_files(
    places: Annotated[list[Path], typer.Argument(help="Flows' YAML files, or folders of them.")],
    json: output.AsJson = False,
) -> None:
    """Say everything that is wrong with files, as far as it can be known without the accounts.

    Nothing is opened, so it works anywhere. 'flows apply --dry-run' asks the accounts too.
    """
    found: list[tuple[str, Problem]] = []
    for file in [one for place in places for one in reading.flow_files(place)]:
        found += [(str(file), item) for item in _problems(file)]
    bad = [item for _, item in found if not item.warning]
    if json:
        output.as_json(
            {"valid": not bad, "problems": [item.as_json() | {"file": name} for name, item in found]}
        )
    else:
        for name, item in found:
            kind = "warning: " if item.warning else ""
            print(f"{name}:{item.line or 1}: {kind}{item.place}: {item.message}")
        if not found:
            output.people.print("nothing is wrong")
    if bad:
        raise typer.Exit(1)


def _problems(file: Path) -> list[Problem]:
    try:
        given = reading.read(file)
    except FlowProblemsError as error:
        return list(error.problems)
    return validate.problems(given.flow, line=given.document.line)
