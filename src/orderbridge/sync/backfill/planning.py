"""What a backfill would do, found out without writing: its lists are counted, a sample of its records is tried."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orderbridge.catalogue.ghl.order_bundle import UNFULFILLED
from orderbridge.catalogue.ghl.readers import shown
from orderbridge.catalogue.reading import moment
from orderbridge.connectors.fields import instant
from orderbridge.connectors.ghl.calls import identity
from orderbridge.core.errors import BadRecordError, NotFoundError, RejectedError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import minor_digits
from orderbridge.engine.runtime import Runtime
from orderbridge.store import backfill_records, flows
from orderbridge.store.budgets import Allowance
from orderbridge.sync.backfill.batches import CREATED
from orderbridge.sync.backfill.lists import Lists, Place
from orderbridge.sync.backfill.sampling import Sample
from orderbridge.sync.backfill.selection import (
    FULFILMENTS,
    OF_ORDERS,
    ORDERS,
    RECORD,
    SUBSCRIPTIONS,
    TRANSACTIONS,
)
from orderbridge.sync.backfill.service import Wanted, add, unheard_kinds

SAMPLE = 20
# Each is asked for by itself, so a long list is not asked for whole before it is carried over.
MOST_IDS_READ = 1000
COUNTED = "counted"
_WITH_ORDERS = frozenset({TRANSACTIONS, SUBSCRIPTIONS, FULFILMENTS})
Say = Callable[[str], None]


@dataclass(slots=True)
class _Kind:
    """What a list holds."""

    kind: str
    how: str
    records: int = 0
    known: int = 0
    pages: int = 0
    fulfilled: int = 0
    no_contact: list[str] = field(default_factory=list)
    no_currency: list[str] = field(default_factory=list)
    sample: list[str] = field(default_factory=list)

    @property
    def to_do(self) -> int:
        return self.records - self.known


@dataclass(slots=True)
class _Planner:
    runtime: Runtime
    wanted: Wanted
    say: Say
    now: datetime
    lists: Lists
    sampled: Sample
    kinds: list[_Kind] = field(default_factory=list)
    unknown: list[JsonObject] = field(default_factory=list)

    @property
    def connection_id(self) -> str:
        return self.wanted.connection.id

    # Counting

    async def count(self, most: int) -> None:
        chosen = self.wanted.chosen
        if chosen.ids:
            await self._count_ids(most)
            return
        walked = [ORDERS] if chosen.whole_orders else []
        walked += [TRANSACTIONS] if chosen.whole_orders or TRANSACTIONS in chosen.kinds else []
        walked += [SUBSCRIPTIONS] if SUBSCRIPTIONS in chosen.kinds else []
        walked += [kind for kind in chosen.kinds if kind not in OF_ORDERS]
        for kind in walked:
            self.say(f"counting {kind}")
            self.kinds.append(await self._walk(kind, most))
        orders = next((item for item in self.kinds if item.kind == ORDERS), None)
        if FULFILMENTS in chosen.kinds and orders is not None:
            self.kinds.append(
                _Kind(
                    FULFILMENTS,
                    "no list shows them: counted are the orders that say that something was handed over",
                    records=orders.fulfilled,
                )
            )

    async def _walk(self, kind: str, most: int) -> _Kind:
        found = _Kind(kind, "counted: every page of its list was read")
        place: Place | None = Place()
        while place is not None:
            turned = await self.lists.turn(kind, place)
            found.pages += 1
            await self._count_page(found, turned.rows, most)
            place = turned.after
            self.say(f"counting {kind}: {found.records} of {turned.total or '?'}")
        return found

    async def _count_page(self, found: _Kind, rows: Sequence[JsonObject], most: int) -> None:
        money = found.kind in OF_ORDERS
        record = RECORD[found.kind]
        by_id: dict[str, JsonObject] = {}
        for row in rows:
            made_at = instant(row.get("createdAt")) if money else moment(shown(record, row), CREATED)
            if self.wanted.chosen.takes(made_at) and (made_at is None or made_at <= self.now):
                by_id[identity(row)] = row
        async with self.runtime.db.read() as tx:
            known = await backfill_records.accepted(tx, self.connection_id, record, list(by_id))
        found.records += len(by_id)
        found.known += len(known)
        for record_id, row in by_id.items():
            if record_id in known:
                continue
            if found.kind == ORDERS:
                self._look_at_order(found, record_id, row)
            # Each of those seen so far is as likely to be in the sample as every other.
            number = found.to_do
            if len(found.sample) < most:
                found.sample.append(record_id)
            elif most and (place := self.runtime.rng.randrange(number)) < most:
                found.sample[place] = record_id

    @staticmethod
    def _look_at_order(found: _Kind, order_id: str, row: JsonObject) -> None:
        found.fulfilled += row.get("fulfillmentStatus") != UNFULFILLED
        if not row.get("contactId"):
            found.no_contact.append(order_id)
        try:
            minor_digits(str(row.get("currency") or "").upper())
        except BadRecordError:
            found.no_currency.append(order_id)

    async def _count_ids(self, most: int) -> None:
        kind, ids = self.wanted.chosen.kinds[0], self.wanted.chosen.ids
        looked = ids[:MOST_IDS_READ]
        found = _Kind(kind, f"counted: {len(looked)} of {len(ids)} ids were asked for one by one")
        found.records = len(ids)
        async with self.runtime.db.read() as tx:
            known = await backfill_records.accepted(tx, self.connection_id, RECORD[kind], ids)
        found.known = len(known)
        for number, record_id in enumerate(looked, start=1):
            self.say(f"asking for {number} of {len(looked)} ids")
            if record_id in known:
                continue
            try:
                await self.sampled.look_at(RECORD[kind], record_id)
            except (NotFoundError, RejectedError) as error:
                self.unknown.append({"id": record_id, "reason": str(error)})
                continue
            if len(found.sample) < most:
                found.sample.append(record_id)
        found.records -= len(self.unknown)
        self.kinds.append(found)

    def chosen(self) -> list[tuple[str, str]]:
        """The records to try; a payment is tried with its order."""
        return [
            (RECORD[item.kind], record_id)
            for item in self.kinds
            if item.kind not in _WITH_ORDERS
            for record_id in item.sample
        ]

    # Telling

    def calls(self) -> tuple[int, int, str]:
        """Return the calls to each side, and how they were found."""
        pages = sum(item.pages for item in self.kinds)
        # The lists of orders and payments are read once more at the end, for what moved meanwhile.
        again = sum(item.pages for item in self.kinds if item.kind in (ORDERS, TRANSACTIONS))
        own = 0
        for item in self.kinds:
            if item.kind == ORDERS:
                own += item.to_do + item.fulfilled
            elif item.kind == SUBSCRIPTIONS:
                own += 2 * item.to_do
            elif item.kind not in (TRANSACTIONS, FULFILMENTS):
                own += item.to_do
        ghl = pages + again + own
        counted = "HighLevel: list pages, one call for each order, one more where something was handed over"
        if not self.sampled.read:
            return ghl, 0, f"{counted}. Act!: not known without a sample."
        share = self.to_do / self.sampled.read
        # Each write is sent and read back.
        act = math.ceil((self.sampled.act_calls + 2 * self.sampled.writes) * share)
        return (
            ghl,
            act,
            f"{counted}. Act!: as the {self.sampled.read} sampled records would need, times {share:.1f}.",
        )

    @property
    def to_do(self) -> int:
        return sum(item.to_do for item in self.kinds if item.kind not in _WITH_ORDERS)

    def ambiguous(self) -> list[JsonObject]:
        found: list[JsonObject] = []
        for item in self.kinds:
            for what, ids in (
                ("without a contact", item.no_contact),
                ("in a currency that ISO 4217 does not know", item.no_currency),
            ):
                if ids:
                    found.append(_line(f"{item.kind} {what}", len(ids), COUNTED, ids[0]))
        found += [_line(item["reason"], 1, COUNTED, item["id"]) for item in self.unknown]
        found += [
            _line(group, count, f"{count} of {self.sampled.read} sampled", example)
            for group, (count, example) in sorted(
                self.sampled.held.items(), key=lambda pair: (-pair[1][0], pair[0])
            )
        ]
        return found


async def plan_of(
    runtime: Runtime, wanted: Wanted, *, sample: int = SAMPLE, say: Say = lambda _what: None
) -> JsonObject:
    """Find out what a backfill would do; nothing is written to either account.

    Args:
        runtime: The opened accounts.
        wanted: Whose history, and what of it.
        sample: So many records of each kind are read and tried.
        say: Told what is being done.

    Raises:
        OrderBridgeError: An account cannot be asked.
    """
    now = runtime.clock.now()
    async with runtime.db.read() as tx:
        enabled = await flows.enabled_for(tx, wanted.connection.id)
        deaf = await unheard_kinds(tx, wanted.connection.id, wanted.chosen)
    lists = Lists(
        runtime=runtime,
        connection=wanted.connection,
        chosen=wanted.chosen,
        last_day=wanted.chosen.last_day(now),
    )
    planner = _Planner(runtime, wanted, say, now, lists, Sample(runtime, wanted, lists, enabled))
    await planner.count(sample)
    await planner.sampled.try_all(planner.chosen(), say)
    ghl, act, how = planner.calls()
    allowed = Allowance.of(wanted.connection)
    per_minute = allowed.calls * 60 / allowed.window_s if allowed.calls else None
    return {
        "connection": wanted.connection.name,
        "in_words": wanted.chosen.words(),
        "selection": wanted.chosen.as_json(),
        "options": wanted.options,
        "kinds": [
            {
                "kind": item.kind,
                "records": item.records,
                "known": item.known,
                "to_do": item.to_do,
                "how": item.how,
            }
            for item in planner.kinds
        ],
        "calls": {"highlevel": ghl, "act": act, "how": how},
        "minutes": math.ceil(10 * ghl / per_minute) / 10 if per_minute else None,
        "sampled": planner.sampled.as_json(planner.to_do),
        "ambiguous": planner.ambiguous(),
        "unknown_ids": planner.unknown,
        "notes": _notes(wanted, deaf),
    }


async def planned(
    runtime: Runtime, wanted: Wanted, *, by: str, sample: int = SAMPLE, say: Say = lambda _what: None
) -> JsonObject:
    """Find out what a backfill would do, and keep it with the plan: ``service.resume`` begins it by its id.

    Args:
        runtime: The opened accounts.
        wanted: Whose history, and what of it.
        by: Who asks.
        sample: So many records of each kind are read and tried.
        say: Told what is being done.

    Raises:
        OrderBridgeError: An account cannot be asked.
    """
    plan = await plan_of(runtime, wanted, sample=sample, say=say)
    stored = await add(runtime, wanted, by=by, plan=plan)
    return {"id": stored.id} | plan


def _notes(wanted: Wanted, deaf: Sequence[str]) -> list[str]:
    notes = ["Nothing was written to either account."]
    if deaf:
        notes.append(f"No flow that is switched on listens to {', '.join(deaf)}: nothing comes of them.")
    left = [] if wanted.quiet.with_tasks else ["tasks (--with-tasks does them)"]
    left += [] if wanted.quiet.with_messages else ["messages and notifications (--with-messages does them)"]
    if left:
        notes.append(f"It is quiet: it leaves out {' and '.join(left)}.")
    return notes


def _line(what: str, count: int, how: str, example: str) -> JsonObject:
    return {"what": what, "count": count, "how": how, "example": example}
