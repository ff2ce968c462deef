"""``orderbridge dead-letters``: what waits for a person, by its cause, and trying it again until it is proved."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from orderbridge.app import Application, open_application
from orderbridge.automation import dead_letters, replaying
from orderbridge.automation.dead_letters import Group
from orderbridge.automation.replaying import Report
from orderbridge.cli import output
from orderbridge.cli.authorship import person
from orderbridge.core.errors import BadRecordError
from orderbridge.core.money import Money
from orderbridge.core.ranking import RULE
from orderbridge.engine import faults
from orderbridge.store import inbox, run_history
from orderbridge.store.replays import Replay

dead_app = typer.Typer(help="What waits for a person.", no_args_is_help=True)

_LOOK_S = 0.5
_OF_GROUP = 20


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(dead_app, name="dead-letters")


@dead_app.command("list")
def list_dead(
    by_cause: Annotated[
        bool, typer.Option("--by-cause", help="With what happened, what to do, and what repairs it.")
    ] = False,
    json: output.AsJson = False,
) -> None:
    """List what waits for a person, grouped by cause, the most money first."""
    output.run(_list_by_cause(json) if by_cause else _list_dead(json))


async def _list_dead(as_json: bool) -> None:
    async with open_application(output.settings()) as application, application.db.begin() as tx:
        groups = await run_history.dead_groups(tx)
        deliveries = await inbox.dead(tx)
    if as_json:
        output.as_json({"groups": groups, "deliveries": deliveries})
        return
    output.table(
        ["Cause", "Runs", "Money held", "For example"],
        [[row["cause"], row["runs"], _held(row), row["example"]] for row in groups],
        empty="No run waits for a person.",
    )
    output.table(
        ["Delivery", "Record", "Reason"],
        [[row["id"], f"{row['kind']} {row['record_id']}", row["reason"]] for row in deliveries],
        empty="No delivery waits for a person.",
    )
    if groups or deliveries:
        output.messages.print("'orderbridge dead-letters list --by-cause' says what to do.", highlight=False)


def _held(row: dict[str, Any]) -> str:
    return f"{row['held']} {row['currency']}" if row["held"] is not None else ""


async def _list_by_cause(as_json: bool) -> None:
    async with open_application(output.settings()) as application:
        found = await dead_letters.groups(application.db)
    if as_json:
        output.as_json({"order": RULE, "causes": [item.as_object() for item in found]})
        return
    if not found:
        _say("Nothing waits for a person.")
        return
    for item in found:
        _show(item)
    output.messages.print(RULE, highlight=False)


@dead_app.command("show")
def show_cause(
    cause: Annotated[str, typer.Argument(help="A cause of 'orderbridge dead-letters list'.")],
    json: output.AsJson = False,
) -> None:
    """Show what waits for one cause: what happened, what to do, and the oldest with their ids."""
    output.run(_show_cause(cause, json))


async def _show_cause(cause: str, as_json: bool) -> None:
    async with open_application(output.settings()) as application:
        found = await dead_letters.group(application.db, cause, examples=_OF_GROUP)
    if as_json:
        output.as_json(found.as_object())
    else:
        _show(found)


def _show(item: Group) -> None:
    _say(f"{item.cause}: {_counted(item)}")
    _say(f"  {item.advice.happened}")
    _say(f"  Holds {_sums(item.money, item.without_amount)}.")
    for example in item.examples:
        which = f"run {example['run'][:12]}" if "run" in example else f"delivery {example['delivery']}"
        _say(f"  {which}, {example['record']}: {example['reason']}")
    _say(f"  To do: {item.advice.todo}")
    _say(f"  Then: {item.command}")
    _say("")


def _counted(item: Group) -> str:
    parts = [f"{item.runs} {'run' if item.runs == 1 else 'runs'}"] if item.runs else []
    if item.deliveries:
        parts.append(f"{item.deliveries} {'delivery' if item.deliveries == 1 else 'deliveries'}")
    of = f" of {item.records} {'record' if item.records == 1 else 'records'}"
    since = f", since {item.since:%Y-%m-%d %H:%M} UTC" if item.since else ""
    return " and ".join(parts) + of + since


def _sums(money: Mapping[str, Decimal], without: int = 0) -> str:
    parts = [_amount(amount, currency) for currency, amount in sorted(money.items())]
    if without:
        parts.append(f"{without} of which no amount is known")
    return " and ".join(parts) or "no money"


def _amount(amount: Decimal, currency: str) -> str:
    try:
        return str(Money(amount, currency))
    except BadRecordError:
        # There is no such currency; that may be why it waits.
        return f"{amount} {currency}"


def _say(text: str) -> None:
    output.people.print(text, markup=False, highlight=False, soft_wrap=True)


@dead_app.command("replay")
def replay_dead(
    cause: Annotated[str | None, typer.Option(help="Only this cause; default: all.")] = None,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Until everything has ended, and prove it.")
    ] = True,
    patience_s: Annotated[
        float,
        typer.Option("--patience", help="Seconds without any end after which it is not waited for.", min=1),
    ] = 120.0,
    json: output.AsJson = False,
) -> None:
    """Let dead letters go on from where they stopped, after what stopped them was corrected; exit 1 if any stops again.

    'orderbridge serve' does the work. Interrupted and given again, it goes on with what is left.
    """
    repaired = output.run(_replay_dead(cause, wait, patience_s, json))
    if not repaired:
        sys.exit(1)


async def _replay_dead(cause: str | None, wait: bool, patience_s: float, as_json: bool) -> bool:
    settings = output.settings()
    faults.arm_as_set(settings.fault)
    async with open_application(settings) as application:
        with _progress() as shown:
            replay = await _start(application, cause, shown)
            if wait:
                await _wait(application, replay, shown, patience_s)
        found = await replaying.report(application.runtime, replay)
    if as_json:
        output.as_json(found.as_object())
    elif wait:
        _tell(found)
    else:
        _say(f"{found.taken} are tried again; 'orderbridge serve' works on them")
    return found.repaired or not wait


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=output.messages, transient=True)


async def _start(application: Application, cause: str | None, shown: Progress) -> Replay:
    task = shown.add_task("taken up", total=None)
    replay = await replaying.start(
        application.runtime,
        cause=cause,
        by=person(),
        on_batch=lambda count: shown.update(task, completed=count),
    )
    shown.remove_task(task)
    return replay


async def _wait(application: Application, replay: Replay, shown: Progress, patience_s: float) -> None:
    """Wait until nothing is open, or nothing has ended for so long that nobody seems to work on it."""
    loop = asyncio.get_running_loop()
    most = left = await replaying.still_open(application.runtime, replay)
    task = shown.add_task("ended", total=most)
    moved_s = loop.time()
    while left and loop.time() - moved_s < patience_s:
        await asyncio.sleep(_LOOK_S)
        now = await replaying.still_open(application.runtime, replay)
        if now != left:
            left, moved_s = now, loop.time()
        shown.update(task, completed=most - left)


def _tell(found: Report) -> None:
    if not found.taken:
        _say("Nothing waits for a person." if found.cause is None else f"Nothing waits for {found.cause}.")
        return
    said: Sequence[tuple[str, str]] = (
        (replaying.PROVED, "done, and every write was read back as it was sent"),
        (replaying.UNPROVED, "done, with a write that was altered, ignored, or cannot be read back"),
        (replaying.NOTHING, "ended, and nothing was to be written"),
        (replaying.CANCELLED, "cancelled by a person"),
        (replaying.WAITS, "wait for their time or for an account"),
        (replaying.OPEN, "have not ended: see that 'orderbridge serve' runs, and give this command again"),
    )
    for outcome, words in said:
        if count := found.count(outcome):
            _say(f"{count} {words}")
    for part in found.parts:
        if part.outcome == replaying.STOPPED:
            _say(f"{part.count} stopped again, {part.cause}, for example {part.example[:12]}: {part.reason}")
            _say(f"  'orderbridge dead-letters show {part.cause}' says what to do")
    _say(f"Released: {_sums(found.released)}")
    if found.held:
        _say(f"Still held: {_sums(found.held)}")
