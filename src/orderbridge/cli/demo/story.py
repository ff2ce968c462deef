"""What happens in the demo, from an empty folder to the close."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from orderbridge.access import invitations
from orderbridge.app import Application, open_application
from orderbridge.automation.enabling import enable
from orderbridge.cli import output, sandbox_accounts
from orderbridge.cli.demo import business
from orderbridge.cli.demo.processes import command, first_object, tail
from orderbridge.cli.demo.report import Ending
from orderbridge.cli.demo.sales_in_act import sales_in_act
from orderbridge.cli.demo.truth import Truth
from orderbridge.cli.demo.world import World
from orderbridge.cli.proof import reconcile_all
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.platform import call_on_stop, let_others_enter
from orderbridge.core.serving import free_port
from orderbridge.settings import Settings
from orderbridge.store import connections
from orderbridge.sync import poll

# The twins answer as fast as this machine can; the real limits would make the demo a long one.
_NO_LIMITS_GHL = {"rate_burst": 1_000_000}
_NO_LIMITS_ACT = {"rate_limit_per_minute": 1_000_000}
_TROUBLE_GHL = {"webhook_duplicate": 1, "webhook_reorder": True, "webhook_lose": 1}
_TROUBLE_ACT: JsonObject = {
    "error_500_after_write": {"count": 2, "match": "POST /api/opportunities"},
    "throttle_429": 1,
}


async def tell(*, orders: int, seed: int, stay: bool, closed: Callable[[Ending], None]) -> Ending:
    """Run the demo.

    Args:
        orders: How many new orders are sold.
        seed: Which history is made up.
        stay: Leave the server running after the close until Ctrl-C.
        closed: Told what the demo came to, while everything still runs.
    """
    started_s = asyncio.get_running_loop().time()
    stop = asyncio.Event()
    folder = Path(tempfile.mkdtemp(prefix="orderbridge-demo-"))
    let_others_enter(folder)
    try:
        async with AsyncExitStack() as open_now:
            progress = open_now.enter_context(_bar())
            world = await open_now.enter_async_context(running_world(folder, seed, progress))
            await _history(world, progress)
            trouble = await _sales(world, orders, progress)
            await sales_in_act(world, progress)
            truth, reconciled = await _close(world, progress)
            ending = Ending(
                truth=truth,
                status=await world.numbers(),
                trouble=trouble,
                reconciled=reconciled,
                calls=await world.calls(),
                seconds=asyncio.get_running_loop().time() - started_s,
            )
            progress.stop()
            closed(ending)
            if stay:
                call_on_stop(asyncio.get_running_loop(), stop.set)
                await _show_door(world)
                await stop.wait()
            return ending
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _show_door(world: World) -> None:
    link = await invitations.first_owner(world.application.db, world.application.clock)
    output.messages.print(f"\nThe server still runs: {world.url}   (Ctrl-C ends the demo)")
    if link is not None:
        output.messages.print("See it: this makes your account, once:")
        output.messages.print(link.at(world.url))


def _bar() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.completed:>5.0f} changes"),
        TimeElapsedColumn(),
        console=output.messages,
        transient=False,
    )


@asynccontextmanager
async def running_world(
    folder: Path, seed: int, progress: Progress, *, poll_interval_s: float = 5.0
) -> AsyncIterator[World]:
    """Twins, connections, templates and a server, all running for the length of the block."""
    task = progress.add_task("Starting HighLevel and Act! stand-ins, PostgreSQL, orderbridge", total=None)
    port = free_port()
    log = folder / "demo.log"
    settings = Settings(
        data_dir=folder / "data",
        port=port,
        poll_interval_s=poll_interval_s,
        write_settle_s=0.2,
        log_level="warning",
    )
    environment = {
        "ORDERBRIDGE_DATA_DIR": str(settings.data_dir),
        "ORDERBRIDGE_PORT": str(port),
        "ORDERBRIDGE_POLL_INTERVAL_S": str(poll_interval_s),
        "ORDERBRIDGE_SWEEP_INTERVAL_S": "1",
        "ORDERBRIDGE_WRITE_SETTLE_S": "0.2",
        "ORDERBRIDGE_LOG_LEVEL": "warning",
    }
    hook = f"http://127.0.0.1:{port}/hooks/ghl"
    async with (
        command(
            "sandbox", "--json", "--seed", str(seed), "--webhook-url", hook, log=log, environment={}
        ) as sandbox,
        open_application(settings, upgrade=True, pool_size=6) as application,
        aiohttp.ClientSession() as http,
    ):
        details = await first_object(sandbox, log=log, what="the sandbox", within_s=60)
        world = World(application, http, details, f"http://127.0.0.1:{port}")
        await world.control("ghl", "faults", _NO_LIMITS_GHL)
        await world.control("act", "faults", _NO_LIMITS_ACT)
        await _connect(application, details)
        async with command("serve", log=log, environment=environment) as server:
            await _ready(http, world.url, server, log)
            progress.update(task, total=1, completed=1)
            yield world


async def _connect(application: Application, details: JsonObject) -> None:
    await sandbox_accounts.connect(application.runtime, details, ghl="highlevel", act="act")
    for name, chosen in (await _settings(application, details)).items():
        await enable(
            application.runtime, name, ghl="highlevel", act="act", create_fields=True, settings=chosen
        )


async def _settings(application: Application, details: JsonObject) -> dict[str, JsonObject]:
    """Let the owner pick what a lead is invoiced for: a price of HighLevel that is charged once."""
    runtime = application.runtime
    async with runtime.db.read() as tx:
        shop = await connections.by_name(tx, "highlevel", system="ghl")
    client = await runtime.ghl(shop.id)
    async for product in client.products():
        for price in await client.prices(product.id):
            if not price.recurring and price.currency == "USD" and price.amount > 0:
                return business.templates(product=product.id, price=price.id, user=details["user_id"])
    raise SetupError("HighLevel has no price in USD that is charged once", cause="demo.price")


async def _ready(
    http: aiohttp.ClientSession, url: str, server: asyncio.subprocess.Process, log: Path
) -> None:
    deadline_s = asyncio.get_running_loop().time() + 60
    while asyncio.get_running_loop().time() < deadline_s:
        if server.returncode is not None:
            break
        try:
            async with http.get(f"{url}/readyz") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientError:
            await asyncio.sleep(0.05)
    raise SetupError(f"the server did not start: {tail(log)}", cause="demo.start")


async def _history(world: World, progress: Progress) -> None:
    task = progress.add_task("Carrying over the history of two months", total=None)
    await poll.poll_all(world.application.runtime, everything=True)
    await world.settled(progress, task)


async def _sales(world: World, orders: int, progress: Progress) -> dict[str, int]:
    task = progress.add_task(f"Selling {orders} new orders, with trouble on purpose", total=None)
    await world.control("ghl", "faults", _TROUBLE_GHL)
    await world.control("act", "faults", _TROUBLE_ACT)
    before = await world.control("act", "truth?only=requests")
    await world.control("ghl", "orders", {"count": orders})
    await world.settled(progress, task)
    # What no webhook says (refunds, fulfilments, and the webhook that was lost) is found by looking.
    await poll.poll_all(world.application.runtime, everything=True)
    await world.settled(progress, task)
    hooks = (await world.control("ghl", "truth?only=webhooks"))["webhooks"]
    after = await world.control("act", "truth?only=requests")

    def new(status: str) -> int:
        counted = [side["requests"]["by_status"].get(status, 0) for side in (after, before)]
        return int(counted[0] - counted[1])

    return {
        "webhooks delivered twice and swapped": hooks["delivered"],
        "lost webhooks": hooks["lost"],
        "500 answers after the write was done": new("500"),
        "429 answers": new("429"),
    }


async def _close(world: World, progress: Progress) -> tuple[Truth, bool]:
    task = progress.add_task("Comparing both sides", total=1)
    results = await reconcile_all(world.application)
    truth = await world.truth()
    progress.update(task, completed=1)
    return truth, all(item.agrees for item in results)
