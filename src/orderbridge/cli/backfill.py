"""``orderbridge backfill``: bounded history, carried over quietly and behind everything live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Annotated

import typer
from rich.progress import (
    Progress,
    TextColumn,
)

from orderbridge.app import Application, open_application
from orderbridge.cli import backfill_view, output
from orderbridge.cli.authorship import person
from orderbridge.core.errors import SetupError
from orderbridge.engine import faults
from orderbridge.engine.quiet import Quiet
from orderbridge.store import backfills
from orderbridge.sync.backfill import service
from orderbridge.sync.backfill.planning import SAMPLE, planned
from orderbridge.sync.backfill.selection import Selection, read_ids, selection
from orderbridge.sync.backfill.service import Wanted

backfill_app = typer.Typer(
    help="Carry history over: planned, in batches, quietly, behind everything live.", no_args_is_help=True
)

Ghl = Annotated[list[str] | None, typer.Option(help="HighLevel connection, by its name; repeatable.")]
Act = Annotated[str | None, typer.Option(help="The Act! connection that its flows must lead to.")]
Location = Annotated[list[str] | None, typer.Option(help="A HighLevel location, by its id; repeatable.")]
All = Annotated[bool, typer.Option("--all", help="Every HighLevel connection that a flow listens to.")]
Kinds = Annotated[
    str | None,
    typer.Option(
        help="Of orders, fulfilments, transactions, subscriptions, invoices, contacts, products, with commas; "
        "default: the first four."
    ),
]
Since = Annotated[str | None, typer.Option(help="First UTC day of creation: 2026-03-01.")]
Until = Annotated[str | None, typer.Option(help="Last UTC day of creation; default: the start.")]
Ids = Annotated[
    str | None, typer.Option(help="Only these records: a file with one id in a line, or ids with commas.")
]
Mode = Annotated[str | None, typer.Option(help="live or test: refuses a connection of the other world.")]
WithTasks = Annotated[bool, typer.Option("--with-tasks", help="Also do the steps that make tasks.")]
WithMessages = Annotated[
    bool,
    typer.Option(
        "--with-messages",
        help="Also do the steps that notify or message people, as far as their flow has the consent.",
    ),
]
BackfillId = Annotated[str, typer.Argument(help="An id of 'orderbridge backfill list', or its beginning.")]
Detach = Annotated[bool, typer.Option("--detach", help="Do not stay: 'orderbridge serve' goes on with it.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the options say."""

    ghl: list[str] | None
    act: str | None
    locations: list[str] | None
    every: bool
    kinds: str | None
    since: str | None
    until: str | None
    ids: str | None
    mode: str | None
    quiet: Quiet

    @property
    def chooses(self) -> bool:
        """Whether anything is chosen."""
        return any((self.ghl, self.locations, self.every, self.kinds, self.since, self.until, self.ids))

    async def wanted(self, application: Application) -> list[Wanted]:
        """Find the connections, and check the selection."""
        chosen = self._selection(application)
        found = await service.sources(
            application.runtime,
            names=self.ghl or (),
            locations=self.locations or (),
            everything=self.every,
            act=self.act,
            mode=self.mode,
        )
        return [Wanted(connection=item, chosen=chosen, quiet=self.quiet) for item in found]

    def _selection(self, application: Application) -> Selection:
        kinds = None
        if self.kinds is not None:
            kinds = [item.strip() for item in self.kinds.split(",") if item.strip()]
        return selection(
            kinds=kinds,
            since=self.since,
            until=self.until,
            ids=read_ids(self.ids) if self.ids is not None else (),
            today=application.clock.now().astimezone(UTC).date(),
        )


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(backfill_app, name="backfill")


@backfill_app.command("plan")
def plan(
    ghl: Ghl = None,
    act: Act = None,
    location: Location = None,
    every: All = False,
    kinds: Kinds = None,
    since: Since = None,
    until: Until = None,
    ids: Ids = None,
    mode: Mode = None,
    with_tasks: WithTasks = False,
    with_messages: WithMessages = False,
    sample: Annotated[
        int, typer.Option(help="So many records are read and tried without writing.", min=0, max=500)
    ] = SAMPLE,
    json: output.AsJson = False,
) -> None:
    """Say how many records, calls and minutes, what would be written and what is ambiguous; nothing is written."""
    quiet = Quiet(with_tasks=with_tasks, with_messages=with_messages)
    asked = Asked(
        ghl=ghl, act=act, locations=location, every=every, kinds=kinds, since=since, until=until, ids=ids,
        mode=mode, quiet=quiet,
    )  # fmt: skip
    output.run(_plan(asked, sample, json))


async def _plan(asked: Asked, sample: int, as_json: bool) -> None:
    async with open_application(output.settings()) as application:
        plans = []
        wanted = await asked.wanted(application)
        with Progress(TextColumn("{task.description}"), console=output.messages, transient=True) as shown:
            task = shown.add_task("")
            for item in wanted:

                def say(what: str, name: str = item.connection.name) -> None:
                    shown.update(task, description=f"{name}: {what}")

                plans.append(await planned(application.runtime, item, by=person(), sample=sample, say=say))
    if as_json:
        output.as_json(plans)
        return
    for found in plans:
        backfill_view.show_plan(found)


@backfill_app.command("run")
def run(
    ghl: Ghl = None,
    act: Act = None,
    location: Location = None,
    every: All = False,
    kinds: Kinds = None,
    since: Since = None,
    until: Until = None,
    ids: Ids = None,
    mode: Mode = None,
    with_tasks: WithTasks = False,
    with_messages: WithMessages = False,
    plan: Annotated[str | None, typer.Option(help="Begin what was planned, by its id.")] = None,
    detach: Detach = False,
    json: output.AsJson = False,
) -> None:
    """Carry history over in batches; Ctrl-C pauses it."""
    quiet = Quiet(with_tasks=with_tasks, with_messages=with_messages)
    asked = Asked(
        ghl=ghl, act=act, locations=location, every=every, kinds=kinds, since=since, until=until, ids=ids,
        mode=mode, quiet=quiet,
    )  # fmt: skip
    if plan is not None and (asked.chooses or with_tasks or with_messages):
        raise SetupError("--plan has a selection of its own; give either it or a selection")
    output.run(_run(asked, plan, detach, json))


async def _run(asked: Asked, plan_id: str | None, detach: bool, as_json: bool) -> None:
    settings = output.settings()
    faults.arm_as_set(settings.fault)
    async with open_application(settings) as application:
        runtime = application.runtime
        if plan_id is not None:
            begun = [await service.resume(runtime, plan_id)]
        else:
            wanted = await asked.wanted(application)
            begun = [await service.start(runtime, item, by=person()) for item in wanted]
        await backfill_view.see_through(application, begun, detach=detach, as_json=as_json)


@backfill_app.command("resume")
def resume(given: BackfillId, detach: Detach = False, json: output.AsJson = False) -> None:
    """Go on with a backfill that was paused, or whose process died; nothing is written twice."""
    output.run(_resume(given, detach, json))


async def _resume(given: str, detach: bool, as_json: bool) -> None:
    settings = output.settings()
    faults.arm_as_set(settings.fault)
    async with open_application(settings) as application:
        begun = [await service.resume(application.runtime, given)]
        await backfill_view.see_through(application, begun, detach=detach, as_json=as_json)


@backfill_app.command("pause")
def pause(given: BackfillId) -> None:
    """Let a backfill wait; what the workers were handed is still carried over."""
    output.run(_stop(given, backfills.PAUSED))


@backfill_app.command("cancel")
def cancel(given: BackfillId) -> None:
    """End a backfill for good; what it has written stays."""
    output.run(_stop(given, backfills.CANCELLED))


async def _stop(given: str, state: str) -> None:
    async with open_application(output.settings()) as application:
        found = await service.stop(application.runtime, given, state=state, by=person())
    then = f"; go on with: orderbridge backfill resume {found.id[:12]}" if state == backfills.PAUSED else ""
    output.people.print(f"Backfill {found.id[:12]} is {state}{then}", highlight=False)


@backfill_app.command("list")
def list_backfills(json: output.AsJson = False) -> None:
    """List plans and backfills, newest first."""
    output.run(_list(json))


async def _list(as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.read() as tx:
        rows = [await service.shown(tx, item) for item in await backfills.every(tx)]
    if as_json:
        output.as_json(rows)
        return
    output.table(
        ["Backfill", "Connection", "What", "State", "Handed over", "Reason"],
        [
            [
                row["id"][:12],
                row["connection"],
                row["in_words"],
                row["state"],
                row["counts"].get("delivered", 0) + row["counts"].get("taken_up", 0),
                row["reason"],
            ]
            for row in rows
        ],
        empty="No backfill yet; 'orderbridge backfill plan --ghl NAME' says what one would do.",
    )


@backfill_app.command("show")
def show(given: BackfillId) -> None:
    """Print a backfill with its plan, its counts, and what could not be read, as JSON."""
    output.run(_show(given))


async def _show(given: str) -> None:
    async with open_application(output.settings()) as application, application.db.read() as tx:
        output.as_json(await service.shown_whole(tx, await backfills.one(tx, given)))
