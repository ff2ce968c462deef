"""How a backfill and its plan are shown: seen through to its end with a progress bar, or told in a few lines."""

from __future__ import annotations

import asyncio
import contextlib
import sys

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from orderbridge.app import Application
from orderbridge.cli import output
from orderbridge.cli.authorship import person
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.platform import call_on_stop
from orderbridge.store import backfill_records, backfills
from orderbridge.store.backfills import Backfill
from orderbridge.sync.backfill import service
from orderbridge.sync.backfill.driver import Driver

_LOOK_S = 0.5
_STOPPED = 130


def show_plan(found: JsonObject) -> None:
    """Print a plan for people."""
    say = output.people.print
    say(f"{found['connection']}: {found['in_words']}", markup=False, highlight=False)
    output.table(
        ["Kind", "Records", "Known already", "To carry over", "Counted how"],
        [
            [item["kind"], item["records"], item["known"], item["to_do"], item["how"]]
            for item in found["kinds"]
        ],
        empty="Nothing is chosen.",
    )
    calls = found["calls"]
    say(
        f"About {calls['highlevel']} calls to HighLevel and {calls['act']} to Act!: {found['minutes']} minutes at the "
        f"permitted rate. {calls['how']}",
        markup=False,
        highlight=False,
    )
    say(found["sampled"]["says"], markup=False, highlight=False)
    output.table(
        ["What is ambiguous or left", "Records", "How known", "For example"],
        [[item["what"], item["count"], item["how"], item["example"]] for item in found["ambiguous"]],
        empty="Nothing ambiguous was found.",
        whole_first=False,
    )
    for line in found["notes"]:
        say(line, markup=False, highlight=False)
    say(f"Begin with: orderbridge backfill run --plan {found['id'][:12]}", markup=False, highlight=False)


async def see_through(
    application: Application, begun: list[Backfill], *, detach: bool, as_json: bool
) -> None:
    """Drive backfills to their end, and work on what they hand over; a stop signal pauses them.

    Args:
        application: The opened application.
        begun: Those that run.
        detach: Leave them to the server.
        as_json: Print them as JSON in the end.
    """
    if detach:
        for item in begun:
            output.people.print(
                f"Backfill {item.id[:12]} begins; 'orderbridge serve' goes on with it", highlight=False
            )
        return
    stop = asyncio.Event()
    call_on_stop(asyncio.get_running_loop(), stop.set)
    dispatcher = application.dispatcher()
    working = asyncio.create_task(dispatcher.run(), name="worker")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    try:
        for item in begun:
            if stop.is_set():
                break
            with _bar() as bar:
                task = bar.add_task("", total=None, rate="")
                seeing = asyncio.create_task(_see(application, item.id, bar, task))
                await asyncio.wait([seeing, stopping], return_when=asyncio.FIRST_COMPLETED)
                seeing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await seeing
        if stop.is_set():
            await _pause(application, begun)
        async with application.db.read() as tx:
            found = [await backfills.one(tx, item.id) for item in begun]
            ended = [await service.shown_whole(tx, item) for item in found]
    finally:
        stopping.cancel()
        dispatcher.stop()
        await asyncio.gather(working, stopping, return_exceptions=True)
    _tell(ended, as_json)
    if any(item["state"] != backfills.DONE for item in ended):
        sys.exit(_STOPPED if stop.is_set() else 1)


async def _see(application: Application, backfill_id: str, bar: Progress, task: TaskID) -> None:
    """Drive a backfill, or watch the process that does, until it has ended or is stopped."""

    async def on_progress(found: Backfill, open_: int) -> None:
        done, total = service.progress_of(found, open_)
        waits = f"; {found.reason}" if found.reason else ""
        bar.update(
            task,
            completed=done,
            total=total,
            description=f"{found.id[:12]}: {max(open_, 0)} open{waits}",
            rate=_rate(bar, task),
        )

    while True:
        driven = await Driver(application.runtime, backfill_id, on_progress).run()
        async with application.db.read() as tx:
            found = await backfills.one(tx, backfill_id)
            open_ = await backfill_records.open_lanes(tx, found.connection_id)
        if found.state != backfills.RUNNING:
            return
        if not driven:
            await on_progress(found, open_)
        await asyncio.sleep(_LOOK_S)


def _rate(bar: Progress, task: TaskID) -> str:
    speed = next(item.speed for item in bar.tasks if item.id == task)
    return f"{speed:.1f} records/s" if speed else ""


async def _pause(application: Application, begun: list[Backfill]) -> None:
    async with application.db.begin() as tx:
        for item in begun:
            await backfills.stop(tx, item.id, state=backfills.PAUSED, reason=f"paused by {person()}")


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=output.messages,
        transient=True,
        disable=not output.messages.is_terminal,
    )


def _tell(ended: list[JsonObject], as_json: bool) -> None:
    if as_json:
        output.as_json(ended)
        return
    for item in ended:
        counts, short = item["counts"], item["id"][:12]
        output.people.print(
            f"Backfill {short} of {item['connection']} is {item['state']}: {counts.get('delivered', 0)} records handed "
            f"over, {counts.get('taken_up', 0)} taken up, {counts.get('known', 0)} known already"
            + (f"; {item['reason']}" if item["reason"] else ""),
            markup=False,
            highlight=False,
        )
        if item["state"] == backfills.PAUSED:
            output.people.print(f"Go on with: orderbridge backfill resume {short}", highlight=False)
        for row in item["not_read"]:
            output.people.print(
                f"{row['kind']} {row['record_id']}: {row['reason']}", markup=False, highlight=False
            )
