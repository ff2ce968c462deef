"""``orderbridge runs``, ``pause`` and ``resume``: what happened, and doing it once more."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn

from orderbridge.app import open_application, open_database
from orderbridge.automation import repair, run_search
from orderbridge.automation.repair import Selection, Tally, Wish
from orderbridge.cli import output
from orderbridge.cli.authorship import person
from orderbridge.core import jsonio
from orderbridge.core.clock import SystemClock
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import brake
from orderbridge.store import exchanges, run_lists

runs_app = typer.Typer(
    help="What flows did: found, resumed, done once more, cancelled.", no_args_is_help=True
)

RunId = Annotated[str, typer.Argument(help="An id of 'orderbridge runs list', or its beginning.")]
Moment = Annotated[str | None, typer.Option(help="A day or a moment: 2026-03-01, 2026-03-01T09:30:00Z.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(runs_app, name="runs")
    app.command("pause")(pause)
    app.command("resume")(resume_writes)


@runs_app.command("list")
def list_runs(
    query: Annotated[
        list[str] | None,
        typer.Argument(help="Words that must all be met: an order's id, an e-mail address, 498.00, a name."),
    ] = None,
    state: Annotated[
        str | None, typer.Option(help="done, nothing, running, waiting, dead or cancelled.")
    ] = None,
    flow: Annotated[str | None, typer.Option(help="Of this flow only.")] = None,
    cause: Annotated[str | None, typer.Option(help="Stopped for this cause.")] = None,
    since: Moment = None,
    until: Moment = None,
    amount: Annotated[str | None, typer.Option(help="498.00, or '498.00 USD'.")] = None,
    email: Annotated[str | None, typer.Option(help="Of the customer.")] = None,
    order: Annotated[str | None, typer.Option(help="Id or number of an order.")] = None,
    record: Annotated[str | None, typer.Option(help="Id of a record, here or there.")] = None,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1, max=run_search.MOST)] = 50,
    after: Annotated[str | None, typer.Option(help="What follows the page that ended there.")] = None,
    json: output.AsJson = False,
) -> None:
    """List runs, newest first."""
    asked = run_search.sought(
        " ".join(query or []), amount=amount, words=(email, order, record), state=state, flow=flow, cause=cause,
        since=_moment("--since", since), until=_moment("--until", until), after=after,
    )  # fmt: skip
    output.run(_list_runs(asked, limit, json, state if not query else None))


async def _list_runs(asked: run_lists.Sought, limit: int, as_json: bool, state: str | None) -> None:
    async with open_application(output.settings()) as application:
        page = await run_search.find(application.db, asked, limit=limit)
    if as_json:
        output.as_json(page.rows)
    else:
        _show(page, asked, state)
    if page.looked_to is not None:
        output.messages.print(
            f"{run_lists.FURTHEST:,} runs were looked at, back to {page.looked_to:%Y-%m-%d %H:%M} UTC. Older ones: "
            f"--after '{page.after}'. An id, an address or a shorter time (--since, --until) is found at once.",
            highlight=False,
        )
    elif page.after is not None and not as_json:
        output.messages.print(f"There are more: --after '{page.after}'", highlight=False)


def _show(page: run_search.Page, asked: run_lists.Sought, state: str | None) -> None:
    plain = asked == run_lists.Sought(state=state)
    none = "No run yet." if state is None else f"No run is {state}."
    output.table(
        ["Run", "Flow", "Record", "State", "Reason"],
        [
            [
                row["id"][:12],
                row["flow"],
                _cut(f"{row['kind']} {row['record_id']}", 40),
                row["state"],
                _cut(row["reason"] or "", 90),
            ]
            for row in page.rows
        ],
        empty=none if plain else "No run fits.",
    )


def _cut(text: str, longest: int) -> str:
    # 'runs show' has the whole of it.
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _moment(option: str, given: str | None) -> datetime | None:
    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given)
    except ValueError as error:
        raise SetupError(f"{option} is {given!r}; write 2026-03-01 or 2026-03-01T09:30:00Z") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@runs_app.command("show")
def show_run(
    run_id: RunId,
    http: Annotated[
        bool, typer.Option("--http", help="Also what was said to the accounts, and what they answered.")
    ] = False,
) -> None:
    """Print a run with its event, its steps and their failed attempts, and its receipts, as JSON."""
    output.run(_show_run(run_id, http))


async def _show_run(run_id: str, http: bool) -> None:
    async with open_application(output.settings()) as application:
        async with application.db.read() as tx:
            whole = await repair.whole_id(tx, run_id)
            calls = {"exchanges": await exchanges.of_run(tx, whole)} if http else {}
        output.as_json(await run_search.one(application.db, whole) | calls)


@runs_app.command("resume")
def resume_run(
    run_id: RunId,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="As a new run of the same event, as 'runs replay' does.")
    ] = False,
    from_step: Annotated[
        str | None,
        typer.Option(
            "--from", help="As a new run that begins at this step; what is before it stays as it was."
        ),
    ] = None,
    input_: Annotated[
        str | None,
        typer.Option(
            "--input", help="JSON, @file or @-: what the failed step gets instead of the flow's input."
        ),
    ] = None,
) -> None:
    """Let a run go on from the step at which it stopped; steps that succeeded are not repeated."""
    if (from_start or from_step is not None) and input_ is not None:
        raise SetupError("--input is for the step that failed; it does not go with --from or --from-start")
    if from_start or from_step is not None:
        output.run(_replay_run(run_id, Wish(by=person(), from_step=None if from_start else from_step)))
    else:
        output.run(_resume(run_id, _given(input_) if input_ is not None else None))


async def _resume(run_id: str, given: JsonObject | None) -> None:
    async with open_application(output.settings()) as application:
        whole = await repair.resume(application.runtime, run_id, by=person(), input_=given)
    output.people.print(f"Run {whole[:12]} goes on; 'orderbridge serve' works on it")


def _given(text: str) -> JsonObject:
    try:
        if text.startswith("@"):
            text = sys.stdin.read() if text == "@-" else Path(text[1:]).read_text(encoding="utf-8")
        value = jsonio.decode(text)
    except (OSError, ValueError) as error:
        raise SetupError(f"--input: {error}") from error
    if not isinstance(value, dict):
        raise SetupError("--input is no JSON object; 'orderbridge runs show' shows what the step was given")
    return value


@runs_app.command("replay")
def replay_run(
    run_id: Annotated[str | None, typer.Argument(help="One run, by its id.")] = None,
    event: Annotated[str | None, typer.Option(help="Everything that this stored event starts.")] = None,
    unheard: Annotated[
        bool, typer.Option("--unheard", help="All that came in before a flow was there that listens to it.")
    ] = False,
    flow: Annotated[str | None, typer.Option(help="All runs of this flow.")] = None,
    cause: Annotated[str | None, typer.Option(help="All dead runs that stopped for this cause.")] = None,
    since: Moment = None,
    until: Moment = None,
    limit: Annotated[int | None, typer.Option(help="At most so many.", min=1)] = None,
    version: Annotated[
        str, typer.Option(help="pinned: the version that they ran in; newest: the one published last.")
    ] = "pinned",
    send_again: Annotated[
        bool,
        typer.Option(
            "--send-again", help="Make calls that cannot be proved (messages, web requests) once more."
        ),
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also what the same command has done once more before.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Do runs once more from their start; what is there already is found, and nothing is doubled."""
    if version not in ("pinned", "newest"):
        raise SetupError(f"--version is {version!r}; it can be pinned or newest")
    chosen: Literal["pinned", "newest"] = "newest" if version == "newest" else "pinned"
    wish = Wish(by=person(), version=chosen, send_again=send_again)
    many = flow is not None or cause is not None or since is not None
    if (run_id is not None) + (event is not None) + unheard + many != 1:
        raise SetupError(
            "give one of: a run's id, --event, --unheard, or a choice by --flow, --cause and --since"
        )
    if run_id is not None:
        output.run(_replay_run(run_id, wish))
    elif event is not None:
        output.run(_replay_event(event, wish))
    elif unheard:
        output.run(_replay_unheard(wish))
    else:
        if not yes:
            typer.confirm("Do all of these runs once more?", abort=True)
        selection = Selection(
            flow=flow,
            cause=cause,
            since=_moment("--since", since),
            until=_moment("--until", until),
            limit=limit,
        )
        output.run(_replay_many(selection, wish, again))


async def _replay_run(run_id: str, wish: Wish) -> None:
    async with open_application(output.settings()) as application:
        new_id, new = await repair.replay_run(application.runtime, run_id, wish)
    said = "begins" if new else "is waiting or under way already"
    output.people.print(f"Run {new_id[:12]} {said}; 'orderbridge serve' works on it")


async def _replay_unheard(wish: Wish) -> None:
    async with open_application(output.settings()) as application:
        count = await repair.replay_unheard(application.runtime, wish)
    output.people.print(f"{count} runs begin; 'orderbridge serve' works on them")


async def _replay_event(event_id: str, wish: Wish) -> None:
    async with open_application(output.settings()) as application:
        added = await repair.replay_event(application.runtime, event_id, wish)
    output.people.print(
        f"{len(added)} runs begin: {', '.join(item[:12] for item in added)}; 'orderbridge serve' works on them"
        if added
        else "Nothing begins: the event's runs are open already, or no flow that is switched on listens to it."
    )


async def _replay_many(selection: Selection, wish: Wish, again: bool) -> None:
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    async with open_application(output.settings()) as application:
        with Progress(*columns, console=output.messages, transient=True) as shown:
            task = shown.add_task("looking for runs")

            def on_batch(tally: Tally) -> None:
                shown.update(task, description=f"{tally.added} runs added, {tally.seen} looked at")

            tally = await repair.replay_many(
                application.runtime, selection, wish, again=again, on_batch=on_batch
            )
    left = f"; {tally.already} were done once more before or are open" if tally.already else ""
    off = f"; {tally.off} are of flows that are switched off" if tally.off else ""
    output.people.print(f"{tally.added} runs begin, behind everything that comes in{left}{off}")


@runs_app.command("cancel")
def cancel_run(
    run_id: RunId,
    reason: Annotated[str | None, typer.Option(help="Kept with the run.")] = None,
) -> None:
    """End a run for good; what it has written stays."""
    output.run(_cancel(run_id, reason))


async def _cancel(run_id: str, reason: str | None) -> None:
    async with open_application(output.settings()) as application:
        state = await repair.cancel(application.runtime, run_id, by=person(), reason=reason)
    output.people.print(
        "The run is cancelled"
        if state == "cancelled"
        else "The run is under way; it ends before its next write"
    )


def pause() -> None:
    """Stop all writes at once; what comes in is still taken and waits."""
    output.run(_set_paused(True))


def resume_writes() -> None:
    """Let writes go on after 'pause'."""
    output.run(_set_paused(False))


async def _set_paused(paused: bool) -> None:
    # The database alone: it has to work also where the accounts' secrets cannot be opened.
    async with open_database(output.settings()) as db, db.begin() as tx:
        await (brake.pause(tx, by=person(), at=SystemClock().now()) if paused else brake.resume(tx))
    output.people.print("All writes are paused; intake goes on." if paused else "Writes go on.")
