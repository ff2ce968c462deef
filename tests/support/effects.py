"""What really came about in both twins, counted over HTTP, and whether our receipts tell the same."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orderbridge.cli.demo.truth import Truth, compare
from orderbridge.core.jsonio import JsonObject
from support.world import ACT, World

# Written here once more on purpose: the check must not lean on the code that it checks.
_LINE = re.compile(r"\[orderbridge ([^\]]+)\]")


@dataclass(slots=True)
class Effects:
    """The count.

    Attributes:
        wrong: Confirmed receipts that say something else than the twin holds.
        dead: Runs and deliveries that wait for a person, in words.
    """

    truth: Truth
    lost: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    receipts: int = 0

    def summary(self, stops: int) -> str:
        """One line for people."""
        return (
            f"durability: {stops} stops, {len(self.lost)} lost, {len(self.duplicates)} duplicates, "
            f"{len(self.wrong)} wrong receipts"
        )

    def details(self) -> str:
        """What is not as it must be, for the one who has to find out why."""
        parts = {"lost": self.lost, "duplicates": self.duplicates, "wrong": self.wrong, "dead": self.dead}
        return "\n".join(f"{name}: {item}" for name, items in parts.items() for item in items[:10])


def people(act: JsonObject) -> Counter[tuple[Any, ...]]:
    """Count contacts by name and phone."""
    return Counter(
        (row["firstName"], row["lastName"], row["businessPhone"])
        for row in act["contacts"]
        if row["businessPhone"]
    )


async def count(world: World, *, people_before: Counter[tuple[Any, ...]] | None = None) -> Effects:
    """Count what is lost, what is there twice, and which receipts are wrong.

    Args:
        world: The twins and our database.
        people_before: Act!'s own people, who may well share name and phone.
    """
    ghl, act = await world.ghl_truth(), await world.act_truth()
    truth = compare(ghl, act)
    effects = Effects(truth, lost=list(truth.lost), duplicates=list(truth.duplicates))
    live = {row["id"] for row in ghl["orders"] if row["live"]}
    tasks = {ref for text in (row["details"] for row in act["tasks"]) if (ref := _facts(text).get("ref"))}
    effects.lost += [
        f"task of fulfilment {row['id']}"
        for row in ghl["fulfilments"]
        if row["order_id"] in live and f"{row['id']}:1" not in tasks
    ]
    twice = people(act) - (people_before or Counter())
    effects.duplicates += [f"contact {who}" for who, number in twice.items() if number > 1]
    newest = await world.rows(
        """
        SELECT DISTINCT ON (kind, reference) kind, reference, target_id, verdict, sent FROM receipts
        WHERE connection_id = $1 ORDER BY kind, reference, settled_at DESC
        """,
        world.connections[ACT],
    )
    held = _held(act)
    for receipt in newest:
        if receipt["verdict"] in ("confirmed", "unchanged"):
            effects.receipts += 1
            found = held.get((receipt["kind"], receipt["target_id"]))
            if not _tells(receipt["kind"], receipt["sent"], found):
                effects.wrong.append(f"{receipt['kind']} {receipt['reference']}: {receipt['sent']} / {found}")
        else:
            effects.wrong.append(f"{receipt['kind']} {receipt['reference']}: {receipt['verdict']}")
    effects.dead = [
        str(row) for row in await world.rows("SELECT cause, reason FROM runs WHERE state = 'dead'")
    ]
    effects.dead += [str(row) for row in await world.rows("SELECT reason FROM inbox WHERE outcome = 'dead'")]
    return effects


async def trace(world: World, reference: str) -> str:
    """Tell what our tables know of one record, for the one who has to find out why."""
    tables = {
        "inbox": "SELECT * FROM inbox WHERE record_id = $1",
        "events": "SELECT seq, revision, source, accepted_at, outcome, reason, lane FROM events WHERE record_id = $1",
        "runs": "SELECT runs.* FROM runs JOIN events ON events.id = event_id WHERE record_id = $1",
        "intents": "SELECT id, run_id, fence, attempts, state, prepared_at FROM intents WHERE reference = $1",
        "receipts": "SELECT intent_id, target_id, verdict, before, settled_at FROM receipts WHERE reference = $1",
    }
    lines = [f"--- {reference}"]
    for name, statement in tables.items():
        lines += [f"{name}: {row}" for row in await world.rows(statement, reference)]
    act = await world.act_truth("custom_tables")
    for table in act["custom_tables"].values():
        lines += [
            f"act: {row['id']} {row['created']} {row['edited']} {row['details']!r}"
            for row in table["records"]
            if reference in str(row.get("details"))
        ]
    return "\n".join(lines)


def _facts(text: str | None) -> dict[str, str]:
    found = _LINE.search(text or "")
    return dict(part.split("=", 1) for part in found[1].split()) if found else {}


def _held(act: JsonObject) -> dict[tuple[str, str], JsonObject]:
    held: dict[tuple[str, str], JsonObject] = {}
    for row in act["opportunities"]:
        held["opportunity", row["id"]] = row
    for row in act["contacts"]:
        held["contact", row["id"]] = row
    rows = [*act["histories"], *act["tasks"]]
    rows += [row for table in act["custom_tables"].values() for row in table["records"]]
    for row in rows:
        facts = _facts(row.get("details"))
        if facts:
            held[facts["kind"], row["id"]] = row
    return held


def _tells(kind: str, sent: JsonObject, found: JsonObject | None) -> bool:
    if found is None:
        return False
    if kind == "opportunity":
        lines = {
            line["itemNumber"]: (line["name"], Decimal(line["price"]), Decimal(line["quantity"]))
            for line in found["lines"]
            if (line["itemNumber"] or "").startswith("GHL")
        }
        wanted = {
            key: (line["name"], Decimal(line["price"]), Decimal(line["quantity"]))
            for key, line in sent["lines"].items()
        }
        return (
            lines == wanted
            and found["sourceId"] == sent["source_id"]
            and found["statusName"] == sent["status"]
            and Decimal(found["productTotal"]) == Decimal(sent["total"])
        )
    if kind == "contact":
        return (found["emailAddress"] or "").casefold() == (sent["email"] or "").casefold()
    facts = _facts(found["details"])
    if kind == "task":
        return facts.get("ref") == sent["reference"] and found["subject"] == sent["subject"]
    return {key: value.replace(" ", "%20") for key, value in sent["facts"].items()} == {
        key: value.replace("%2C", ",") for key, value in facts.items()
    }
