"""What happens in the demo, from an empty folder to the close."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from orderbridge.accounts.connecting import add_connection
from orderbridge.api.status import snapshot
from orderbridge.app import Application, open_application
from orderbridge.automation.enabling import enable
from orderbridge.cli import output
from orderbridge.cli.demo import business
from orderbridge.cli.demo.processes import command, first_object, tail
from orderbridge.cli.demo.report import Ending
from orderbridge.cli.demo.truth import Truth, compare
from orderbridge.cli.proof import reconcile_all
from orderbridge.core import jsonio
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.platform import call_on_stop, let_others_enter
from orderbridge.core.serving import free_port
from orderbridge.settings import Settings
from orderbridge.store import connections
from orderbridge.sync import poll

_PATIENCE_S = 240.0
# How many sales are won in Act!, how many of their customers pay at once, and Act!'s number for won.
_WON, _PAYING, _IS_WON = 4, 2, 1
LOOK_S = 0.25
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
            await from_act(world, progress)
            truth, reconciled = await _close(world, progress)
            ending = Ending(
                truth=truth,
                status=await snapshot(world.application.db, now=world.application.clock.now()),
                trouble=trouble,
                reconciled=reconciled,
                calls=await world.calls(),
                seconds=asyncio.get_running_loop().time() - started_s,
            )
            progress.stop()
            closed(ending)
            if stay:
                call_on_stop(asyncio.get_running_loop(), stop.set)
                output.messages.print(f"\nThe server still runs: {world.url}   (Ctrl-C ends the demo)")
                await stop.wait()
            return ending
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


class World:
    """The running demo: twins, server, and our own view of the database."""

    def __init__(
        self, application: Application, http: aiohttp.ClientSession, details: JsonObject, url: str
    ) -> None:
        self.application, self.http, self.details, self.url = application, http, details, url
        self.act_root = details["act_url"].removesuffix("/act.web.api")

    async def control(self, side: str, path: str, body: JsonObject | None = None) -> Any:
        """Use a twin's controls: ``GET`` without a body, else ``POST``."""
        root = self.details["ghl_url"] if side == "ghl" else self.act_root
        method = "GET" if body is None else "POST"
        data = None if body is None else jsonio.encode(body)
        headers = {"Content-Type": "application/json"}
        async with self.http.request(method, f"{root}/_twin/{path}", data=data, headers=headers) as answer:
            raw = await answer.read()
            if answer.status >= 300:
                raise SetupError(
                    f"the {side} twin answered {answer.status} to {path}: {raw[:200]!r}", cause="demo.twin"
                )
            return jsonio.decode(raw)

    async def truth(self) -> Truth:
        """Count both twins over HTTP."""
        return compare(await self.control("ghl", "truth"), await self.control("act", "truth"))

    async def desk(self, entity: str, record_id: str | None = None, **order: Any) -> str:
        """Let somebody do something in Act!; returns the record."""
        made = await self.control("act", "edit", {"entity": entity, "id": record_id} | order)
        return str(made["id"])

    async def person(self, number: int) -> str:
        """Let somebody add a contact to Act! whom HighLevel does not know."""
        fields = {
            "firstName": "Mary",
            "lastName": f"Walk-in {number + 1}",
            "emailAddress": f"walk-in-{number + 1}@customers.test",
            "businessPhone": f"+1415555{number:04d}",
        }
        return await self.desk("contacts", fields=fields)

    async def calls(self) -> dict[str, int]:
        """How many calls each twin has answered."""
        ghl = (await self.control("ghl", "truth?only=requests"))["requests"]
        act = (await self.control("act", "truth?only=requests"))["requests"]
        return {
            "HighLevel": sum(
                count for label, counts in ghl.items() if "_twin" not in label for count in counts.values()
            ),
            "Act!": act["total"],
        }

    async def settled(self, progress: Progress, task: Any, *, total: int | None = None) -> None:
        """Wait until nothing is on its way and nothing is in work."""
        clock = asyncio.get_running_loop()
        deadline_s = clock.time() + _PATIENCE_S
        quiet = 0
        while quiet < 2:
            if clock.time() > deadline_s:
                raise SetupError("the demo did not come to rest; the log says why", cause="demo.stuck")
            await asyncio.sleep(LOOK_S)
            status = await snapshot(self.application.db, now=self.application.clock.now())
            hooks = (await self.control("ghl", "truth?only=webhooks"))["webhooks"]["pending"]
            busy = status["lanes_open"] + max(hooks, 0)
            done = sum(status["runs"].values())
            progress.update(task, completed=done, total=total or max(done + busy, 1))
            quiet = 0 if busy else quiet + 1


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
    await add_connection(
        application.runtime,
        name="highlevel",
        system="ghl",
        mode="sandbox",
        account=details["location_id"],
        config={
            "base_url": details["ghl_url"],
            "location_id": details["location_id"],
            "webhook_key_pem": details["webhook_public_key_pem"],
        },
        secret={"token": details["pit_token"]},
    )
    await add_connection(
        application.runtime,
        name="act",
        system="act",
        mode="sandbox",
        account=f"{details['act_url']}#{details['act_database']}",
        config={
            "base_url": details["act_url"],
            "database": details["act_database"],
            "user": details["act_user"],
            "currency": "USD",
        },
        secret={"password": details["act_password"]},
    )
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


async def from_act(world: World, progress: Progress) -> None:
    """Let people in Act! win sales, meet a lead and correct a name, and customers pay what they were invoiced."""
    task = progress.add_task("Winning sales in Act!, invoiced in HighLevel", total=None)
    runtime = world.application.runtime
    people = [await world.person(number) for number in range(_WON + 1)]
    for number, person in enumerate(people[:_WON], 1):
        deal = await world.desk("opportunities", fields={"name": f"Kiln {number}", "contacts": [{"id": person}]})
        for name, price, quantity in (("Kiln", "1249.90", 1), ("Glaze", "3.33", 3 * number)):
            line = {"name": name, "price": Decimal(price), "quantity": quantity}
            await world.desk("lines", opportunity=deal, fields=line)
        await world.desk("opportunities", deal, fields={"status": _IS_WON})
    await world.desk("contacts", people[_WON], fields={"idStatus": "Lead"})
    await poll.poll_all(runtime, everything=True)
    await world.settled(progress, task)
    made = [row for row in (await world.control("ghl", "truth?only=invoices"))["invoices"] if "[Act! " in row["name"]]
    for row in [row for row in made if row["status"] == "sent"][:_PAYING]:
        await world.control("ghl", f"invoices/{row['id']}/pay", {})
    await world.desk("contacts", people[0], fields={"firstName": "Mary Ann"})
    await poll.poll_all(runtime, everything=True)
    await world.settled(progress, task)


async def _close(world: World, progress: Progress) -> tuple[Truth, bool]:
    task = progress.add_task("Comparing both sides", total=1)
    results = await reconcile_all(world.application)
    truth = await world.truth()
    progress.update(task, completed=1)
    return truth, all(item.agrees for item in results)
