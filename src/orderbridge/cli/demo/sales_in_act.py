"""The part of the demo that begins in Act!: sales that are won there, a lead, and a name that somebody corrects."""

from __future__ import annotations

from decimal import Decimal

from rich.progress import Progress

from orderbridge.cli.demo.world import World
from orderbridge.sync import poll

# How many sales are won in Act!, how many of their customers pay at once, and Act!'s number for won.
_WON, _PAYING, _IS_WON = 4, 2, 1


async def sales_in_act(world: World, progress: Progress) -> None:
    """Let people in Act! win sales, meet a lead and correct a name, and customers pay what they were invoiced."""
    task = progress.add_task("Winning sales in Act!, invoiced in HighLevel", total=None)
    runtime = world.application.runtime
    people = [await world.person(number) for number in range(_WON + 1)]
    for number, person in enumerate(people[:_WON], 1):
        deal = await world.desk(
            "opportunities", fields={"name": f"Kiln {number}", "contacts": [{"id": person}]}
        )
        for name, price, quantity in (("Kiln", "1249.90", 1), ("Glaze", "3.33", 3 * number)):
            line = {"name": name, "price": Decimal(price), "quantity": quantity}
            await world.desk("lines", opportunity=deal, fields=line)
        await world.desk("opportunities", deal, fields={"status": _IS_WON})
    await world.desk("contacts", people[_WON], fields={"idStatus": "Lead"})
    await poll.poll_all(runtime, everything=True)
    await world.settled(progress, task)
    made = [
        row
        for row in (await world.control("ghl", "truth?only=invoices"))["invoices"]
        if "[Act! " in row["name"]
    ]
    for row in [row for row in made if row["status"] == "sent"][:_PAYING]:
        await world.control("ghl", f"invoices/{row['id']}/pay", {})
    await world.desk("contacts", people[0], fields={"firstName": "Mary Ann"})
    await poll.poll_all(runtime, everything=True)
    await world.settled(progress, task)
