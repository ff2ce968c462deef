"""``orderbridge flows test``: what a flow would do, step by step, without doing it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orderbridge.app import open_application
from orderbridge.automation import trying
from orderbridge.automation.trying import Trial, Wish
from orderbridge.cli import output, reading
from orderbridge.cli.authorship import person
from orderbridge.core.errors import FlowError, SetupError
from orderbridge.engine.dry_run import Tried, TriedStep

_MARKS = {
    "done": "·",
    "left out": "-",
    "decided": "?",
    "depends": "…",
    "waits": "…",
    "ended": "■",
    "failed": "!",
}
_FIELDS_SHOWN = 12


def register(app: typer.Typer) -> None:
    """Add the command to those of flows."""
    app.command("test")(try_flow)


def try_flow(
    flow: Annotated[
        str, typer.Argument(help="A name of 'orderbridge flows list', or a file as 'flows export' prints it.")
    ],
    event: Annotated[str | None, typer.Option(help="Try it on this stored event.")] = None,
    record: Annotated[
        str | None, typer.Option(help="Try it on a record as it is now: order:66f1c0…, contact:….")
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Try it on any record of the account, or the trigger's example.")
    ] = False,
    recent: Annotated[
        int,
        typer.Option(help="Try it on that many records that changed last.", min=1, max=trying.MOST_RECENT),
    ] = trying.RECENT,
    source: Annotated[
        str | None,
        typer.Option(help="Connection whose changes start it; for a file, or to try another pair."),
    ] = None,
    target: Annotated[str | None, typer.Option(help="Connection that it works on.")] = None,
    json: output.AsJson = False,
) -> None:
    """Show what a flow would do, step by step, and the exact difference it would make; nothing is written.

    Ends with 1 where the flow itself has to be corrected.
    """
    wish = Wish(event_id=event, record=_record(record), sample=sample, recent=recent)
    output.run(_try(flow, reading.file_of(flow), wish, source, target, json))


def _record(given: str | None) -> tuple[str, str] | None:
    if given is None:
        return None
    kind, colon, record_id = given.partition(":")
    if not colon or not kind or not record_id:
        raise SetupError(f"--record {given!r} is not a kind and an id; write it like order:66f1c0a2b3")
    return kind, record_id


async def _try(
    flow: str, file: Path | None, wish: Wish, source: str | None, target: str | None, as_json: bool
) -> None:
    async with open_application(output.settings()) as application:
        runtime = application.runtime
        if file is not None:
            if source is None or target is None:
                raise SetupError(f"{flow} is a file: say between which connections, --source and --target")
            subject = await trying.unpublished(runtime, reading.read(file).flow, source=source, target=target)
        else:
            subject = await trying.published(runtime, flow, source=source, target=target)
        trial = await trying.attempt(runtime, subject, wish, by=person())
    if as_json:
        output.as_json(trial.as_json())
    else:
        _print(trial)
    if trial.fails:
        failed = next(item for item in trial.results if item.outcome == "fails")
        raise FlowError(f"{subject.name}: {failed.reason}", cause="flow.fails")


def _print(trial: Trial) -> None:
    for tried in trial.results:
        _print_one(tried)
    if not trial.results:
        _say(
            f"{trial.subject.source.name} has nothing of the kind that this flow listens to, so nothing was tried."
        )
        return
    counts = ", ".join(f"{number} {outcome.replace('_', ' ')}" for outcome, number in trial.outcomes.items())
    _say(f"{trial.subject.name}: {counts}. Nothing was written.")


def _print_one(tried: Tried) -> None:
    event = tried.event
    _say(f"{event.kind} {event.record_id} (event {event.id[:12]}, {event.source})")
    if not tried.starts:
        _say("  ? this event would not start the flow; it is tried all the same")
    for line in tried.because:
        _say(f"  ? {line}")
    for step in tried.steps:
        _print_step(step)
    _say(f"  = {tried.outcome.replace('_', ' ')}{f': {tried.reason}' if tried.reason else ''}")


def _print_step(step: TriedStep) -> None:
    _say(
        f"  {_MARKS.get(step.state, '·')} {step.path}{f' ({step.action})' if step.action else ''}: {_said(step)}"
    )
    for line in step.because:
        _say(f"      ? {line}")
    for effect in step.effects:
        _say(f"      {effect.says}")
        if effect.note:
            _say(f"      ({effect.note})")
        for row in effect.fields[:_FIELDS_SHOWN]:
            _say(f"        {row['field']}: {output.shown(row['before'])} → {output.shown(row['after'])}")
        if len(effect.fields) > _FIELDS_SHOWN:
            _say(f"        and {len(effect.fields) - _FIELDS_SHOWN} more; --json shows all")


def _said(step: TriedStep) -> str:
    if step.says:
        return f"{step.state}, {step.says}" if step.state not in ("decided", "depends") else step.says
    return step.state if step.effects else f"{step.state}, writes nothing"


def _say(text: str) -> None:
    output.people.print(text, markup=False, highlight=False, soft_wrap=True)
