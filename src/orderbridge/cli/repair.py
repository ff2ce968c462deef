"""``orderbridge runs``, ``dead-letters``, ``pause`` and ``resume``: what happened, and what waits for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from orderbridge.app import open_application, open_database
from orderbridge.cli import output
from orderbridge.core.errors import SetupError
from orderbridge.core.ids import random_id
from orderbridge.engine import brake
from orderbridge.engine.replay import replay
from orderbridge.store import inbox, runs
from orderbridge.store.database import Tx

runs_app = typer.Typer(help="What flows did.", no_args_is_help=True)
dead_app = typer.Typer(help="What waits for a person.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(runs_app, name="runs")
    app.add_typer(dead_app, name="dead-letters")
    app.command("pause")(pause)
    app.command("resume")(resume)


@runs_app.command("list")
def list_runs(
    state: Annotated[str | None, typer.Option(help="done, nothing, running, waiting or dead.")] = None,
    limit: Annotated[int, typer.Option(help="How many, newest first.")] = 50,
    json: output.AsJson = False,
) -> None:
    """List runs, newest first."""
    if state is not None and state not in runs.STATES:
        raise SetupError(f"--state is {state!r}; it can be {', '.join(runs.STATES)}")
    output.run(_list_runs(state, limit, json))


async def _list_runs(state: str | None, limit: int, as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        found = await runs.list_runs(tx, state=state, limit=limit)
    none = "No run yet." if state is None else f"No run is {state}."
    if as_json:
        output.as_json(found)
        return
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
            for row in found
        ],
        empty=none,
    )


def _cut(text: str, longest: int) -> str:
    # 'runs show' has the whole of it.
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


@runs_app.command("show")
def show_run(run_id: Annotated[str, typer.Argument(help="An id of 'orderbridge runs list'.")]) -> None:
    """Print a run with its steps and receipts as JSON."""
    output.run(_show_run(run_id))


async def _show_run(run_id: str) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        found = await runs.show(tx, await _whole_id(tx, run_id))
    if found is None:
        raise _no_run(run_id)
    output.as_json(found)


async def _whole_id(tx: Tx, given: str) -> str:
    """Return the id that the list shows the beginning of."""
    ids = await runs.ids_beginning(tx, given)
    if len(ids) > 1:
        raise SetupError(f"several runs begin with {given!r}; give more of the id")
    if not ids:
        raise _no_run(given)
    return ids[0]


def _no_run(run_id: str) -> SetupError:
    return SetupError(f"there is no run {run_id!r}; see 'orderbridge runs list'")


@runs_app.command("replay")
def replay_run(
    run_id: Annotated[str, typer.Argument(help="An id of 'orderbridge runs list --state dead'.")],
) -> None:
    """Try a dead run again from its failed step."""
    output.run(_replay(cause=None, run_ids=[run_id]))


@dead_app.command("list")
def list_dead(json: output.AsJson = False) -> None:
    """List what waits for a person, grouped by cause, the most money first."""
    output.run(_list_dead(json))


async def _list_dead(as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        groups = await runs.dead_groups(tx)
        deliveries = await inbox.dead(tx)
    if as_json:
        output.as_json({"groups": groups, "deliveries": deliveries})
        return
    output.table(
        ["Cause", "Runs", "Money held", "For example"],
        [
            [
                row["cause"],
                row["runs"],
                f"{row['held']} {row['currency']}" if row["held"] is not None else "",
                row["example"],
            ]
            for row in groups
        ],
        empty="No run waits for a person.",
    )
    output.table(
        ["Delivery", "Record", "Reason"],
        [[row["id"], f"{row['kind']} {row['record_id']}", row["reason"]] for row in deliveries],
        empty="No delivery waits for a person.",
    )


@dead_app.command("replay")
def replay_dead(
    cause: Annotated[str | None, typer.Option(help="Only this cause; default: all.")] = None,
) -> None:
    """Try dead letters again, after what stopped them was corrected."""
    output.run(_replay(cause=cause, run_ids=None))


async def _replay(*, cause: str | None, run_ids: list[str] | None) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        whole = [await _whole_id(tx, one) for one in run_ids] if run_ids else None
        count = await replay(tx, random_id, cause=cause, run_ids=whole)
    if run_ids and not count:
        raise SetupError(f"there is no dead run {run_ids[0]}; see 'orderbridge runs list --state dead'")
    output.people.print(f"{count} records are tried again; 'orderbridge serve' works on them")


def pause() -> None:
    """Stop all writes at once; what comes in is still taken and waits."""
    output.run(_set_paused(True))


def resume() -> None:
    """Let writes go on after 'pause'."""
    output.run(_set_paused(False))


async def _set_paused(paused: bool) -> None:
    # The database alone: it has to work also where the accounts' secrets cannot be opened.
    async with open_database(output.settings()) as db, db.begin() as tx:
        await (brake.pause(tx) if paused else brake.resume(tx))
    output.people.print("All writes are paused; intake goes on." if paused else "Writes go on.")
